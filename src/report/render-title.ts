import { formatDuration } from "../lib/duration.js";
import { neverApprovable } from "../policy/gate-rules.js";
import type { GateDecision } from "../policy/gate.js";
import { failingLeaf } from "../run/gates.js";
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
  context: { decisions: ReadonlyMap<string, GateDecision>; rejections: readonly Rejection[]; quote: Quote },
): string {
  const { quote, decisions, rejections } = context;
  const title = () => {
    switch (standing.state) {
      case "queued":
        return run.message === undefined ? "Queued" : `Queued: ${run.message}`;
      case "running":
        return runningTitle(run, standing);
      case "waiting":
        return waitingTitle(standing, decisions);
      case "finished":
        return finishedTitle(run, rejections);
    }
  };
  return plainTitle(quote.line(title(), 1000));
}

function runningTitle(run: Run, { gates, running }: Standing): string {
  if (run.stopped !== undefined) return `Stopping: ${lowerFirst(stoppedTitle(run.stopped))}`;
  const { done, total } = run.progress;
  const parts = [total === 0 ? "Running" : `${done} of ${total} step${total === 1 ? "" : "s"}`];
  if (running.length > 0) parts.push(`running ${namesOf(running)}`);
  if (gates.length > 0) parts.push(`waiting for approval at ${namesOf(gates.map(({ node }) => node))}`);
  return parts.join(", ");
}

function waitingTitle({ gates }: Standing, decisions: ReadonlyMap<string, GateDecision>): string {
  const [gate, ...others] = gates;
  const decision = gate === undefined ? undefined : decisions.get(gate.node.id);
  if (decision !== undefined && decision.needed >= neverApprovable && others.length === 0)
    return `The gate ${namesOf([gate?.node].filter((node) => node !== undefined))} has a fault`;
  if (decision !== undefined && decision.needed > 1 && others.length === 0) {
    return `Waiting for approval: ${decision.approvals.length} of ${decision.needed} given`;
  }
  return `Waiting for approval at ${namesOf(gates.map(({ node }) => node))}`;
}

function finishedTitle(run: Run, rejections: readonly Rejection[]): string {
  const rejection = rejections[0];
  if (rejection !== undefined) {
    const by = rejection.logins.length === 0 ? "" : ` by ${rejection.logins.join(", ")}`;
    return `Rejected at ${rejection.gate}${by}`;
  }
  if (run.phase === "Succeeded") return `Succeeded${inTime(run)}`;
  if (run.stopped !== undefined) return stoppedTitle(run.stopped);
  const leaf = failingLeaf(run);
  if (leaf === undefined || leaf.id === run.root?.id)
    return run.message ? `Failed: ${run.message}` : "Failed";
  const exitCode = leaf.outputs?.exitCode;
  const why = leaf.message || (exitCode === undefined ? leaf.phase : `exit code ${exitCode}`);
  return `Failed at ${leaf.displayName}: ${why}`;
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
