import { describe, expect, it } from "vitest";
import { evaluateGate } from "./evaluate-gate.js";
import { hasUnknownAuthors, isKnown } from "./gate-conditions.js";
import { alice, author, bob, commit, olderSha, rules, snapshot, webFlow } from "./gate-maker.js";
import type { GateSnapshot, PullRequestCommit } from "./gate.js";

function opens(state: GateSnapshot, by = rules): boolean {
  return evaluateGate(state, by).state === "approved";
}
const withCommits = (...commits: Partial<PullRequestCommit>[]): GateSnapshot =>
  snapshot({ commits: commits.map((change) => ({ ...commit, ...change })) });

describe("who took part in the commits", () => {
  it.each([
    "2+x@users.noreply.github.com",
    " 2+alice@users.noreply.github.com\n",
    "alice@users.noreply.github.com",
    "ALICE@users.noreply.github.com",
    "Alice@Users.NoReply.GitHub.com",
    "0002+x@users.noreply.github.com",
  ])("Alice, by the co-author address %j", (email) => {
    const decision = evaluateGate(withCommits({ coAuthorEmails: ["other@acme.test", email] }), rules);
    expect(decision.state).toBe("waiting");
    expect(decision.ignored[0]?.reason).toBe(
      "@Alice wrote or committed one of the commits that this run is of",
    );
  });
  it.each([
    "3+alice@users.noreply.github.com",
    "12+x@users.noreply.github.com",
    "23+x@users.noreply.github.com",
    "malice@users.noreply.github.com",
    "x+alice@users.noreply.github.com",
    "alice@acme.test",
    "alice",
    "",
  ])("not Alice, by the co-author address %j", (email) => {
    expect(opens(withCommits({ coAuthorEmails: [email] }))).toBe(true);
  });
  it("also when theirs is only one of many commits", () => {
    const older = { sha: olderSha };
    expect(opens(withCommits({}, { ...older, author: alice }))).toBe(false);
    expect(opens(withCommits({ ...older, committer: alice }, {}))).toBe(false);
    expect(opens(withCommits({ ...older, author: bob }, {}))).toBe(true);
  });
  it("GitHub's own committer took part for nobody", () => {
    const byGitHub = snapshot({
      commits: [{ ...commit, committer: webFlow }],
      reviews: [{ ...snapshot().reviews[0]!, user: webFlow }],
      permissions: { [webFlow.id]: "write" },
    });
    expect(evaluateGate(byGitHub, rules).ignored.map(({ reason }) => reason)).toEqual([]);
  });
  it("the head must be among the commits, whatever others there are", () => {
    expect(opens(withCommits({ sha: olderSha }, {}))).toBe(true);
    expect(opens(withCommits({ sha: olderSha }, { sha: "c".repeat(40) }))).toBe(false);
  });
  it("a run without a commit is never approved", () => {
    const empty = snapshot({ run: { ...snapshot().run, headSha: "" } }, { headSha: "" });
    const state = {
      ...empty,
      commits: [{ ...commit, sha: "" }],
      reviews: [{ ...empty.reviews[0]!, commitId: "" }],
    };
    expect(evaluateGate(state, rules).reasons[0]).toContain("the pull request has moved on");
  });
});

describe("an author whom GitHub does not know asks for one approval more", () => {
  const older = { sha: olderSha };
  it.each<[what: string, commits: Partial<PullRequestCommit>]>([
    ["no author", { author: undefined }],
    ["no committer", { committer: undefined }],
    ["an author without an account", { author: { ...author, type: "Unknown" } }],
    ["a committer without an account", { committer: { ...author, id: 0 } }],
    ["an author of GitHub's own making", { author: webFlow }],
  ])("%s of one commit among others", (_what, change) => {
    const state = withCommits({ ...older, ...change }, {});
    expect(hasUnknownAuthors(state)).toBe(true);
    expect(evaluateGate(state, rules)).toMatchObject({ state: "waiting", needed: 2 });
  });
  it("but not when all are known, GitHub's merge button as committer included", () => {
    const state = withCommits({ ...older, committer: webFlow }, {});
    expect(hasUnknownAuthors(state)).toBe(false);
    expect(evaluateGate(state, rules)).toMatchObject({ state: "approved", needed: 1 });
  });
  it.each([
    [alice, true],
    [{ ...alice, id: 0 }, false],
    [{ ...alice, id: -2 }, false],
    [{ ...alice, id: 2.5 }, false],
    [{ ...alice, id: 2 ** 60 }, false],
    [{ ...alice, type: "Unknown" as const }, false],
    [{ ...alice, type: "Bot" as const }, true],
  ])("%j is known: %s", (actor, known) => {
    expect(isKnown(actor)).toBe(known);
  });
});

describe("the gate's people", () => {
  const teams = { "Acme/Platform": [alice.id], "acme/ops": [bob.id] };
  it.each<[approvers: string[], may: boolean]>([
    [["alice"], true],
    [["@ALICE"], true],
    [["bob", "Alice"], true],
    [["@acme/platform"], true],
    [["@ACME/Platform", "bob"], true],
    [["@acme/ops"], false],
    [["@acme/none"], false],
    [["acme"], false],
    [["@@alice"], false],
    [["al@ice"], false],
    [["bob", "@acme/ops"], false],
  ])("%j: Alice is among them: %s", (approvers, may) => {
    expect(opens(snapshot({ teams }), { ...rules, approvers })).toBe(may);
    expect(opens(snapshot({ teams }), { ...rules, serverApprovers: approvers })).toBe(may);
  });
  it("a person whose permission was not read may not write, whatever stands in the prototype", () => {
    const permissions = Object.create({ [alice.id]: "admin" }) as GateSnapshot["permissions"];
    expect(opens(snapshot({ permissions }))).toBe(false);
  });
  it.each([
    ["admin", true],
    ["maintain", true],
    ["write", true],
    ["triage", false],
    ["read", false],
    ["none", false],
  ] as const)("%s may approve: %s", (permission, may) => {
    expect(opens(snapshot({ permissions: { [alice.id]: permission } }))).toBe(may);
  });
});

describe("a check that the gate needs", () => {
  const checks = (...found: [name: string, app: number, conclusion: string][]): GateSnapshot =>
    snapshot({
      checks: {
        required: [{ name: "scan", app: 7 }],
        found: found.map(([name, app, conclusion]) => ({ name, app, conclusion })),
      },
    });
  it("is found by name and App, so that the App's other checks do not stand in for it", () => {
    expect(opens(checks(["scan", 7, "success"]))).toBe(true);
    expect(opens(checks(["lint", 7, "success"]))).toBe(false);
    expect(opens(checks(["scan", 7, "success"], ["lint", 7, "failure"]))).toBe(true);
  });
});
