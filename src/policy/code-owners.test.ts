import { describe, expect, it } from "vitest";
import { evaluateBranchGate, evaluateGate } from "./evaluate-gate.js";
import { alice, bob, olderSha, review, rules, scene, sha, snapshot, spoken } from "./gate-maker.js";
import { aboveFloor, gateRules } from "./gate-rules.js";
import type { OwnerReview } from "./gate.js";

const owned = { ...rules, codeOwners: true };
const approved: OwnerReview = { headSha: sha, decision: "APPROVED", ownersRequired: true };
const bobsOfBefore = review(bob, { id: 101, commitId: olderSha, submittedAt: "2025-12-31T10:00:00Z" });

describe("a gate that asks for the code owners", () => {
  it("opens when GitHub says that they approve", () => {
    expect(evaluateGate(snapshot({ ownerReview: approved }), owned).state).toBe("approved");
  });
  it.each<[what: string, ownerReview: OwnerReview | undefined, says: RegExp]>([
    ["GitHub was not asked", undefined, /has not said yet/],
    ["the decision is on another head", { ...approved, headSha: olderSha }, /has not said yet/],
    ["a required review is missing", { ...approved, decision: "REVIEW_REQUIRED" }, /still waits for/],
    ["a reviewer requests changes", { ...approved, decision: "CHANGES_REQUESTED" }, /requested changes/],
    ["GitHub decides nothing", { ...approved, decision: undefined }, /main: .*"Require review from Code/],
    ["anybody's approval suffices to GitHub", { ...approved, ownersRequired: false }, /does not demand/],
  ])("waits and says why where %s", (_what, ownerReview, says) => {
    const read = ownerReview === undefined ? {} : { ownerReview };
    const decision = evaluateGate(snapshot(read), owned);
    expect(decision).toMatchObject({ state: "waiting", approvals: [{ user: alice }] });
    expect(decision.reasons.join()).toMatch(says);
  });
  it("waits where the decision may rest on an approval of an earlier commit", () => {
    const reviews = [bobsOfBefore, review(alice)];
    const decision = evaluateGate(snapshot({ ownerReview: approved, reviews }), owned);
    expect(decision.state).toBe("waiting");
    expect(decision.reasons.join()).toContain("may rest on the approval of @bob of bbbbbbb");
  });
  it.each([
    ["was given again", [bobsOfBefore, review(alice), review(bob, { id: 102 })]],
    ["was dismissed", [{ ...bobsOfBefore, state: "DISMISSED" as const }, review(alice)]],
  ])("opens when that approval %s", (_what, reviews) => {
    expect(evaluateGate(snapshot({ ownerReview: approved, reviews }), owned).state).toBe("approved");
  });
  it("is not held up by the approval of somebody who may not write", () => {
    const reviews = [
      { ...bobsOfBefore, user: { id: 99, login: "passer", type: "User" as const } },
      review(alice),
    ];
    expect(evaluateGate(snapshot({ ownerReview: approved, reviews }), owned).state).toBe("approved");
  });
  it("needs the gate's own approvals besides", () => {
    const decision = evaluateGate(snapshot({ ownerReview: approved, reviews: [] }), owned);
    expect(decision.reasons).toEqual(["0 of 1 needed approval given"]);
  });
  it("is never opened for a run without a pull request, and says so", () => {
    const decision = evaluateBranchGate(scene({ reviews: [spoken(alice)] }), owned);
    expect(decision.state).toBe("waiting");
    expect(decision.reasons.join()).toContain("nothing can open it");
  });
});

describe("who asks for the code owners", () => {
  const floor = { approvals: 1, approvers: [], fourEyes: false, checks: [] };
  const asks = (annotation: string | undefined, server: boolean) => {
    const annotations = annotation === undefined ? {} : { "sluice.dev/code-owners": annotation };
    const { rules: own } = gateRules(annotations);
    return aboveFloor(own, { ...floor, codeOwners: server }, 1).codeOwners === true;
  };
  it("is the manifest or the server, and neither takes it back", () => {
    expect(asks("true", false)).toBe(true);
    expect(asks(undefined, true)).toBe(true);
    expect(asks("false", true)).toBe(true);
    expect(asks("false", false)).toBe(false);
  });
  it("is understood strictly where the annotation has a fault", () => {
    const { rules: own, problems } = gateRules({ "sluice.dev/code-owners": "yes" });
    expect(own.codeOwners).toBe(true);
    expect(problems).toEqual(['sluice.dev/code-owners must be true or false, not "yes"']);
  });
});
