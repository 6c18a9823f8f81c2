import { environment, evaluateExpression } from "../../../expression/expr.js";
import { parseDuration } from "../../../lib/duration.js";
import type { NodeStatus, RetryStrategy } from "../../../manifest/argo.js";
import { isFailed, isFulfilled } from "../../../run/phases.js";
import { Blocked, faultOf } from "./call-error.js";
import { childrenOf } from "./edges.js";
import { deadlineText, haltOf, workflowDeadline } from "./halt.js";
import type { Frame } from "./invocation.js";
import { openNode } from "./open-node.js";
import type { RunState } from "./run-state.js";

/** A template with a retryStrategy: a Retry node over attempts `NAME(0)`, `NAME(1)`, ... */
export function executeRetry(frame: Frame, strategy: RetryStrategy): NodeStatus {
  const { run, invocation } = frame;
  const node = openNode(frame, "Retry");
  const attempts = attemptsOf(run, node);
  const last = attempts.at(-1);
  if (last && !isFulfilled(last.phase)) attempt(frame, node, attempts.slice(0, -1));
  if (last && !isFulfilled(last.phase)) return node;
  const decision: Decision = last
    ? decide(run, strategy, attempts, last, invocation.onExit)
    : { next: "attempt" };
  if (decision.next === "wait") {
    run.act({ type: "wake", at: decision.until });
    return run.mark(node, "Running", decision.message);
  }
  if (decision.next === "end") {
    if (last?.outputs) node.outputs = structuredClone(last.outputs);
    return run.mark(node, decision.phase, decision.message);
  }
  if (node.message) run.mark(node, "Running", "");
  attempt(frame, node, attempts);
  return node;
}

function attemptsOf(run: RunState, node: NodeStatus): NodeStatus[] {
  return childrenOf(run, node).filter((child) => child.nodeFlag?.hooked !== true);
}

function attempt({ run, invocation, execute }: Frame, node: NodeStatus, before: NodeStatus[]): void {
  const name = `${node.name}(${before.length})`;
  const connect = (): void => {
    const child = run.node(name);
    if (child) run.connect(node, child.id);
  };
  try {
    execute(run, { ...invocation, name, attempt: variablesOf(before), flag: { retried: true } });
  } catch (error) {
    if (!(error instanceof Blocked)) faultOf(error);
    else if (!run.node(name)) throw error;
  }
  connect();
}

/** `retries` and `lastRetry.*`, as the attempt after these ones sees them. */
function variablesOf(before: NodeStatus[]): Map<string, string> {
  const last = before.at(-1);
  return new Map([
    ["retries", String(before.length)],
    ["lastRetry.exitCode", last ? (last.outputs?.exitCode ?? "-1") : "0"],
    ["lastRetry.duration", last ? String(secondsOf(last)) : "0"],
    ["lastRetry.status", last?.phase ?? ""],
    ["lastRetry.message", last?.message ?? ""],
  ]);
}

function secondsOf({ startedAt, finishedAt }: NodeStatus): number {
  return Math.max(0, (Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? "")) / 1000) || 0;
}

type Decision =
  | { next: "attempt" }
  | { next: "wait"; until: number; message: string }
  | { next: "end"; phase: "Succeeded" | "Failed" | "Error"; message: string };

/** After a finished attempt, in Argo's order of checks (operator.go, processNodeRetries). */
function decide(
  run: RunState,
  strategy: RetryStrategy,
  attempts: NodeStatus[],
  last: NodeStatus,
  onExit: boolean,
): Decision {
  if (!isFailed(last.phase)) return { next: "end", phase: "Succeeded", message: "" };
  const phase = last.phase === "Error" ? "Error" : "Failed";
  const end = (message: string): Decision => ({ next: "end", phase, message });
  const halt = haltOf(run, onExit);
  if (halt && run.workflow.spec.shutdown) return end(halt.waiting);
  if (halt && workflowDeadline(run) !== undefined)
    return end(`retry exceeded workflow deadline ${deadlineText(run)}`);
  const isLast = !isRetried(strategy, phase) || exhausted(strategy, attempts.length);
  const backoff = backoffOf(run, strategy, attempts, last);
  if (typeof backoff === "string") return end(backoff);
  if (backoff && !isLast) return backoff;
  if (!isRetried(strategy, phase)) return end(last.message ?? "");
  if (exhausted(strategy, attempts.length)) return end("No more retries left");
  if (strategy.expression && !isTrue(run, strategy.expression, attempts)) {
    return end("retryStrategy.expression evaluated to false");
  }
  return { next: "attempt" };
}

function isRetried({ retryPolicy, expression }: RetryStrategy, phase: "Failed" | "Error"): boolean {
  switch (retryPolicy ?? (expression ? "Always" : "OnFailure")) {
    case "Always":
      return true;
    case "OnError":
      return phase === "Error";
    case "OnTransientError":
      return false;
    default:
      return phase === "Failed";
  }
}

/** A limit of N allows N + 1 attempts; without one there is no end. */
function exhausted({ limit }: RetryStrategy, attempts: number): boolean {
  return limit !== undefined && limit !== "" && attempts > Number(limit);
}

function isTrue(run: RunState, expression: string, attempts: NodeStatus[]): boolean {
  const last = attempts.at(-1);
  const own = variablesOf(attempts).set("retries", String(attempts.length - 1));
  own.set("lastRetry.exitCode", last?.outputs?.exitCode ?? "-1");
  return evaluateExpression(expression, environment(new Map([...run.globals, ...own]))) === true;
}

/** A message when the time for retries is over, a wait, or undefined when the next attempt may start. */
function backoffOf(
  run: RunState,
  { backoff }: RetryStrategy,
  attempts: NodeStatus[],
  last: NodeStatus,
): Decision | string | undefined {
  if (!backoff) return undefined;
  const first = Date.parse(attempts[0]?.startedAt ?? "");
  const limit = backoff.maxDuration ? first + (parseDuration(backoff.maxDuration) ?? 0) : Infinity;
  if (run.now > limit) return "Max duration limit exceeded";
  const factor = Number(backoff.factor ?? 0) || 1;
  const grown = (parseDuration(backoff.duration ?? 0) ?? 0) * factor ** (attempts.length - 1);
  const wait = Math.min(grown, backoff.cap ? (parseDuration(backoff.cap) ?? Infinity) : Infinity);
  const until = Date.parse(last.finishedAt ?? "") + wait;
  if (until > limit) return "Backoff would exceed max duration limit";
  return run.now < until ? { next: "wait", until, message: `Backoff for ${humanize(wait)}` } : undefined;
}

function humanize(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} seconds`;
  return `${minutes} minutes ${seconds % 60} seconds`;
}
