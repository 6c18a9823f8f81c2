import { mayWrite, second } from "./gate-conditions.js";
import type { GateRules, GateSnapshot, Review } from "./gate.js";

/**
 * What is missing of the code owners' approval, as GitHub decides it; empty when the rules do not ask for it. GitHub
 * reads the base branch's CODEOWNERS, so that a pull request cannot name its own. Its decision may rest on any standing
 * approval: one of another commit must not carry it.
 */
export function ownersOfPullRequest(snapshot: GateSnapshot, { codeOwners }: GateRules): string[] {
  if (codeOwners !== true) return [];
  const { ownerReview: review, run, pullRequest } = snapshot;
  if (review === undefined || review.headSha !== run.headSha)
    return ["GitHub has not said yet whether the code owners approve this commit"];
  if (!review.ownersRequired || review.decision === undefined)
    return [
      `this gate asks for the code owners, and GitHub does not demand their review for ${pullRequest.baseRef}: in the branch's rules, turn on "Require review from Code Owners"`,
    ];
  if (review.decision !== "APPROVED") return [unapproved[review.decision]];
  return standingApprovals(snapshot)
    .filter(({ commitId }) => commitId !== run.headSha)
    .map(
      ({ user, commitId }) =>
        `GitHub's decision may rest on the approval of @${user?.login ?? "ghost"} of ${commitId?.slice(0, 7) ?? "another commit"}: they approve again, or somebody dismisses it`,
    );
}

/** Code owners review pull requests, and nothing else. */
export function ownersOfBranch({ codeOwners }: GateRules): string[] {
  if (codeOwners !== true) return [];
  return [
    "this gate asks for the code owners, who review pull requests, and this run belongs to none: nothing can open it",
  ];
}

const unapproved = {
  REVIEW_REQUIRED:
    "GitHub still waits for a required review, such as that of a code owner, on the pull request",
  CHANGES_REQUESTED: "GitHub says that a reviewer has requested changes on the pull request",
};

/** The newest opinion of each writer, where it is an approval: what GitHub's decision can rest on. */
function standingApprovals(snapshot: GateSnapshot): Review[] {
  const latest = new Map<number, Review>();
  for (const review of snapshot.reviews) {
    const { user, state, spoken } = review;
    if (user === undefined || spoken !== undefined || !mayWrite(user, snapshot)) continue;
    if (state === "COMMENTED" || state === "PENDING") continue;
    const other = latest.get(user.id);
    if (other === undefined || !(second(other.submittedAt) > second(review.submittedAt)))
      latest.set(user.id, review);
  }
  return [...latest.values()].filter(({ state }) => state === "APPROVED");
}
