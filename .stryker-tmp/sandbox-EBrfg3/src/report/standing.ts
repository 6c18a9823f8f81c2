import { type OpenGate, openGates } from "../run/gates.js";
import { isFinished } from "../run/phases.js";
import { isLeaf, type Node, type Run } from "../run/read-run.js";
import { compareNodes } from "../run/tree.js";

/** Where a run stands, as a check can show it. */
export interface Standing {
  /** `waiting`: only approvals can move the run on, so the leg is completed. */
  state: "queued" | "running" | "waiting" | "finished";
  /** Open gates; empty when the run has finished. */
  gates: OpenGate[];
  /** Nodes that are at work or about to be, gates left out. */
  running: Node[];
}

export function standingOf(run: Run): Standing {
  if (isFinished(run.phase)) return { state: "finished", gates: [], running: [] };
  const gates = openGates(run);
  const running = nodesAtWork(run, new Set(gates.map(({ node }) => node.id)));
  if (gates.length > 0 && running.length === 0 && run.stopped === undefined) {
    return { state: "waiting", gates, running };
  }
  return { state: run.phase === "Pending" ? "queued" : "running", gates, running };
}

function nodesAtWork(run: Run, gates: ReadonlySet<string>): Node[] {
  const active = (node: Node | undefined) => node?.phase === "Running" || node?.phase === "Pending";
  // A retry between two attempts: nothing of it is at work, and it goes on by itself.
  const backsOff = (node: Node) =>
    node.type === "Retry" && !(node.children ?? []).some((child) => active(run.nodes.get(child)));
  return [...run.nodes.values()]
    .filter((node) => active(node) && !gates.has(node.id) && (isLeaf(node) || backsOff(node)))
    .sort(compareNodes);
}
