import type { DAGTask, NodePhase, NodeStatus } from "../../../manifest/argo.js";
import { isCompleted, isFailed, isFulfilled } from "../../../run/phases.js";
import { childrenOf } from "./edges.js";
import type { RunState } from "./run-state.js";

interface Visit {
  node: NodeStatus;
  /** The last phase on the way here: an omitted task takes it over. */
  branch: NodePhase;
}

/**
 * The phase of a DAG from its targets (dag.go, assessDAGPhase): Running while anything below it runs, or a target has
 * no node yet. A target that was omitted or skipped counts as the branch that leads to it.
 */
export function assessDag(
  run: RunState,
  dag: NodeStatus,
  targets: { task: DAGTask; nodeId: string }[],
  failFast: boolean,
): NodePhase {
  const phases = targetPhases(run, dag, new Set(targets.map(({ nodeId }) => nodeId)));
  if (!phases) return "Running";
  let result: NodePhase = "Succeeded";
  for (const { task, nodeId } of targets) {
    const phase = phases.get(nodeId);
    if (phase === undefined) {
      result = "Running";
      if (!failFast) break;
    } else if (isFailed(phase) && !ignores(task, phase)) {
      result = phase;
      if (failFast) break;
    }
  }
  return result;
}

function ignores(task: DAGTask, phase: NodePhase): boolean {
  return phase === "Failed" ? task.continueOn?.failed === true : task.continueOn?.error === true;
}

/** Undefined when something is unfulfilled. */
function targetPhases(
  run: RunState,
  dag: NodeStatus,
  targets: Set<string>,
): Map<string, NodePhase> | undefined {
  const phases = new Map<string, NodePhase>();
  const queue: Visit[] = childrenOf(run, dag).map((node) => ({ node, branch: "Succeeded" }));
  const seen = new Set<string>();
  for (let visit = queue.shift(); visit; visit = queue.shift()) {
    const { node } = visit;
    if (!isFulfilled(node.phase)) return undefined;
    const branch = isCompleted(node.phase) ? (node.phase ?? "Error") : visit.branch;
    const key = `${node.id} ${branch}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (targets.has(node.id) && !isFailed(phases.get(node.id))) phases.set(node.id, branch);
    for (const child of nextOf(run, node)) queue.push({ node: child, branch });
  }
  return phases;
}

/** A retry or a group of loop items stands for its children: the way goes on below those. */
function nextOf(run: RunState, node: NodeStatus): NodeStatus[] {
  const children = childrenOf(run, node);
  if (node.type !== "Retry" && node.type !== "TaskGroup") return children;
  const hooks = children.filter((child) => child.nodeFlag?.hooked);
  const items = children.filter((child) => !child.nodeFlag?.hooked);
  const speaking = node.type === "Retry" ? items.slice(-1) : items;
  return [...hooks, ...speaking.flatMap((child) => childrenOf(run, child))];
}
