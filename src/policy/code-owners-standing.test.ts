import { describe, expect, it } from "vitest";
import { ownersOfBranch, ownersOfPullRequest } from "./code-owners.js";
import { alice, bob, olderSha, review, rules, sha, snapshot, spoken } from "./gate-maker.js";
import type { GateSnapshot, OwnerReview, Review } from "./gate.js";

const owned = { ...rules, codeOwners: true };
const approved: OwnerReview = { headSha: sha, decision: "APPROVED", ownersRequired: true };
const missing = (reviews: Review[], change: Partial<GateSnapshot> = {}): string[] =>
  ownersOfPullRequest(snapshot({ ownerReview: approved, reviews, ...change }), owned);
const before = "2025-12-31T10:00:00Z";
const after = "2026-01-01T10:00:09Z";
const old = review(bob, { id: 50, commitId: olderSha, submittedAt: before });
const rests =
  "GitHub's decision may rest on the approval of @bob of bbbbbbb: they approve again, or somebody dismisses it";

describe("an approval of an earlier commit, on which GitHub's decision may rest", () => {
  it.each<[what: string, newer: Review]>([
    ["a comment", review(bob, { id: 51, state: "COMMENTED", submittedAt: after })],
    ["a review that is not submitted", review(bob, { id: 51, state: "PENDING", submittedAt: after })],
    ["a command, of which GitHub knows nothing", spoken(bob, {}, { id: 51, submittedAt: after })],
    ["somebody else's approval", review(alice, { id: 51, submittedAt: after })],
    ["an older dismissal", review(bob, { id: 49, state: "DISMISSED", submittedAt: "2025-12-30T10:00:00Z" })],
  ])("stands in spite of %s", (_what, other) => {
    expect(missing([old, other])).toEqual([rests]);
    expect(missing([other, old])).toEqual([rests]);
  });
  it.each<[what: string, newer: Review]>([
    ["an approval of this commit", review(bob, { id: 51, submittedAt: after })],
    ["a request for changes", review(bob, { id: 51, state: "CHANGES_REQUESTED", submittedAt: after })],
    ["a dismissal", review(bob, { id: 51, state: "DISMISSED", submittedAt: after })],
  ])("stands no more after %s, in whatever order GitHub lists them", (_what, newer) => {
    expect(missing([old, newer])).toEqual([]);
    expect(missing([newer, old])).toEqual([]);
  });
  it("is replaced within one second, or without a time, by the later in GitHub's order", () => {
    for (const submittedAt of [before, undefined]) {
      const again = review(bob, { id: 51, submittedAt });
      expect(missing([old, again])).toEqual([]);
      expect(missing([again, old])).toEqual([rests]);
    }
  });
  it("stands for nothing when who gave it is gone or may not write", () => {
    expect(missing([review(undefined, { commitId: olderSha })])).toEqual([]);
    expect(missing([old], { permissions: { [bob.id]: "read" } })).toEqual([]);
  });
  it("is named for each person, also where the commit is not known", () => {
    const unknown = review(alice, { commitId: undefined });
    expect(missing([old, unknown])).toEqual([
      rests,
      rests.replace("bob of bbbbbbb", "Alice of another commit"),
    ]);
  });
});

describe("what the check says of the code owners", () => {
  const says = (change: Partial<OwnerReview>) =>
    ownersOfPullRequest(snapshot({ ownerReview: { ...approved, ...change } }), owned);
  const notDemanded =
    'this gate asks for the code owners, and GitHub does not demand their review for main: in the branch\'s rules, turn on "Require review from Code Owners"';
  it("is what GitHub says, and what to do where it says nothing", () => {
    const unread = "GitHub has not said yet whether the code owners approve this commit";
    expect(ownersOfPullRequest(snapshot(), owned)).toEqual([unread]);
    expect(says({ headSha: olderSha })).toEqual([unread]);
    expect(says({ ownersRequired: false })).toEqual([notDemanded]);
    expect(says({ decision: undefined })).toEqual([notDemanded]);
    expect(says({ decision: "REVIEW_REQUIRED" })).toEqual([
      "GitHub still waits for a required review, such as that of a code owner, on the pull request",
    ]);
    expect(says({ decision: "CHANGES_REQUESTED" })).toEqual([
      "GitHub says that a reviewer has requested changes on the pull request",
    ]);
    expect(says({})).toEqual([]);
  });
  it("is nothing where no rule asks for them", () => {
    expect(ownersOfPullRequest(snapshot(), rules)).toEqual([]);
    expect(ownersOfBranch(rules)).toEqual([]);
    expect(ownersOfBranch(owned)).toEqual([
      "this gate asks for the code owners, who review pull requests, and this run belongs to none: nothing can open it",
    ]);
  });
});
