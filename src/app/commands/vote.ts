import { escapeMarkdown } from "../../lib/text.js";
import { beforeShown, notShownYet } from "../../policy/gate-conditions.js";
import { openGates, type OpenGate } from "../../run/gates.js";
import type { Vote } from "../../run/metadata.js";
import { hasHeard } from "../heard.js";
import { gateId } from "../report-run.js";
import { castVotes, hashOfBody } from "../votes.js";
import type { CommandContext, CommandModule } from "./command-module.js";
import { waitingRuns } from "./gates.js";

export const approve: CommandModule = {
  usage: "/approve",
  does: "approves the gates that wait, as an approving review does, for who may approve them.",
  for: "writer",
  onHead: true,
  obey: (context) => vote(context, "approved"),
};

export const reject: CommandModule = {
  usage: "/reject",
  does: "rejects the gates that wait, for who may approve them.",
  for: "writer",
  onHead: true,
  obey: (context) => vote(context, "rejected"),
};

/** Says it to every gate that waits on the head; whether it counts is the gate's to decide, now and later. */
async function vote(context: CommandContext, verdict: Vote["verdict"]): Promise<string | undefined> {
  const { dependencies, event, pullRequest, begun } = context;
  const waiting = await waitingRuns(context);
  if (waiting.length === 0 && begun.length > 0) return undefined;
  if (waiting.length === 0) return "No gate of this commit waits now; see the checks.";
  const reasons: string[] = [];
  for (const run of waiting) {
    // Delivered again, it says nothing to a gate that has opened since.
    const isMeant = ({ startedAt }: OpenGate) =>
      begun.length === 0 || Date.parse(startedAt) <= Date.parse(event.createdAt);
    const cast = openGates(run)
      .filter(isMeant)
      .map((gate): Vote => ({
        verdict,
        user: event.actor,
        gate: gateId(gate),
        at: event.createdAt,
        headSha: pullRequest.headSha,
        via: "comment",
        id: event.commentId,
        bodyHash: hashOfBody(event.body),
      }));
    const isHeard = hasHeard(run, event.commentId);
    if (!isHeard) await castVotes(dependencies, run.key, cast);
    const { decisions, run: now } = await dependencies.reconcile(run.key);
    dependencies.wake(run.key);
    // Whether the gate was shown may be known only in a moment, and the check will say so.
    const isOpen = (reason: string) =>
      now?.report.unsure !== undefined && (reason.endsWith(notShownYet) || reason.endsWith(beforeShown));
    for (const decision of decisions.values()) {
      const own = decision.ignored.filter(({ reviewId }) => reviewId === event.commentId);
      const isEarly = own.some(({ reason }) => isOpen(reason));
      reasons.push(
        ...own.map(({ reason }) => reason).filter((reason) => !isOpen(reason)),
        ...(isEarly ? decision.reasons.filter((reason) => !isOpen(reason)) : []),
      );
    }
  }
  if (reasons.length === 0) return undefined;
  const list = [...new Set(reasons)].map((reason) => `- ${escapeMarkdown(reason)}`).join("\n");
  return `It does not count:\n\n${list}`;
}
