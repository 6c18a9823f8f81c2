import { formatDuration } from "../lib/duration.js";
import { neverApprovable } from "../policy/gate-rules.js";
import type { GateDecision } from "../policy/gate.js";
import { isBareExit } from "../run/gates.js";
import type { Node, Run } from "../run/read-run.js";
import { plainTitle } from "./plain.js";
import type { Quote } from "./quote.js";
import type { Rejection } from "./rejections.js";
import type { Standing } from "./standing.js";

const named = 3;

/** Where the run stands, in a few words; the first thing that people read. */
export function renderTitle(
  run: Run,
  standing: Standing,
  context: {
    decisions: ReadonlyMap<string, GateDecision>;
    rejections: readonly Rejection[];
    quote: Quote;
    /** Milliseconds since the epoch. */
    now: number;
  },
): string {
  const { quote, decisions, rejections, now } = context;
  const title = () => {
    switch (standing.state) {
      case "queued":
        return queuedTitle(run);
      case "running":
        return runningTitle(run, standing, now);
      case "waiting":
        return waitingTitle(standing, decisions);
      case "finished":
        return finishedTitle(run, standing, rejections);
    }
  };
  return plainTitle(quote.line(title(), 1000));
}

function queuedTitle({ queued, message }: Run): string {
  if (queued !== undefined) return `Queued: waits for ${countOfRuns(queued.limit)} of this repository`;
  return message === undefined ? "Queued" : `Queued: ${message}`;
}

function countOfRuns(limit: number): string {
  return limit === 1 ? "the other run" : `one of ${limit} runs`;
}

function runningTitle(run: Run, { gates, running }: Standing, now: number): string {
  if (run.stopped !== undefined) return `Stopping: ${lowerFirst(stoppedTitle(run.stopped))}`;
  const { done, total } = run.progress;
  const parts = [total === 0 ? "Running" : `${done} of ${total} step${total === 1 ? "" : "s"}`];
  const started = running.filter(({ phase }) => phase === "Running");
  const named = started.length > 0 ? started : running;
  if (named.length > 0) parts.push(`running ${namesOf(named)}${elapsed(named, now)}`);
  if (gates.length > 0) parts.push(`waiting for approval at ${namesOf(gates.map(({ node }) => node))}`);
  return parts.join(", ");
}

const leastElapsedMs = 1000;

/** How long the only step that runs has been at it. */
function elapsed([node, another]: readonly Node[], now: number): string {
  const ms = now - Date.parse(node?.startedAt ?? "");
  return another === undefined && ms >= leastElapsedMs ? ` ${formatDuration(ms)}` : "";
}

function waitingTitle({ gates }: Standing, decisions: ReadonlyMap<string, GateDecision>): string {
  const [gate, ...others] = gates;
  const decision = gate === undefined ? undefined : decisions.get(gate.node.id);
  if (decision !== undefined && decision.needed >= neverApprovable && others.length === 0)
    return `The gate ${namesOf([gate?.node].filter((node) => node !== undefined))} has a fault`;
  if (decision !== undefined && decision.approvals.length >= decision.needed && others.length === 0)
    return `Approved, but held at ${gate?.node.displayName}: ${decision.reasons.join("; ")}`;
  if (decision !== undefined && decision.needed > 1 && others.length === 0) {
    return `Waiting for approval: ${decision.approvals.length} of ${decision.needed} given`;
  }
  return `Waiting for approval at ${namesOf(gates.map(({ node }) => node))}`;
}

function finishedTitle(run: Run, { failing }: Standing, rejections: readonly Rejection[]): string {
  const rejection = rejections[0];
  if (rejection !== undefined) {
    const by = rejection.logins.length === 0 ? "" : ` by ${rejection.logins.join(", ")}`;
    return `Rejected at ${rejection.gate}${by}`;
  }
  if (run.phase === "Succeeded") return `Succeeded${inTime(run)}`;
  if (run.stopped !== undefined) return stoppedTitle(run.stopped);
  const leaf = failing[0];
  if (leaf === undefined || leaf.id === run.root?.id)
    return run.message ? `Failed: ${run.message}` : "Failed";
  return `Failed at ${leaf.displayName}: ${leaf.message === undefined || isBareExit(leaf) ? exitOf(leaf) : leaf.message}`;
}

function exitOf({ outputs, phase }: Node): string {
  return outputs?.exitCode === undefined ? (phase ?? "") : `exit code ${outputs.exitCode}`;
}

function stoppedTitle({ reason, by }: { reason: string; by: string }): string {
  const person = by === "" ? "" : ` by ${by}`;
  switch (reason) {
    case "superseded":
      return `Superseded${person}`;
    case "cancelled":
      return `Cancelled${person}`;
    case "closed":
      return "Cancelled: the pull request was closed";
    case "deadline":
      return "Timed out";
    case "rejected":
      return `Rejected${person}`;
    case "no token":
      return "Stopped: GitHub gave no token for this run";
    default:
      return `Stopped${person}: ${reason}`;
  }
}

function namesOf(nodes: readonly Node[]): string {
  const names = nodes.slice(0, named).map(({ displayName }) => displayName);
  const more = nodes.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

function inTime({ startedAt, finishedAt }: Run): string {
  if (startedAt === undefined || finishedAt === undefined) return "";
  return ` in ${formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))}`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
