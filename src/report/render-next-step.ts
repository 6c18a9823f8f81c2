import { neverApprovable } from "../policy/gate-rules.js";
import type { GateDecision } from "../policy/gate.js";
import type { RunFacts } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import { pullRequestLink } from "./links.js";
import { shortSha } from "./plain.js";
import type { Quote } from "./quote.js";
import type { Rejection } from "./rejections.js";
import type { Standing } from "./standing.js";

/** What a reader can do now; empty where there is nothing to do but wait. */
export function renderNextStep(
  run: Run,
  { state, gates }: Standing,
  context: {
    gatesClosed?: string;
    decisions: ReadonlyMap<string, GateDecision>;
    rejections: readonly Rejection[];
    quote: Quote;
  },
): string {
  const { gatesClosed, decisions, rejections, quote } = context;
  const faulty = gates.filter(({ node }) => (decisions.get(node.id)?.needed ?? 0) >= neverApprovable);
  const held = gates.filter(({ node }) => isHeld(decisions.get(node.id)));
  const said =
    state === "queued" && run.queued !== undefined
      ? inLine(run.queued.limit)
      : state === "finished"
        ? afterEnd(run, rejections)
        : gates.length === 0
          ? ""
          : faulty.length === gates.length
            ? "cancel the run, mend the gate's annotations in the manifest, and push."
            : held.length === gates.length
              ? "settle what keeps it closed; the approvals that were given stand."
              : atGate(run.facts, state === "waiting", gatesClosed, quote);
  return said === "" ? "" : `**What to do:** ${said}`;
}

function inLine(limit: number): string {
  return [
    `nothing. The server's configuration lets this repository have ${limit} run${limit === 1 ? "" : "s"} at`,
    "work at one time. This run starts by itself, the oldest first, when one of them has ended or waits for an approval.",
    "`/cancel` on its pull request takes it out of the line.",
  ].join(" ");
}

/** Approved by enough people, and closed for another reason. */
function isHeld(decision: GateDecision | undefined): boolean {
  return decision !== undefined && decision.approvals.length >= decision.needed;
}

/** Buttons are on completed checks only: while other steps run beside the gate there are none. */
function atGate(
  facts: RunFacts | undefined,
  buttons: boolean,
  closed: string | undefined,
  quote: Quote,
): string {
  const cancel = buttons ? "Cancel ends the run." : "A comment `/cancel` ends the run.";
  if (closed !== undefined) return `${quote.inline(closed)} ${cancel}`;
  const pullRequest = facts?.pullRequest;
  if (facts === undefined || pullRequest === undefined) {
    const press = buttons
      ? "press Approve or Reject above"
      : "press Approve or Reject when the other steps have ended";
    return [
      `read the output below, then ${press}. This run belongs to no pull request;`,
      `neither whoever started it (${quote.inline(facts?.actor.login ?? "unknown", 100)}) nor who wrote its commits can`,
      `approve it. ${cancel}`,
    ].join(" ");
  }
  if (!buttons)
    return "wait until the other steps have ended: an approval counts from when the gate is shown to wait for it.";
  return [
    `read the output below, then approve commit ${quote.inline(shortSha(facts.headSha))} of pull request`,
    `${pullRequestLink(facts, pullRequest.number)}: "Files changed", "Review changes", "Approve", "Submit review"; or press Approve`,
    "above, or comment `/approve`.",
    "An approval given before this output was shown, or on another commit, does not count.",
    cancel,
  ].join(" ");
}

function afterEnd(run: Run, rejections: readonly Rejection[]): string {
  const command = run.facts?.pullRequest === undefined ? "" : ", or comment `/retry`,";
  const retry = `press Retry above${command} to run the same commit again`;
  if (rejections.length > 0) return `push a change; or ${retry} and be asked again.`;
  if (run.phase === "Succeeded") return "";
  switch (run.stopped?.reason) {
    case undefined:
      return `push a fix; or, where the cause lies elsewhere, ${retry}.`;
    case "superseded":
      return "nothing: a newer run has taken its place.";
    case "deadline":
      return `make the steps faster or raise \`activeDeadlineSeconds\` in the manifest; or ${retry}.`;
    case "no token":
      return `mend what the message says; then ${retry}.`;
    default:
      return `nothing; or ${retry}.`;
  }
}
