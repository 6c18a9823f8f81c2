import { describe, expect, it } from "vitest";
import { evaluateBranchGate, evaluateGate } from "./evaluate-gate.js";
import { branchConditions, branchReviewConditions } from "./gate-conditions.js";
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
import type { BranchSnapshot, GateRules } from "./gate.js";

const no = { state: "CHANGES_REQUESTED" } as const;

describe("an approval by command or button", () => {
  it("counts as a review does, and says how it was given", () => {
    const decision = evaluateGate(snapshot({ reviews: [spoken(alice)] }), rules);
    expect(decision).toMatchObject({ state: "approved", approvals: [{ user: alice, via: "comment" }] });
  });
  it("does not count in the second in which the plan appeared, whatever part of it", () => {
    const inThatSecond = { reviews: [spoken(alice, {}, { submittedAt: "2026-01-01T10:00:01.900Z" })] };
    expect(evaluateGate(snapshot(inThatSecond), rules)).toMatchObject({ state: "waiting", approvals: [] });
    const inTheNext = { reviews: [spoken(alice, {}, { submittedAt: "2026-01-01T10:00:02.000Z" })] };
    expect(evaluateGate(snapshot(inTheNext), rules).state).toBe("approved");
  });
  it("vote-for-this-gate: says nothing of another gate, nor of the same node once retried", () => {
    for (const gate of ["m@2026-01-01T10:00:00Z", "n@2026-01-01T09:00:00Z"]) {
      const decision = evaluateGate(snapshot({ reviews: [spoken(alice, { gate })] }), rules);
      expect(decision).toMatchObject({ state: "waiting", approvals: [], ignored: [] });
    }
  });
  it("distinct-people: a review and a command of one person are one approval", () => {
    const two = { ...rules, approvals: 2 };
    const both = [review(alice), spoken(alice, {}, { id: 101, submittedAt: "2026-01-01T10:00:03Z" })];
    expect(evaluateGate(snapshot({ reviews: both }), two).state).toBe("waiting");
    const others = [review(alice), spoken(bob, {}, { id: 101 })];
    expect(evaluateGate(snapshot({ reviews: others }), two).state).toBe("approved");
  });
  it("latest-opinion: a later request for changes takes it back", () => {
    const later = review(alice, { id: 101, submittedAt: "2026-01-01T10:00:03Z", ...no });
    expect(evaluateGate(snapshot({ reviews: [spoken(alice), later] }), rules).state).toBe("waiting");
  });
});

describe("a request for changes", () => {
  it("is no approval, also of someone who may approve", () => {
    const reviews = [review(alice, no), review(bob, { id: 101 })];
    const decision = evaluateGate(snapshot({ reviews }), { ...rules, approvals: 2 });
    expect(decision.approvals.map(({ user }) => user)).toEqual([bob]);
    expect(decision.state).toBe("waiting");
  });
});

describe("a rejection by command or button", () => {
  it("of an eligible approver rejects, whatever reject-on-changes says", () => {
    const decision = evaluateGate(snapshot({ reviews: [review(bob), spoken(alice, {}, no)] }), rules);
    expect(decision).toMatchObject({ state: "rejected", reasons: ["@Alice rejected it"] });
  });
  it("of anyone else rejects nothing, and a writer's keeps the gate closed", () => {
    const decision = evaluateGate(snapshot({ reviews: [review(bob), spoken(author, {}, no)] }), rules);
    expect(decision.state).toBe("waiting");
    expect(decision.reasons[0]).toContain("@author said no");
  });
});

describe("a rejection whose person also asked for changes", () => {
  const said = (user = author) => spoken(user, {}, no);
  const dismissed = review(author, { id: 101, state: "DISMISSED", submittedAt: "2026-01-01T10:00:04Z" });
  const between = review(author, { id: 103, submittedAt: "2026-01-01T10:00:03Z" });
  it.each([
    ["the review is the later", [said(), dismissed]],
    ["the rejection is", [dismissed, said()]],
    ["another review is between", [said(), { ...between, ...no }, dismissed]],
  ])("stays when somebody dismisses the review, where %s in the list", (_what, reviews) => {
    const decision = evaluateGate(snapshot({ reviews: [review(bob, { id: 102 }), ...reviews] }), rules);
    expect(decision.reasons[0]).toContain("@author said no");
  });
  it.each([
    ["by an approval before it", [said(), between, dismissed]],
    ["by an approval after it", [said(), dismissed, { ...between, submittedAt: "2026-01-01T10:00:05Z" }]],
  ])("is taken back %s", (_what, own) => {
    for (const reviews of [own, own.toReversed()]) {
      const decision = evaluateGate(snapshot({ reviews: [review(bob, { id: 102 }), ...reviews] }), rules);
      expect(decision.state).toBe("approved");
    }
  });
  it("is taken back by no approval of somebody else", () => {
    const later = review(bob, { id: 102, submittedAt: "2026-01-01T10:00:05Z" });
    const decision = evaluateGate(snapshot({ reviews: [said(), dismissed, later] }), rules);
    expect(decision).toMatchObject({ state: "waiting" });
    expect(decision.reasons[0]).toContain("@author said no");
  });
  it("is all that stays: a dismissal brings no older approval back, however it was given", () => {
    const reviews = [spoken(author), dismissed].map((each) => ({ ...each, user: alice }));
    expect(evaluateGate(snapshot({ reviews }), rules)).toMatchObject({ state: "waiting", approvals: [] });
  });
  it("keeps the gate closed and ends nothing, also where it was an approver's", () => {
    const reviews = [said(alice), { ...dismissed, user: alice }, review(bob, { id: 102 })];
    expect(evaluateGate(snapshot({ reviews }), rules)).toMatchObject({
      state: "waiting",
      reasons: ["@Alice said no, which keeps the gate closed: their own approval takes that back"],
    });
  });
  it("of who may not write any more keeps nothing closed", () => {
    const reviews = [said(), dismissed, review(bob, { id: 102 })];
    const permissions = { ...snapshot().permissions, [author.id]: "read" } as const;
    expect(evaluateGate(snapshot({ reviews, permissions }), rules).state).toBe("approved");
  });
});

describe("a gate without a pull request", () => {
  const pressed = (...reviews: BranchSnapshot["reviews"]) => scene({ reviews });
  it("is opened by an eligible person other than who pushed", () => {
    const decision = evaluateBranchGate(pressed(spoken(alice, { via: "check" })), rules);
    expect(decision).toMatchObject({ state: "approved", approvals: [{ user: alice, via: "check" }] });
  });
  it("waits until enough people have said it", () => {
    const two = { ...rules, approvals: 2 };
    expect(evaluateBranchGate(pressed(spoken(alice)), two).reasons).toEqual([
      "1 of 2 needed approvals given",
    ]);
    expect(evaluateBranchGate(pressed(spoken(alice), spoken(bob, {}, { id: 101 })), two).state).toBe(
      "approved",
    );
  });
  it("is rejected by one eligible person", () => {
    expect(evaluateBranchGate(pressed(spoken(alice, {}, no)), rules).state).toBe("rejected");
  });

  const cases: [name: string, state: BranchSnapshot, by?: GateRules][] = [
    ["complete", scene({ reviews: [spoken(alice)], complete: false })],
    ["preview-shown", scene({ reviews: [spoken(alice)], previewShownAt: undefined })],
    ["human", pressed(spoken({ ...alice, type: "Bot" }))],
    ["head-in-commits", { ...pressed(spoken(alice)), commits: [{ ...commit, sha: olderSha }] }],
    ["not-in-the-commits", { ...pressed(spoken(alice)), commits: [commit, { ...commit, author: alice }] }],
    ["not-in-the-commits", { ...pressed(spoken(alice)), commits: [{ ...commit, committer: alice }] }],
    ["not-the-last-pusher", { ...pressed(spoken(alice)), lastPusherId: alice.id }],
    ["write-permission", scene({ reviews: [spoken(alice)], permissions: { [alice.id]: "read" } })],
    ["approver", pressed(spoken(alice)), { ...rules, approvers: ["bob"] }],
    ["four-eyes", pressed(spoken(alice)), { ...rules, startedBy: alice.id }],
    [
      "required-checks",
      { ...pressed(spoken(alice)), checks: { required: [{ name: "scan", app: 7 }], found: [] } },
    ],
    ["server-approver", pressed(spoken(alice)), { ...rules, serverApprovers: ["bob"] }],
    ["same-commit", pressed(spoken(alice, {}, { commitId: olderSha }))],
    ["on-display", pressed(spoken(alice, { via: "check", unseen: true }))],
    ["after-the-gate-opened", pressed(spoken(alice, {}, { submittedAt: "2026-01-01T10:00:00Z" }))],
    ["after-the-preview", pressed(spoken(alice, {}, { submittedAt: "2026-01-01T10:00:01Z" }))],
    ["unedited", pressed(spoken(alice, { unedited: false }))],
  ];
  it.each(cases)("%s: keeps it closed", (_name, state, by = rules) => {
    const decision = evaluateBranchGate(state, by);
    expect(decision).toMatchObject({ state: "waiting", approvals: [] });
    expect(decision.ignored).toHaveLength(1);
    expect(decision.reasons).not.toEqual([]);
  });
  it.each<[what: string, change: Partial<BranchSnapshot>]>([
    ["a bot pushed", { lastPusherId: undefined }],
    ["it is not known what was pushed", { commitsKnown: false }],
    ["a commit's author is not known", { commits: [{ ...commit, author: undefined }] }],
  ])("needs one approval more where %s", (_what, change) => {
    const one = evaluateBranchGate({ ...pressed(spoken(alice)), ...change }, rules);
    expect(one).toMatchObject({ state: "waiting", needed: 2 });
    const both = pressed(spoken(alice), spoken(bob, {}, { id: 101 }));
    expect(evaluateBranchGate({ ...both, ...change }, rules).state).toBe("approved");
  });
  it("has a case for each condition", () => {
    const named = cases.map(([name]) => name);
    const all = [...branchConditions, ...branchReviewConditions].map(({ name }) => name);
    expect(all.filter((name) => !named.includes(name))).toEqual([]);
  });
});
