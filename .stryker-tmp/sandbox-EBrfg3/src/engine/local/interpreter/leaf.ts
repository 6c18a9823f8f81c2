import { parseDuration } from "../../../lib/duration.js";
import type { NodeStatus, Outputs, Template } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import { haltOf } from "./halt.js";
import type { Frame } from "./invocation.js";
import { publishGlobals } from "./outputs.js";
import type { RunState } from "./run-state.js";

/** A container or script template: a Pending node until the engine reports on it. */
export function executeLeaf(frame: Frame): NodeStatus {
  const { run, invocation, template } = frame;
  const { name, boundary, call, place, flag } = invocation;
  const halt = haltOf(run, invocation.onExit);
  const node =
    run.node(name) ??
    run.create({
      name,
      type: "Pod",
      phase: "Pending",
      boundary,
      call,
      place,
      template,
      inputs: template.inputs,
      flag,
    });
  if (node.phase !== "Pending" || run.started.has(node.id)) return node;
  if (halt) return run.mark(node, "Failed", halt.fresh);
  run.started.add(node.id);
  const limit = timeLimit(template);
  if (limit !== undefined) run.deadlines.set(node.id, Date.parse(node.startedAt ?? "") + limit);
  run.act({ type: "start", nodeId: node.id, template });
  return node;
}

/** Milliseconds from the node's start. */
function timeLimit({ activeDeadlineSeconds, timeout }: Template): number | undefined {
  const limits = [activeDeadlineSeconds, timeout].flatMap((limit) =>
    limit === undefined || limit === "" ? [] : (parseDuration(limit) ?? []),
  );
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** The engine began a leaf's work. */
export function leafRunning(run: RunState, nodeId: string): void {
  const node = run.nodes[nodeId];
  if (node?.type !== "Pod" || node.phase !== "Pending") return;
  run.started.add(nodeId);
  run.mark(node, "Running", "");
}

/** The engine cannot begin a leaf's work yet. */
export function leafWaiting(run: RunState, nodeId: string, message: string): void {
  const node = run.nodes[nodeId];
  if (node?.type === "Pod" && node.phase === "Pending") run.mark(node, "Pending", message);
}

/** A leaf's work has ended; one that was killed ends as the kill said. */
export function leafFinished(
  run: RunState,
  nodeId: string,
  end: { phase: "Succeeded" | "Failed" | "Error"; message: string; outputs?: Outputs },
): void {
  const node = run.nodes[nodeId];
  if (node?.type !== "Pod" || isFulfilled(node.phase)) return;
  const { phase, message } = run.killed.get(nodeId) ?? end;
  if (end.outputs) node.outputs = end.outputs;
  run.mark(node, phase, message);
  if (phase === "Succeeded") publishGlobals(run, node);
}
