import {
  hasUnknownAuthors,
  isKnown,
  mayWrite,
  reviewConditions,
  second,
  snapshotConditions,
  type OpinionReview,
} from "./gate-conditions.js";
import { neverApprovable } from "./gate-rules.js";
import type { GateDecision, GateRules, GateSnapshot, Review } from "./gate.js";

/**
 * Decides on one gate from what was read at one moment. Anything unsure counts against opening. The conditions
 * stand in gate-conditions.ts; who may set the rules, one release per node, and looking again just before the
 * release are the caller's part.
 */
export function evaluateGate(snapshot: GateSnapshot, rules: GateRules): GateDecision {
  const refusals = snapshotConditions.flatMap((condition) => condition.refuse(snapshot) ?? []);
  const { latest, ignored } = latestOpinions(snapshot.reviews);
  const unknownAuthors = hasUnknownAuthors(snapshot);
  const possible =
    Number.isSafeInteger(rules.approvals) && rules.approvals >= 1 && rules.approvals < neverApprovable;
  const needed = possible ? rules.approvals + (unknownAuthors ? 1 : 0) : neverApprovable;
  const judged = latest.map((review) => ({ review, fault: faultOf(review, snapshot, rules) }));

  const decision: GateDecision = { state: "waiting", needed, approvals: [], ignored, reasons: refusals };
  for (const { review, fault } of judged) {
    const refusal =
      refusals[0] === undefined
        ? undefined
        : `the review of @${review.user.login} does not count: ${refusals[0]}`;
    sortReview(decision, review, fault ?? refusal, mayWrite(review.user, snapshot));
  }
  if (refusals.length > 0) return decision;
  if (!possible) {
    decision.reasons.push(
      "the gate's annotations have a fault, so that nothing can open it: mend them in the manifest",
    );
    return decision;
  }

  const changes = judged.filter(({ review }) => review.state === "CHANGES_REQUESTED");
  const rejection = changes.find(({ fault }) => fault === undefined);
  if (rules.rejectOnChanges && rejection !== undefined) {
    return { ...decision, state: "rejected", reasons: [`@${rejection.review.user.login} asked for changes`] };
  }
  const objectors = changes.filter(({ review }) => mayWrite(review.user, snapshot));
  for (const { review } of objectors) {
    decision.reasons.push(
      `@${review.user.login} asks for changes: their approval or a dismissal takes that back`,
    );
  }
  const given = decision.approvals.length;
  if (given < needed) decision.reasons.push(missing(given, needed, unknownAuthors));
  if (decision.reasons.length > 0) return decision;
  const people = decision.approvals.map(({ user }) => `@${user.login}`).join(", ");
  return { ...decision, state: "approved", reasons: [`approved by ${people}`] };
}

/**
 * The newest opinion of each person, by numeric id. A comment is no opinion; a dismissed review takes the place of
 * older ones, so that they do not come back. Where times are equal or missing, the one against opening wins.
 */
function latestOpinions(reviews: readonly Review[]): {
  latest: OpinionReview[];
  ignored: GateDecision["ignored"];
} {
  const latest = new Map<number, OpinionReview>();
  const ignored: GateDecision["ignored"] = [];
  for (const review of reviews) {
    if (review.state === "COMMENTED" || review.state === "PENDING") continue;
    const { user } = review;
    if (user === undefined || !isKnown(user)) {
      ignored.push({
        user,
        reviewId: review.id,
        reason: "the reviewer's account is not known to GitHub any more",
      });
      continue;
    }
    const opinion: OpinionReview = { ...review, user };
    const other = latest.get(user.id);
    const [newer, older] =
      other === undefined || replaces(opinion, other) ? [opinion, other] : [other, opinion];
    latest.set(user.id, newer);
    if (older?.state === "APPROVED") {
      ignored.push({ user, reviewId: older.id, reason: `@${user.login} reviewed again later` });
    }
  }
  return { latest: [...latest.values()], ignored };
}

function replaces(opinion: OpinionReview, other: OpinionReview): boolean {
  const [mine, theirs] = [second(opinion.submittedAt), second(other.submittedAt)];
  if (mine > theirs) return true;
  if (mine < theirs) return false;
  return againstOpening[opinion.state] > againstOpening[other.state];
}

const againstOpening = { APPROVED: 0, COMMENTED: 0, PENDING: 0, DISMISSED: 1, CHANGES_REQUESTED: 2 };

function faultOf(review: OpinionReview, snapshot: GateSnapshot, rules: GateRules): string | undefined {
  for (const condition of reviewConditions) {
    const fault = condition.refuse(review, snapshot, rules);
    if (fault !== undefined) return `@${review.user.login} ${fault}`;
  }
  return undefined;
}

/** Puts one person's opinion among those that count or those that do not; a writer's objection always counts. */
function sortReview(
  decision: GateDecision,
  review: OpinionReview,
  fault: string | undefined,
  writer: boolean,
): void {
  const { id: reviewId, user, submittedAt, state } = review;
  if (state === "DISMISSED") {
    decision.ignored.push({ user, reviewId, reason: `the review of @${user.login} was dismissed` });
  } else if (fault !== undefined && !(state === "CHANGES_REQUESTED" && writer)) {
    decision.ignored.push({ user, reviewId, reason: fault });
  } else if (state === "APPROVED" && submittedAt !== undefined) {
    decision.approvals.push({ user, reviewId, submittedAt });
  }
}

function missing(given: number, needed: number, unknownAuthors: boolean): string {
  const count = `${given} of ${needed} needed approval${needed === 1 ? "" : "s"} given`;
  if (!unknownAuthors) return count;
  return `${count}; one more than usual, as not everyone who wrote or pushed these commits is known to GitHub`;
}
