import { notShownYet } from "../policy/gate-conditions.js";
import { neverApprovable } from "../policy/gate-rules.js";
import type { GateDecision } from "../policy/gate.js";
import type { OpenGate } from "../run/gates.js";
import { count } from "./plain.js";
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
    // The check that says this is what shows it.
    (reason) => reason !== notShownYet && !(reason.startsWith(missing) && reason.endsWith("given")),
  );
  const counts =
    decision.needed >= neverApprovable
      ? "Nothing can open it."
      : `${given.length} of ${count(decision.needed, "approval")} given${people}.`;
  return [
    heading,
    counts,
    ...(reasons.length === 0
      ? []
      : ["Why it stays closed:", list(reasons.map((reason) => quote.inline(reason, quoted)))]),
    ...(ignored.length === 0 ? [] : ["Reviews that do not count:", list(ignored)]),
    ...(decision.notices ?? []).map((notice) => `**Look closely:** ${quote.inline(notice, quoted * 4)}`),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The last ones, as they are the newest. */
function list(items: readonly string[]): string {
  const more = items.length - listed;
  return [
    ...(more > 0 ? [`- ${more} earlier ones`] : []),
    ...items.slice(-listed).map((item) => `- ${item}`),
  ].join("\n");
}
