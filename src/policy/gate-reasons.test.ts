import { describe, expect, it } from "vitest";
import { evaluateBranchGate, evaluateGate } from "./evaluate-gate.js";
import {
  alice,
  author,
  bob,
  commit,
  olderSha,
  review,
  rules,
  scene,
  snapshot,
  spoken,
} from "./gate-maker.js";
import type { GateRules, GateSnapshot } from "./gate.js";

const needs = "1 needed approval given";
const required = {
  required: [
    { name: "scan", app: 7 },
    { name: "tests", app: 7 },
  ],
  found: [],
};

describe("what stands on the check while no review counts", () => {
  const cases: [reason: string, state: GateSnapshot][] = [
    ["GitHub could not be read to the end", snapshot({ complete: false })],
    ["this run belongs to pull request #7", snapshot({}, { number: 8 })],
    ["the pull request is not open", snapshot({}, { state: "closed" })],
    ["the pull request is merged", snapshot({}, { merged: true })],
    ["the pull request is a draft", snapshot({}, { draft: true })],
    ["the pull request is of another repository", snapshot({}, { baseRepositoryId: 11 })],
    ["the pull request comes from a fork", snapshot({}, { headRepositoryId: 11 })],
    ["the pull request has moved on to bbbbbbb, this run is of aaaaaaa", snapshot({}, { headSha: olderSha })],
    ["the base was changed from main to lax", snapshot({}, { baseRef: "lax" })],
    ["GitHub's list of commits does not hold the head yet", snapshot({ commits: [] })],
    ["the commit needs these checks to succeed first: scan, tests", snapshot({ checks: required })],
    ["what there is to approve has not been shown yet", snapshot({ previewShownAt: undefined })],
  ];
  it.each(cases)("%s", (reason, state) => {
    const decision = evaluateGate(state, rules);
    expect(decision.reasons).toEqual([reason]);
    expect(decision.ignored).toHaveLength(1);
    expect(decision.ignored[0]).toMatchObject({ user: alice, reviewId: 100 });
  });
  it("stands beside each review, too, unless that has a fault of its own", () => {
    const reviews = [review(alice), review(author, { id: 101 })];
    expect(evaluateGate(snapshot({ reviews }, { draft: true }), rules).ignored).toEqual([
      {
        user: alice,
        reviewId: 100,
        reason: "the review of @Alice does not count: the pull request is a draft",
      },
      { user: author, reviewId: 101, reason: "@author wrote the pull request" },
    ]);
  });
  it("names each thing in the way", () => {
    const decision = evaluateGate(snapshot({ complete: false }, { draft: true }), rules);
    expect(decision.reasons).toEqual(["GitHub could not be read to the end", "the pull request is a draft"]);
  });
  it("is said of a gate without a pull request as well", () => {
    const reviews = [spoken(alice)];
    const cases: [string, Parameters<typeof scene>[0]][] = [
      ["GitHub could not be read to the end", { complete: false }],
      ["the commit needs these checks to succeed first: scan, tests", { checks: required }],
      ["what there is to approve has not been shown yet", { previewShownAt: "soon" }],
    ];
    for (const [reason, change] of cases) {
      expect(evaluateBranchGate(scene({ reviews, ...change }), rules).reasons).toEqual([reason]);
    }
  });
});

describe("what stands beside a review that does not count", () => {
  const by = (user: typeof alice, change = {}): GateSnapshot =>
    snapshot({ reviews: [review(user)], ...change });
  const cases: [reason: string, state: GateSnapshot, rules?: GateRules][] = [
    ["@Alice is not a person", by({ ...alice, type: "Bot" })],
    ["@author wrote the pull request", by(author)],
    [
      "@Alice wrote or committed one of the commits that this run is of",
      by(alice, { commits: [commit, { ...commit, author: alice }] }),
    ],
    ["@Alice pushed the newest commit", by(alice, { lastPusherId: alice.id })],
    ["@Alice has no write permission on the repository now", by(alice, { permissions: {} })],
    ["@Alice is not among the gate's approvers", by(alice), { ...rules, approvers: ["bob"] }],
    ["@Alice started this run", by(alice), { ...rules, startedBy: alice.id }],
    [
      "@Alice is not among the approvers that the server's configuration names",
      by(alice),
      { ...rules, serverApprovers: ["bob"] },
    ],
    ["@Alice reviewed bbbbbbb, not aaaaaaa", snapshot({ reviews: [review(alice, { commitId: olderSha })] })],
    [
      "@Alice reviewed another commit, not aaaaaaa",
      snapshot({ reviews: [review(alice, { commitId: undefined })] }),
    ],
    [
      "@Alice reviewed before the gate opened",
      snapshot({ reviews: [review(alice, { submittedAt: "2026-01-01T09:59:59Z" })] }),
    ],
    [
      "@Alice reviewed before there was something to approve",
      snapshot({ reviews: [review(alice, { submittedAt: "2026-01-01T10:00:01Z" })] }),
    ],
    [
      "@Alice said it in a comment that was changed or deleted since",
      snapshot({ reviews: [spoken(alice, { unedited: false })] }),
    ],
    ["the review of @Alice was dismissed", snapshot({ reviews: [review(alice, { state: "DISMISSED" })] })],
    [
      "the reviewer's account is not known to GitHub any more",
      snapshot({ reviews: [review({ ...alice, id: -1 })] }),
    ],
  ];
  it.each(cases)("%s", (reason, state, which = rules) => {
    const decision = evaluateGate(state, which);
    expect(decision.ignored.map((one) => one.reason)).toEqual([reason]);
    expect(decision.reasons).toEqual([`0 of ${needs}`]);
  });
  it("says that an older review was replaced by the same person's newer one", () => {
    const newer = review(alice, { id: 101, submittedAt: "2026-01-01T10:00:03Z" });
    const decision = evaluateGate(snapshot({ reviews: [review(alice), newer] }), rules);
    expect(decision.ignored).toEqual([{ user: alice, reviewId: 100, reason: "@Alice reviewed again later" }]);
    expect(decision.approvals.map(({ reviewId }) => reviewId)).toEqual([101]);
  });
});

describe("what the gate still waits for", () => {
  it("is counted", () => {
    expect(evaluateGate(snapshot({ reviews: [] }), rules).reasons).toEqual([`0 of ${needs}`]);
    expect(evaluateGate(snapshot(), { ...rules, approvals: 3 }).reasons).toEqual([
      "1 of 3 needed approvals given",
    ]);
  });
  it("is one more, with the reason, when not all who wrote the commits are known", () => {
    const decision = evaluateGate(snapshot({ lastPusherId: undefined }), rules);
    expect(decision.reasons).toEqual([
      "1 of 2 needed approvals given; one more than usual, as not everyone who wrote or pushed these commits is known to GitHub",
    ]);
  });
  it("is the repair of the manifest when the gate's annotations have a fault", () => {
    for (const approvals of [0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER]) {
      const decision = evaluateGate(snapshot(), { ...rules, approvals });
      expect(decision).toMatchObject({ state: "waiting", needed: Number.MAX_SAFE_INTEGER });
      expect(decision.reasons).toEqual([
        "the gate's annotations have a fault, so that nothing can open it: mend them in the manifest",
      ]);
    }
  });
  it("is whoever objects, with the way to take it back", () => {
    const no = { id: 101, state: "CHANGES_REQUESTED" } as const;
    expect(evaluateGate(snapshot({ reviews: [review(alice), review(bob, no)] }), rules).reasons).toEqual([
      "@bob asks for changes: their approval or a dismissal takes that back",
    ]);
    const said = spoken(author, {}, no);
    expect(evaluateGate(snapshot({ reviews: [review(alice), said] }), rules).reasons).toEqual([
      "@author said no, which keeps the gate closed: their own approval takes that back",
    ]);
  });
  it("is nothing once two people have approved, both named", () => {
    const reviews = [review(alice), review(bob, { id: 101 })];
    const decision = evaluateGate(snapshot({ reviews }), { ...rules, approvals: 2 });
    expect(decision.reasons).toEqual(["approved by @Alice, @bob"]);
  });
});
