import { failingLeaves, type OpenGate, openGates } from "../run/gates.js";
import { isFinished } from "../run/phases.js";
import { isLeaf, type Node, type Run } from "../run/read-run.js";
import { sortNodes } from "../run/tree.js";

/** Where a run stands, as a check can show it. */
export interface Standing {
  /** `waiting`: only approvals can move the run on, so the leg is completed. */
  state: "queued" | "running" | "waiting" | "finished";
  /** Open gates; empty when the run has finished. */
  gates: OpenGate[];
  /** Nodes that are at work or about to be, gates left out. */
  running: Node[];
  /** Of a run that has failed, where to look for the cause first. */
  failing: Node[];
}

export function standingOf(run: Run): Standing {
  if (isFinished(run.phase))
    return {
      state: "finished",
      gates: [],
      running: [],
      failing: run.phase === "Succeeded" ? [] : failingLeaves(run),
    };
  const gates = openGates(run);
  const running = nodesAtWork(run, new Set(gates.map(({ node }) => node.id)));
  if (gates.length > 0 && running.length === 0 && run.stopped === undefined) {
    return { state: "waiting", gates, running, failing: [] };
  }
  const isQueued = run.phase === "Pending" || (run.queued !== undefined && run.stopped === undefined);
  return { state: isQueued ? "queued" : "running", gates, running, failing: [] };
}

function nodesAtWork(run: Run, gates: ReadonlySet<string>): Node[] {
  const active = (node: Node | undefined) => node?.phase === "Running" || node?.phase === "Pending";
  // A retry between two attempts: nothing of it is at work, and it goes on by itself.
  const backsOff = (node: Node) =>
    node.type === "Retry" && !(node.children ?? []).some((child) => active(run.nodes.get(child)));
  const atWork = [...run.nodes.values()].filter(
    (node) => active(node) && !gates.has(node.id) && (isLeaf(node) || backsOff(node)),
  );
  return sortNodes(atWork);
}

const minute = 60_000;
const marks = [1, 2, 5, 10, 20, 30].map((minutes) => minutes * minute);

/**
 * How long the steps at work have been running, in strides that grow: a check that shows the time is written anew when
 * this changes, and not at every look. Undefined when nothing is at work.
 */
export function strideOf({ running }: Standing, now: number): number | undefined {
  const starts = running.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [Date.parse(startedAt)]));
  if (starts.length === 0) return undefined;
  const longest = now - starts.reduce((least, start) => Math.min(least, start), Infinity);
  return longest < 60 * minute
    ? marks.filter((mark) => mark <= longest).length
    : marks.length + Math.floor(longest / (60 * minute));
}
