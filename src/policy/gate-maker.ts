/** For tests: a gate that Alice's approval opens, with nothing in the way. */
import type { Actor } from "./event.js";
import type { BranchSnapshot, GateRules, GateSnapshot, Review } from "./gate.js";

export const sha = "a".repeat(40);
export const olderSha = "b".repeat(40);
export const author: Actor = { id: 1, login: "author", type: "User" };
export const alice: Actor = { id: 2, login: "Alice", type: "User" };
export const bob: Actor = { id: 3, login: "bob", type: "User" };
export const webFlow: Actor = { id: 19864447, login: "web-flow", type: "User" };
export const rules: GateRules = { approvals: 1, approvers: [], rejectOnChanges: false };

export function review(user: Actor | undefined, change: Partial<Review> = {}): Review {
  const id = change.id ?? 100;
  return { id, user, state: "APPROVED", commitId: sha, submittedAt: "2026-01-01T10:00:02Z", ...change };
}

/** `/approve` for the gate of the snapshot. */
export function spoken(
  user: Actor,
  said: Partial<NonNullable<Review["spoken"]>> = {},
  change: Partial<Review> = {},
): Review {
  const gate = "n@2026-01-01T10:00:00Z";
  return review(user, { ...change, spoken: { gate, via: "comment", unedited: true, ...said } });
}

/** A run of a push, on which nobody has said anything. */
export function scene(change: Partial<BranchSnapshot> = {}): BranchSnapshot {
  const { pullRequest: _pull, ...rest } = snapshot();
  return { ...rest, commitsKnown: true, run: { repositoryId: 10, headSha: sha }, reviews: [], ...change };
}

/** Approved by Alice, with nothing in the way. */
export function snapshot(
  change: Partial<GateSnapshot> = {},
  pull: Partial<GateSnapshot["pullRequest"]> = {},
): GateSnapshot {
  return {
    run: { repositoryId: 10, headSha: sha, baseRef: "main", pullRequest: 7 },
    gate: { nodeId: "n", nodeName: "run[1].approval", openedAt: "2026-01-01T10:00:00Z" },
    previewShownAt: "2026-01-01T10:00:01Z",
    pullRequest: {
      number: 7,
      state: "open",
      draft: false,
      merged: false,
      author,
      headSha: sha,
      headRef: "topic",
      headRepositoryId: 10,
      baseRef: "main",
      baseSha: olderSha,
      baseRepositoryId: 10,
      title: "Change",
      htmlUrl: "https://github.test/acme/infra/pull/7",
      labels: [],
      ...pull,
    },
    reviews: [review(alice)],
    commits: [{ sha, author, committer: author, coAuthorEmails: [] }],
    lastPusherId: author.id,
    pushes: [{ sha, by: author.id }],
    permissions: { [author.id]: "admin", [alice.id]: "write", [bob.id]: "write" },
    teams: {},
    complete: true,
    ...change,
  };
}

export const commit = { sha, author, committer: author, coAuthorEmails: [] };
