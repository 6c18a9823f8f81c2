import type { NodeStatus } from "../../../manifest/argo.js";
import type { RunState } from "./run-state.js";

/** Sums the leaves' `N/M` for the workflow. */
export function setWorkflowProgress(run: RunState): void {
  const progress = sum(Object.values(run.nodes).filter(isLeafNode));
  if (run.status.progress === progress) return;
  run.status.progress = progress;
  run.touchWorkflow();
}

/** Gives each node that is not a leaf the sum of the leaves below it (workflow/progress/updater.go). */
export function setGroupProgress(run: RunState): void {
  for (const node of Object.values(run.nodes)) {
    if (isLeafNode(node)) continue;
    const progress = sum(below(run, node).filter(isLeafNode));
    if (progress === "0/0" || node.progress === progress) continue;
    node.progress = progress;
    run.touch(node);
  }
}

function isLeafNode({ progress, type }: NodeStatus): boolean {
  return progress !== undefined && (type === "Pod" || type === "Suspend");
}

function sum(leaves: NodeStatus[]): string {
  const pairs = leaves.map(({ progress }) => (progress ?? "0/0").split("/").map(Number));
  const done = pairs.reduce((total, [part = 0]) => total + part, 0);
  const all = pairs.reduce((total, [, part = 0]) => total + part, 0);
  return `${done}/${all}`;
}

function below(run: RunState, node: NodeStatus): NodeStatus[] {
  const found = new Set<string>();
  const open = [...(node.children ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(run.nodes[id]?.children ?? []));
  }
  return [...found].flatMap((id) => run.nodes[id] ?? []);
}
