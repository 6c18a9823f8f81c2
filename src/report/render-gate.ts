import { neverApprovable } from "../policy/gate-rules.js";
import type { GateDecision } from "../policy/gate.js";
import type { OpenGate } from "../run/gates.js";
import type { RunFacts } from "../run/metadata.js";
import { count, shortSha } from "./plain.js";
import type { Quote } from "./quote.js";

const listed = 30;
const quoted = 300;

/** Why a gate waits: the approvals that count, those that do not and why, and what else is missing. */
export function renderGate(gate: OpenGate, decision: GateDecision | undefined, quote: Quote): string {
  const heading = `### Waiting for approval at ${quote.inline(gate.node.displayName, quoted)}`;
  if (decision === undefined) {
    return `${heading}\n\nThe reviews have not been read yet, so the gate stays closed.`;
  }
  const given = decision.approvals.map(({ user }) => quote.inline(user.login, 100));
  const people = given.length === 0 ? "" : `: ${given.slice(-listed).join(", ")}`;
  const ignored = decision.ignored.map(({ user, reason }) => {
    const login = user?.login ?? "(deleted account)";
    return `${quote.inline(login, 100)}: ${quote.inline(reason.replace(`@${login} `, ""), quoted)}`;
  });
  const missing = `${given.length} of ${decision.needed} needed`;
  const reasons = decision.reasons.filter(
    (reason) => !(reason.startsWith(missing) && reason.endsWith("given")),
  );
  const counts =
    decision.needed >= neverApprovable
      ? "Nothing can open it."
      : `${given.length} of ${count(decision.needed, "approval")} given${people}.`;
  return [
    heading,
    counts,
    list(reasons.map((reason) => quote.inline(reason, quoted))),
    ...(ignored.length === 0 ? [] : ["Reviews that do not count:", list(ignored)]),
    ...(decision.notices ?? []).map((notice) => `**Look closely:** ${quote.inline(notice, quoted * 4)}`),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What a reader can do about a closed gate. */
export function renderNextStep(
  facts: RunFacts | undefined,
  closed: string | undefined,
  quote: Quote,
): string {
  const cancel = "Cancel ends the run.";
  if (closed !== undefined) return `**What to do:** ${quote.inline(closed)} ${cancel}`;
  const pullRequest = facts?.pullRequest;
  if (facts === undefined || pullRequest === undefined) {
    return [
      "**What to do:** read the output below, then press Approve or Reject above. This run belongs to no pull request;",
      `whoever started it (${quote.inline(facts?.actor.login ?? "unknown", 100)}) cannot approve it. ${cancel}`,
    ].join(" ");
  }
  return [
    `**What to do:** read the output below, then approve commit ${quote.inline(shortSha(facts.headSha))} of pull request`,
    `#${pullRequest.number}: "Files changed", "Review changes", "Approve", "Submit review"; or press Approve`,
    "above, or comment `/approve`.",
    "An approval given before this output was shown, or on another commit, does not count.",
    cancel,
  ].join(" ");
}

/** The last ones, as they are the newest. */
function list(items: readonly string[]): string {
  const more = items.length - listed;
  return [
    ...(more > 0 ? [`- ${more} earlier ones`] : []),
    ...items.slice(-listed).map((item) => `- ${item}`),
  ].join("\n");
}
