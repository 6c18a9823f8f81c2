import type { NodeStatus } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import { isWork } from "./leaf-node.js";
import { type Ending, formatTime, type RunState } from "./run-state.js";

/** Why nothing new may start: the messages of nodes that this ends. */
export interface Halt {
  running: string;
  /** Of a leaf that was to start. */
  fresh: string;
  waiting: string;
}

/** Set when the workflow was stopped or is past its deadline; exit handlers outlive all but Terminate. */
export function haltOf(run: RunState, onExit: boolean): Halt | undefined {
  const strategy = run.workflow.spec.shutdown;
  if (strategy === "Terminate" || (strategy === "Stop" && !onExit)) {
    return {
      running: `workflow shutdown with strategy:  ${strategy}`,
      fresh: `workflow shutdown with strategy: ${strategy}`,
      waiting: `Stopped with strategy '${strategy}'`,
    };
  }
  const deadline = workflowDeadline(run);
  if (onExit || deadline === undefined || run.now < deadline) return undefined;
  const message = "Step exceeded its deadline";
  return { running: message, fresh: message, waiting: message };
}

/** Milliseconds since the epoch. */
export function workflowDeadline({ spec, status }: RunState): number | undefined {
  const seconds = spec.activeDeadlineSeconds;
  if (seconds === undefined || status.startedAt === undefined) return undefined;
  return Date.parse(status.startedAt) + seconds * 1000;
}

/** Ends what a stop or a deadline ends: asks for kills, fails what waits. `message` is the stopper's own. */
export function applyHalt(run: RunState, message = ""): void {
  if (!haltOf(run, false)) return;
  for (const node of run.index.open.values()) {
    const halt = haltOf(run, isExitNode(run, node));
    if (!halt) continue;
    if (node.type === "Suspend") run.mark(node, "Failed", message || halt.waiting);
    const isWaiting = run.locks.get(node.id) === "asked" || run.recalls.get(node.id) === "asked";
    if (isWaiting) run.mark(node, "Failed", halt.waiting);
    else if (isWork(node)) kill(run, node, node.type === "HTTP" ? halt.waiting : halt.running);
  }
}

/** Of a node whose time was over before its work began. */
export const TIMED_OUT = "timeout";
const OUTLIVED = "Pod was active on the node longer than the specified deadline";

/** Wakes at the deadlines to come, and kills what is past its own. */
export function enforceDeadlines(run: RunState): void {
  const whole = workflowDeadline(run);
  if (whole !== undefined && whole > run.now) run.act({ type: "wake", at: whole });
  if (run.deadlines.size === 0) return;
  if (run.now < run.nextDeadline) {
    if (run.nextDeadline !== Infinity) run.act({ type: "wake", at: run.nextDeadline });
    return;
  }
  run.nextDeadline = Infinity;
  for (const [id, deadline] of run.deadlines) {
    const node = run.nodes[id];
    if (!node || isFulfilled(node.phase)) run.deadlines.delete(id);
    else if (deadline > run.now) run.nextDeadline = Math.min(run.nextDeadline, deadline);
    else kill(run, node, node.phase === "Pending" ? TIMED_OUT : OUTLIVED);
  }
  if (run.nextDeadline !== Infinity) run.act({ type: "wake", at: run.nextDeadline });
}

/** Ends a leaf that was never handed out, and asks for the end of one that was. */
export function kill(
  run: RunState,
  node: NodeStatus,
  message: string,
  phase: Ending["phase"] = "Failed",
): void {
  if (node.phase === "Pending" && !run.started.has(node.id)) {
    run.mark(node, phase, message);
    return;
  }
  if (run.killed.has(node.id)) return;
  run.killed.set(node.id, { phase, message });
  run.act({ type: "kill", nodeId: node.id });
}

/** Makes a node an Error, once its work has ended where it has some. */
export function markError(run: RunState, node: NodeStatus, message: string): void {
  if (isWork(node) && !isFulfilled(node.phase)) kill(run, node, message, "Error");
  else run.mark(node, "Error", message);
}

/** Whether a node belongs to an exit handler: it, or what encloses it, is an exit hook or an attempt of one. */
export function isExitNode(run: RunState, node: NodeStatus): boolean {
  for (let current: NodeStatus | undefined = node; current; current = run.nodes[current.boundaryID ?? ""]) {
    const hook = current.nodeFlag?.retried ? run.node(current.name.replace(/\(\d+\)$/, "")) : current;
    if (hook?.nodeFlag?.hooked && hook.name.endsWith(".onExit")) return true;
  }
  return false;
}

/** As Go prints a time. */
export function deadlineText(run: RunState): string {
  const deadline = workflowDeadline(run);
  if (deadline === undefined) return "";
  return `${formatTime(deadline).replace("T", " ").replace("Z", "")} +0000 UTC`;
}
