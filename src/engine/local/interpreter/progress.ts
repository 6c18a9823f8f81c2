import type { NodeStatus } from "../../../manifest/argo.js";
import type { RunState } from "./run-state.js";

/** The leaves' `N/M` for the workflow. */
export function setWorkflowProgress(run: RunState): void {
  const { progress } = run.index;
  if (run.status.progress === progress) return;
  run.status.progress = progress;
  run.touchWorkflow();
}

/** Gives each group the sum of the leaves that lie in it (workflow/progress/updater.go). */
export function setGroupProgress(run: RunState): void {
  const sums = new Map<string, { done: number; total: number }>();
  for (const node of Object.values(run.nodes)) {
    const [done = 0, total = 0] = (node.progress ?? "0/0").split("/").map(Number);
    if (!isLeaf(node)) continue;
    for (let id = node.boundaryID ?? ""; id !== ""; id = run.nodes[id]?.boundaryID ?? "") {
      const sum = sums.get(id) ?? { done: 0, total: 0 };
      sums.set(id, { done: sum.done + done, total: sum.total + total });
    }
  }
  for (const [id, { done, total }] of sums) {
    const node = run.nodes[id];
    const progress = `${done}/${total}`;
    if (!node || isLeaf(node) || node.progress === progress) continue;
    node.progress = progress;
    run.touch(node);
  }
}

function isLeaf({ progress, type }: NodeStatus): boolean {
  return progress !== undefined && (type === "Pod" || type === "HTTP" || type === "Suspend");
}
