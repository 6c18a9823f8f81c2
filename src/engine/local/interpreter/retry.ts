import { Layers } from "../../../expression/layers.js";
import { Variables } from "../../../expression/scope.js";
import { parseDuration } from "../../../lib/duration.js";
import type { NodeStatus, RetryStrategy } from "../../../manifest/argo.js";
import { isFailed, isFulfilled } from "../../../run/phases.js";
import { evaluatesTrue } from "./condition.js";
import { Blocked, CallError, faultOf } from "./call-error.js";
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
  if (last && !isFulfilled(last.phase)) attempt(frame, strategy, node, attempts.slice(0, -1));
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
  attempt(frame, strategy, node, attempts);
  return node;
}

function attemptsOf(run: RunState, node: NodeStatus): NodeStatus[] {
  return childrenOf(run, node).filter((child) => child.nodeFlag?.hooked !== true);
}

/** A fault in calling an attempt ends the retries, unless errors are retried too. */
function attempt(
  { run, invocation, execute }: Frame,
  strategy: RetryStrategy,
  node: NodeStatus,
  before: NodeStatus[],
): void {
  const name = `${node.name}(${before.length})`;
  const deadline = before.length === 0 ? undefined : lastMoment(strategy, before);
  let fault: string | undefined;
  try {
    execute(run, {
      ...invocation,
      name,
      attempt: variablesOf(before),
      flag: { retried: true },
      ...(deadline === undefined ? {} : { deadline }),
    });
  } catch (error) {
    if (error instanceof Blocked && !run.node(name)) throw error;
    if (!(error instanceof Blocked)) fault = faultOf(error);
  }
  const child = run.node(name);
  if (child) run.connect(node, child.id);
  if (fault !== undefined && policyOf(strategy) === "OnFailure") throw new CallError(fault);
}

/** `retries` and `lastRetry.*`, as the attempt after these ones sees them. */
function variablesOf(before: NodeStatus[]): Map<string, string> {
  const last = before.at(-1);
  return new Map([
    ["retries", String(before.length)],
    ["lastRetry.exitCode", last?.outputs?.exitCode ?? "0"],
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
  const limit = limitOf(strategy);
  const backoff = backoffOf(run, strategy, attempts, last);
  if (typeof backoff === "string") return end(backoff);
  if (!isRetried(strategy, last)) return end(last.message ?? "");
  // As in Argo, nothing is waited for where there is no limit.
  if (backoff && attempts.length <= limit && limit !== Infinity) return backoff;
  if (attempts.length > limit) return end("No more retries left");
  if (strategy.expression && !isTrue(run, strategy.expression, attempts)) {
    return end("retryStrategy.expression evaluated to false");
  }
  return { next: "attempt" };
}

function policyOf({ retryPolicy, expression }: RetryStrategy): string {
  return retryPolicy ?? (expression ? "Always" : "OnFailure");
}

function isRetried(strategy: RetryStrategy, { phase, message = "" }: NodeStatus): boolean {
  const policy = policyOf(strategy);
  switch (policy) {
    case "Always":
      return true;
    case "OnError":
      return phase === "Error";
    case "OnTransientError":
      return isTransient(message);
    case "OnFailure":
      return phase === "Failed";
    default:
      throw new CallError(`${policy} is not a valid RetryPolicy`);
  }
}

/** A limit of N allows N + 1 attempts; without one there is no end. */
function limitOf({ limit }: RetryStrategy): number {
  if (limit === undefined || limit === "") return Infinity;
  if (/^-?\d+$/.test(String(limit))) return Number(limit);
  throw new CallError(`value '${limit}' cannot be resolved to an int`);
}

/** Sees nothing but `retries` and `lastRetry`: where those have no place, Argo has no other variables either. */
function isTrue(run: RunState, expression: string, attempts: NodeStatus[]): boolean {
  const last = attempts.at(-1);
  const own = variablesOf(attempts).set("retries", String(attempts.length - 1));
  own.set("lastRetry.exitCode", last?.outputs?.exitCode ?? "-1");
  return evaluatesTrue(expression, new Layers(own, new Variables(run.now)));
}

/** A message when the time for retries is over, a wait, or undefined when the next attempt may start. */
function backoffOf(
  run: RunState,
  strategy: RetryStrategy,
  attempts: NodeStatus[],
  last: NodeStatus,
): Decision | string | undefined {
  const { backoff } = strategy;
  if (!backoff) return undefined;
  const until = Date.parse(last.finishedAt ?? "");
  const limit = lastMoment(strategy, attempts) ?? Infinity;
  if (run.now > limit) return "Max duration limit exceeded";
  if (!backoff.duration) throw new CallError("no base duration specified for retryStrategy");
  const factor = Number(backoff.factor ?? 0) || 1;
  const grown = durationOf(backoff.duration) * factor ** (attempts.length - 1);
  const wait = Math.min(grown, backoff.cap ? durationOf(backoff.cap) : Infinity);
  if (until + wait > limit) return "Backoff would exceed max duration limit";
  if (run.now >= until + wait) return undefined;
  return { next: "wait", until: until + wait, message: `Backoff for ${humanize(wait)}` };
}

/** When no attempt may run any more, in milliseconds since the epoch. */
function lastMoment({ backoff }: RetryStrategy, attempts: NodeStatus[]): number | undefined {
  if (!backoff?.maxDuration) return undefined;
  return Date.parse(attempts[0]?.startedAt ?? "") + durationOf(backoff.maxDuration);
}

function durationOf(text: string | number): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new CallError(`unable to parse ${text} as a duration: time: invalid duration "${text}"`);
}

function humanize(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} seconds`;
  return `${minutes} minutes ${seconds % 60} seconds`;
}

const TRANSIENT =
  /net\/http: TLS handshake timeout|i\/o timeout|connection timed out|connection reset by peer|connection refused|transient|Connection closed by foreign host|http2: server sent GOAWAY/;

/** A failure of the network (util/errors, IsTransientErr). */
function isTransient(message: string): boolean {
  return TRANSIENT.test(message);
}
