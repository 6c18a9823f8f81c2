import {
  branchConditions,
  branchReviewConditions,
  hasUnknownAuthors,
  isKnown,
  mayWrite,
  reviewConditions,
  second,
  snapshotConditions,
  type OpinionReview,
  type ReviewCondition,
} from "./gate-conditions.js";
import { ownersOfBranch, ownersOfPullRequest } from "./code-owners.js";
import { neverApprovable } from "./gate-rules.js";
import type { BranchSnapshot, GateDecision, GateRules, GateScene, GateSnapshot, Review } from "./gate.js";

/**
 * Decides on one gate of a pull request's run from what was read at one moment. Anything unsure counts against
 * opening. The conditions stand in gate-conditions.ts; who may set the rules, one release per node, and looking
 * again just before the release are the caller's part.
 */
export function evaluateGate(snapshot: GateSnapshot, rules: GateRules): GateDecision {
  const { pullRequest, run } = snapshot;
  const decision = weigh(snapshot, rules, {
    refusals: snapshotConditions.flatMap((condition) => condition.refuse(snapshot) ?? []),
    missing: ownersOfPullRequest(snapshot, rules),
    unknownAuthors: hasUnknownAuthors(snapshot),
    faultOf: (review) => firstFault(reviewConditions, review, snapshot, rules),
  });
  const abandoned = pullRequest.number === run.pullRequest && pullRequest.state === "closed";
  return abandoned ? { ...decision, abandoned } : decision;
}

/**
 * Decides on a gate of a run that belongs to no pull request, such as a push to main: opened from the check, by an
 * eligible person other than who pushed (`lastPusherId`) or wrote what was pushed.
 */
export function evaluateBranchGate(snapshot: BranchSnapshot, rules: GateRules): GateDecision {
  return weigh(snapshot, rules, {
    refusals: branchConditions.flatMap((condition) => condition.refuse(snapshot) ?? []),
    missing: ownersOfBranch(rules),
    unknownAuthors: !snapshot.commitsKnown || hasUnknownAuthors(snapshot),
    faultOf: (review) => firstFault(branchReviewConditions, review, snapshot, rules),
  });
}

interface Conditions {
  /** While there is one, no review counts. */
  refusals: string[];
  /** What has to come besides the approvals. */
  missing: string[];
  unknownAuthors: boolean;
  /** To stand after the login. */
  faultOf(review: OpinionReview): string | undefined;
}

function weigh(scene: GateScene, rules: GateRules, conditions: Conditions): GateDecision {
  const { refusals, unknownAuthors } = conditions;
  const gate = gateName(scene.gate);
  // What was said to one gate says nothing of another.
  const reviews = scene.reviews.filter(({ spoken }) => spoken === undefined || spoken.gate === gate);
  const { latest, ignored } = latestOpinions(reviews);
  const possible =
    Number.isSafeInteger(rules.approvals) && rules.approvals >= 1 && rules.approvals < neverApprovable;
  const needed = possible ? rules.approvals + (unknownAuthors ? 1 : 0) : neverApprovable;
  const judged = latest.map((review) => {
    const fault = conditions.faultOf(review);
    return { review, fault: fault === undefined ? undefined : `@${review.user.login} ${fault}` };
  });

  const decision: GateDecision = { state: "waiting", needed, approvals: [], ignored, reasons: refusals };
  for (const { review, fault } of judged) {
    const refusal =
      refusals[0] === undefined
        ? undefined
        : `the review of @${review.user.login} does not count: ${refusals[0]}`;
    sortReview(decision, review, fault ?? refusal, mayWrite(review.user, scene));
  }
  if (refusals.length > 0) return decision;
  if (!possible) {
    decision.reasons.push(
      "the gate's annotations have a fault, so that nothing can open it: mend them in the manifest",
    );
    return decision;
  }
  const standing = standingObjections(reviews, latest);
  return count(decision, { judged, standing }, scene, rules, conditions);
}

/** What the opinions come to when nothing else is in the way. */
function count(
  decision: GateDecision,
  opinions: { judged: { review: OpinionReview; fault: string | undefined }[]; standing: OpinionReview[] },
  scene: GateScene,
  rules: GateRules,
  conditions: Conditions,
): GateDecision {
  const { needed } = decision;
  const { judged, standing } = opinions;
  const against = judged.filter(({ review }) => review.state === "CHANGES_REQUESTED");
  const eligible = against.filter(({ fault }) => fault === undefined).map(({ review }) => review);
  const rejection = eligible.find(({ spoken }) => spoken !== undefined || rules.rejectOnChanges);
  if (rejection !== undefined) {
    const what = rejection.spoken === undefined ? "asked for changes" : "rejected it";
    return { ...decision, state: "rejected", reasons: [`@${rejection.user.login} ${what}`] };
  }
  const objections = [...against.map(({ review }) => review), ...standing];
  decision.reasons.push(...objections.filter(({ user }) => mayWrite(user, scene)).map(objection));
  const given = decision.approvals.length;
  if (given < needed) decision.reasons.push(missing(given, needed, conditions.unknownAuthors));
  decision.reasons.push(...conditions.missing);
  if (decision.reasons.length > 0) return decision;
  const people = decision.approvals.map(({ user }) => `@${user.login}`).join(", ");
  return { ...decision, state: "approved", reasons: [`approved by ${people}`] };
}

function objection({ user, spoken }: OpinionReview): string {
  if (spoken === undefined)
    return `@${user.login} asks for changes: their approval or a dismissal takes that back`;
  return `@${user.login} said no, which keeps the gate closed: their own approval takes that back`;
}

/** Names a gate as votes and reported legs remember it: a retried node is another gate. */
export function gateName({ nodeId, openedAt }: GateScene["gate"]): string {
  return `${nodeId}@${openedAt}`;
}

/**
 * The newest opinion of each person, by numeric id. A comment is no opinion; a dismissed review takes the place of
 * older ones, so that they do not come back. Where times are equal or missing, the one against opening wins; of two
 * that say the same, the later in GitHub's order.
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

/**
 * Who has said no to the gate, and has a review dismissed that is newer: only their own approval takes that back, and not
 * somebody else's dismissal. It ends no run, for what the dismissed review was GitHub does not tell.
 */
function standingObjections(reviews: readonly Review[], latest: readonly OpinionReview[]): OpinionReview[] {
  return latest
    .filter(({ state }) => state === "DISMISSED")
    .flatMap(({ user }) => {
      const own = reviews
        .filter((review) => review.user?.id === user.id)
        .filter(
          ({ state, spoken }) => state === "APPROVED" || (spoken !== undefined && state !== "DISMISSED"),
        )
        .map((review) => ({ ...review, user }));
      const newest = own.reduce<OpinionReview | undefined>(
        (other, review) => (other === undefined || replaces(review, other) ? review : other),
        undefined,
      );
      return newest?.state === "CHANGES_REQUESTED" ? [newest] : [];
    });
}

function replaces(opinion: OpinionReview, other: OpinionReview): boolean {
  const [mine, theirs] = [second(opinion.submittedAt), second(other.submittedAt)];
  if (mine > theirs) return true;
  if (mine < theirs) return false;
  return againstOpening[opinion.state] >= againstOpening[other.state];
}

const againstOpening = { APPROVED: 0, COMMENTED: 0, PENDING: 0, DISMISSED: 1, CHANGES_REQUESTED: 2 };

function firstFault<Scene extends GateScene>(
  conditions: readonly ReviewCondition<Scene>[],
  review: OpinionReview,
  scene: Scene,
  rules: GateRules,
): string | undefined {
  for (const condition of conditions) {
    const fault = condition.refuse(review, scene, rules);
    if (fault !== undefined) return fault;
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
  const { id: reviewId, user, submittedAt, state, spoken } = review;
  if (state === "DISMISSED") {
    decision.ignored.push({ user, reviewId, reason: `the review of @${user.login} was dismissed` });
  } else if (fault !== undefined && !(state === "CHANGES_REQUESTED" && writer)) {
    decision.ignored.push({ user, reviewId, reason: fault });
  } else if (state === "APPROVED" && submittedAt !== undefined) {
    const via = spoken === undefined ? {} : { via: spoken.via };
    decision.approvals.push({ user, reviewId, submittedAt, ...via });
  }
}

function missing(given: number, needed: number, unknownAuthors: boolean): string {
  const count = `${given} of ${needed} needed approval${needed === 1 ? "" : "s"} given`;
  if (!unknownAuthors) return count;
  return `${count}; one more than usual, as not everyone who wrote or pushed these commits is known to GitHub`;
}
