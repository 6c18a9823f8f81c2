import { describe, expect, it } from "vitest";
import type { Actor } from "./event.js";
import { evaluateGate } from "./evaluate-gate.js";
import { reviewConditions, snapshotConditions } from "./gate-conditions.js";
import { neverApprovable } from "./gate-rules.js";
import type { GateRules, GateSnapshot, Review } from "./gate.js";

const sha = "a".repeat(40);
const olderSha = "b".repeat(40);
const author: Actor = { id: 1, login: "author", type: "User" };
const alice: Actor = { id: 2, login: "Alice", type: "User" };
const bob: Actor = { id: 3, login: "bob", type: "User" };
const webFlow: Actor = { id: 19864447, login: "web-flow", type: "User" };
const rules: GateRules = { approvals: 1, approvers: [], rejectOnChanges: false };

function review(user: Actor | undefined, change: Partial<Review> = {}): Review {
  const id = change.id ?? 100;
  return { id, user, state: "APPROVED", commitId: sha, submittedAt: "2026-01-01T10:00:02Z", ...change };
}

/** Approved by Alice, with nothing in the way. */
function snapshot(
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
    permissions: { [author.id]: "admin", [alice.id]: "write", [bob.id]: "write" },
    teams: {},
    complete: true,
    ...change,
  };
}

/** The names of all conditions that refuse Alice's approval, so that a case fails when its condition is removed. */
function refusals(state: GateSnapshot, by: GateRules): string[] {
  const whole = snapshotConditions.filter((condition) => condition.refuse(state) !== undefined);
  const first = state.reviews[0];
  if (first?.user === undefined) return whole.map(({ name }) => name);
  const opinion = { ...first, user: first.user };
  const person = reviewConditions.filter((condition) => condition.refuse(opinion, state, by) !== undefined);
  return [...whole, ...person].map(({ name }) => name);
}

const only = { ...rules, approvers: ["@acme/platform", "bob"] };
const commit = { sha, author, committer: author, coAuthorEmails: [] };
const cases: [names: string, what: string, state: GateSnapshot, by?: GateRules][] = [
  ["complete", "a list was cut short", snapshot({ complete: false })],
  ["same-pull-request", "another pull request with the same head", snapshot({}, { number: 8 })],
  ["open", "the pull request was closed", snapshot({}, { state: "closed" })],
  ["not-merged", "the pull request was merged", snapshot({}, { merged: true })],
  ["not-draft", "the pull request is a draft", snapshot({}, { draft: true })],
  ["same-repository", "a pull request of another repository", snapshot({}, { baseRepositoryId: 11 })],
  ["not-a-fork", "the head is in a fork", snapshot({}, { headRepositoryId: 11 })],
  ["not-a-fork", "the head's repository is gone", snapshot({}, { headRepositoryId: undefined })],
  ["head-is-the-runs-commit", "code was pushed after the run", snapshot({}, { headSha: olderSha })],
  ["base-unchanged", "the base was changed to a lax branch", snapshot({}, { baseRef: "lax" })],
  ["head-in-commits", "GitHub's commit list lags", snapshot({ commits: [{ ...commit, sha: olderSha }] })],
  ["preview-shown,after-the-preview", "the preview was never shown", snapshot({ previewShownAt: undefined })],
  ["human", "a bot approves", snapshot({ reviews: [review({ ...alice, type: "Bot" })] })],
  ["human", "an App's user approves", snapshot({ reviews: [review({ ...alice, login: "ci[bot]" })] })],
  ["not-the-author", "the author approves", snapshot({}, { author: { ...alice, login: "renamed" } })],
  ["not-the-last-pusher", "the last pusher approves", snapshot({ lastPusherId: alice.id })],
  ["not-in-the-commits", "a commit's author approves", snapshot({ commits: [{ ...commit, author: alice }] })],
  [
    "not-in-the-commits",
    "a commit's committer approves",
    snapshot({ commits: [{ ...commit, committer: alice }] }),
  ],
  [
    "not-in-the-commits",
    "a co-author approves",
    snapshot({ commits: [{ ...commit, coAuthorEmails: ["2+x@users.noreply.github.com"] }] }),
  ],
  ["write-permission", "a reader approves", snapshot({ permissions: { [alice.id]: "triage" } })],
  ["write-permission", "the permission is not known", snapshot({ permissions: {} })],
  [
    "approver",
    "somebody outside the gate's people approves",
    snapshot({ teams: { "acme/platform": [bob.id] } }),
    only,
  ],
  ["approver", "the team could not be read", snapshot(), only],
  [
    "same-commit",
    "an older commit was approved",
    snapshot({ reviews: [review(alice, { commitId: olderSha })] }),
  ],
  [
    "same-commit",
    "the approved commit is not known",
    snapshot({ reviews: [review(alice, { commitId: undefined })] }),
  ],
  [
    "after-the-gate-opened",
    "approved in the second in which the gate opened",
    snapshot({
      gate: { nodeId: "n", nodeName: "approval", openedAt: "2026-01-01T10:00:02.1Z" },
    }),
  ],
  [
    "after-the-gate-opened",
    "no time for the gate",
    snapshot({ gate: { nodeId: "n", nodeName: "n", openedAt: "" } }),
  ],
  ["after-the-preview", "approved before the preview", snapshot({ previewShownAt: "2026-01-01T10:00:02Z" })],
];

describe("each condition refuses an approval", () => {
  it("that else would open the gate", () => {
    const decision = evaluateGate(snapshot(), rules);
    expect(decision).toMatchObject({
      state: "approved",
      needed: 1,
      approvals: [{ user: alice }],
      ignored: [],
    });
    expect(decision.reasons).toEqual(["approved by @Alice"]);
  });
  it.each(cases)("%s: %s", (names, _what, state, by = rules) => {
    const decision = evaluateGate(state, by);
    expect(refusals(state, by).join(",")).toBe(names);
    expect(decision.state).toBe("waiting");
    expect(decision.approvals).toEqual([]);
    expect(decision.ignored[0]?.reason).toMatch(/@(Alice|ci\[bot\])/);
    expect(decision.reasons).not.toEqual([]);
  });
  it("and has a case here", () => {
    const named = new Set(cases.flatMap(([names]) => names.split(",")));
    const all = [...snapshotConditions, ...reviewConditions].map(({ name }) => name);
    expect(all.filter((name) => !named.has(name))).toEqual([]);
  });
});

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
  it("latest-opinion: a later comment takes nothing back", () => {
    const comment = review(alice, { id: 101, state: "COMMENTED", submittedAt: "2026-01-01T10:00:03Z" });
    expect(evaluateGate(snapshot({ reviews: [review(alice), comment] }), rules).state).toBe("approved");
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

describe("who wrote the code", () => {
  it.each([
    ["an author is not known", snapshot({ commits: [{ ...commit, author: undefined }] })],
    ["a committer is not known", snapshot({ commits: [{ ...commit, committer: undefined }] })],
    ["web-flow stands as the author", snapshot({ commits: [{ ...commit, author: webFlow }] })],
    ["the pusher is not known", snapshot({ lastPusherId: undefined })],
  ])("unknown-authors: one approval more when %s", (_what, state) => {
    expect(evaluateGate(state, rules)).toMatchObject({ state: "waiting", needed: 2 });
    const both = { ...state, reviews: [review(alice), review(bob, { id: 101 })] };
    expect(evaluateGate(both, rules).state).toBe("approved");
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
