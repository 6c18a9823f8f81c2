import { describe, expect, it } from "vitest";
import { evaluateGate } from "./evaluate-gate.js";
import { alice, bob, commit, olderSha, review, rules, snapshot, webFlow } from "./gate-maker.js";
import { neverApprovable } from "./gate-rules.js";

describe("whose opinion counts", () => {
  it("latest-opinion: approve, then request changes", () => {
    const later = review(alice, { id: 101, state: "CHANGES_REQUESTED", submittedAt: "2026-01-01T10:00:03Z" });
    expect(evaluateGate(snapshot({ reviews: [review(alice), later] }), rules).state).toBe("waiting");
    expect(evaluateGate(snapshot({ reviews: [later, review(alice)] }), rules).state).toBe("waiting");
  });
  it("latest-opinion: within one second the one against opening wins, in any order", () => {
    const changes = review(alice, { id: 99, state: "CHANGES_REQUESTED" });
    const dismissed = review(alice, { id: 101, state: "DISMISSED" });
    for (const reviews of [
      [changes, review(alice)],
      [review(alice), changes],
      [dismissed, changes, review(alice)],
    ]) {
      expect(evaluateGate(snapshot({ reviews }), rules).reasons[0]).toContain("@Alice asks for changes");
    }
  });
  it("latest-opinion: of two approvals within one second the later in GitHub's order is looked at", () => {
    const older = review(alice, { id: 101, commitId: olderSha });
    const decision = evaluateGate(snapshot({ reviews: [review(alice), older] }), rules);
    expect(decision.state).toBe("waiting");
    expect(decision.ignored.map(({ reason }) => reason).join()).toContain(`reviewed ${olderSha.slice(0, 7)}`);
    expect(evaluateGate(snapshot({ reviews: [older, review(alice)] }), rules).state).toBe("approved");
  });
  it("latest-opinion: a later comment takes nothing back", () => {
    for (const state of ["COMMENTED", "PENDING"] as const) {
      const later = review(alice, { id: 101, state, submittedAt: "2026-01-01T10:00:03Z" });
      const decision = evaluateGate(snapshot({ reviews: [review(alice), later] }), rules);
      expect(decision).toMatchObject({ state: "approved", ignored: [] });
      const alone = evaluateGate(snapshot({ reviews: [later] }), rules);
      expect(alone).toMatchObject({ state: "waiting", approvals: [], ignored: [] });
    }
  });
  it("dismissal: brings no older approval back", () => {
    const dismissed = review(alice, { id: 101, state: "DISMISSED", submittedAt: "2026-01-01T10:00:03Z" });
    const decision = evaluateGate(snapshot({ reviews: [review(alice), dismissed] }), rules);
    expect(decision.state).toBe("waiting");
    expect(decision.ignored.map(({ reason }) => reason)).toContain("the review of @Alice was dismissed");
  });
  it("known-account: a deleted account does not count", () => {
    expect(evaluateGate(snapshot({ reviews: [review(undefined)] }), rules).state).toBe("waiting");
    expect(evaluateGate(snapshot({ reviews: [review({ ...alice, id: Number.NaN })] }), rules).state).toBe(
      "waiting",
    );
  });
  it("distinct-people: one person counts once, whatever the login's case", () => {
    const again = review({ ...alice, login: "ALICE" }, { id: 101, submittedAt: "2026-01-01T10:00:03Z" });
    const two = { ...rules, approvals: 2 };
    const decision = evaluateGate(snapshot({ reviews: [review(alice), again] }), two);
    expect(decision).toMatchObject({ state: "waiting", reasons: ["1 of 2 needed approvals given"] });
    expect(evaluateGate(snapshot({ reviews: [review(alice), review(bob, { id: 101 })] }), two).state).toBe(
      "approved",
    );
  });
  it("objection: a writer's request for changes blocks, even one outside the approvers and from before", () => {
    const objection = review(bob, {
      id: 50,
      state: "CHANGES_REQUESTED",
      commitId: olderSha,
      submittedAt: "2025-01-01T00:00:00Z",
    });
    const decision = evaluateGate(snapshot({ reviews: [review(alice), objection] }), {
      ...rules,
      approvers: ["alice"],
    });
    expect(decision.state).toBe("waiting");
    expect(decision.ignored).toEqual([]);
    expect(decision.reasons).toEqual([
      "@bob asks for changes: their approval or a dismissal takes that back",
    ]);
  });
  it("objection: a reader's request for changes does not block", () => {
    const objection = review(bob, { id: 101, state: "CHANGES_REQUESTED" });
    const state = snapshot({ reviews: [review(alice), objection], permissions: { 2: "write", 3: "read" } });
    expect(evaluateGate(state, rules).state).toBe("approved");
  });
  it("team: a member by id, the name in any case", () => {
    const state = snapshot({ teams: { "Acme/Platform": [alice.id] } });
    expect(evaluateGate(state, { ...rules, approvers: ["@acme/platform"] }).state).toBe("approved");
    expect(evaluateGate(state, { ...rules, approvers: ["ALICE"] }).state).toBe("approved");
    expect(evaluateGate(state, { ...rules, approvers: ["@acme/platform2"] }).state).toBe("waiting");
  });
});

describe("a closed pull request", () => {
  it("will not answer its gate; an open one, a draft or another one may", () => {
    expect(evaluateGate(snapshot({}, { state: "closed" }), rules)).toMatchObject({
      state: "waiting",
      abandoned: true,
    });
    expect(evaluateGate(snapshot(), rules)).not.toHaveProperty("abandoned");
    expect(evaluateGate(snapshot({}, { draft: true }), rules)).not.toHaveProperty("abandoned");
    expect(evaluateGate(snapshot({}, { state: "closed", number: 8 }), rules)).not.toHaveProperty("abandoned");
  });
});

describe("who wrote the code", () => {
  it.each([
    ["an author is not known", snapshot({ commits: [{ ...commit, author: undefined }] })],
    ["a committer is not known", snapshot({ commits: [{ ...commit, committer: undefined }] })],
    ["web-flow stands as the author", snapshot({ commits: [{ ...commit, author: webFlow }] })],
    ["the pusher is not known", snapshot({ lastPusherId: undefined })],
    ["a bot pushed before", snapshot({ pushes: [{ sha: commit.sha, by: undefined }] })],
  ])("unknown-authors: one approval more when %s", (_what, state) => {
    expect(evaluateGate(state, rules)).toMatchObject({ state: "waiting", needed: 2 });
    const both = { ...state, reviews: [review(alice), review(bob, { id: 101 })] };
    expect(evaluateGate(both, rules).state).toBe("approved");
  });
  it("who pushed to the branch before the pull request's commits may approve", () => {
    const state = snapshot({ pushes: [{ sha: olderSha, by: alice.id }] });
    expect(evaluateGate(state, rules)).toMatchObject({ state: "approved", needed: 1 });
  });
  it("web-flow as the committer hides nobody", () => {
    const state = snapshot({ commits: [{ ...commit, committer: webFlow }] });
    expect(evaluateGate(state, rules)).toMatchObject({ state: "approved", needed: 1 });
  });
});

describe("rules", () => {
  it.each([neverApprovable, 0, -1, Number.NaN, 1.5, Infinity])("approvals %s never open", (approvals) => {
    expect(evaluateGate(snapshot(), { ...rules, approvals }).state).toBe("waiting");
  });
  it("reject-on-changes: only an eligible approver's later review rejects", () => {
    const by = { ...rules, approvers: ["alice"], rejectOnChanges: true };
    const changes = review(alice, { state: "CHANGES_REQUESTED" });
    expect(evaluateGate(snapshot({ reviews: [changes] }), by)).toMatchObject({
      state: "rejected",
      reasons: ["@Alice asked for changes"],
    });
    expect(evaluateGate(snapshot({ reviews: [changes] }), { ...by, rejectOnChanges: false }).state).toBe(
      "waiting",
    );
    const outsider = review(bob, { state: "CHANGES_REQUESTED" });
    expect(evaluateGate(snapshot({ reviews: [outsider] }), by).state).toBe("waiting");
    const before = review(alice, { state: "CHANGES_REQUESTED", submittedAt: "2026-01-01T10:00:00Z" });
    expect(evaluateGate(snapshot({ reviews: [before] }), by).state).toBe("waiting");
    expect(evaluateGate(snapshot({ reviews: [changes], complete: false }), by).state).toBe("waiting");
  });
});

describe("what a reader of the check is told", () => {
  it("is how many are missing, and why one more than usual", () => {
    const none = { reviews: [] };
    expect(evaluateGate(snapshot(none), rules).reasons).toEqual(["0 of 1 needed approval given"]);
    expect(evaluateGate(snapshot(none), { ...rules, approvals: 2 }).reasons).toEqual([
      "0 of 2 needed approvals given",
    ]);
    expect(evaluateGate(snapshot({ ...none, lastPusherId: undefined }), rules).reasons).toEqual([
      "0 of 2 needed approvals given; one more than usual, as not everyone who wrote or pushed these commits is known to GitHub",
    ]);
  });
  it("is that the annotations have a fault", () => {
    expect(evaluateGate(snapshot(), { ...rules, approvals: neverApprovable }).reasons).toEqual([
      "the gate's annotations have a fault, so that nothing can open it: mend them in the manifest",
    ]);
  });
  it("is who approved, all of them", () => {
    const reviews = [review(alice), review(bob, { id: 101 })];
    expect(evaluateGate(snapshot({ reviews }), rules).reasons).toEqual(["approved by @Alice, @bob"]);
  });
  it("is which approvals were taken over by later ones, and which account is gone", () => {
    const later = review(alice, { id: 101, submittedAt: "2026-01-01T10:00:09Z" });
    expect(evaluateGate(snapshot({ reviews: [review(alice), later] }), rules).ignored).toEqual([
      { user: alice, reviewId: 100, reason: "@Alice reviewed again later" },
    ]);
    expect(evaluateGate(snapshot({ reviews: [later, review(alice)] }), rules).approvals[0]?.reviewId).toBe(
      101,
    );
    const changed = [review(alice, { state: "CHANGES_REQUESTED" }), later];
    expect(evaluateGate(snapshot({ reviews: changed }), rules)).toMatchObject({
      state: "approved",
      ignored: [],
    });
    expect(evaluateGate(snapshot({ reviews: [review(undefined)] }), rules).ignored).toEqual([
      { user: undefined, reviewId: 100, reason: "the reviewer's account is not known to GitHub any more" },
    ]);
  });
  it("is nothing of comments and drafts of reviews", () => {
    const reviews = [review(alice, { state: "COMMENTED" }), review(bob, { id: 101, state: "PENDING" })];
    expect(evaluateGate(snapshot({ reviews }), rules)).toMatchObject({ approvals: [], ignored: [] });
  });
});
