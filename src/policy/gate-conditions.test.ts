import { describe, expect, it } from "vitest";
import { evaluateGate } from "./evaluate-gate.js";
import { reviewConditions, snapshotConditions } from "./gate-conditions.js";
import { alice, bob, commit, olderSha, review, rules, snapshot, spoken } from "./gate-maker.js";
import type { FoundCheck, GateRules, GateSnapshot } from "./gate.js";

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
const green = { name: "scan", app: 7, conclusion: "success" };
function checked(found: FoundCheck[]): GateSnapshot {
  return snapshot({ checks: { required: [{ name: "scan", app: 7 }], found } });
}
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
    "not-a-pusher",
    "who pushed an earlier commit under another's name approves",
    snapshot({
      commits: [{ ...commit, sha: olderSha }, commit],
      pushes: [
        { sha: commit.sha, by: commit.author.id },
        { sha: olderSha, by: alice.id },
      ],
    }),
  ],
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
  ["four-eyes", "one person starts the run and approves it", snapshot(), { ...rules, startedBy: alice.id }],
  ["required-checks", "a required check is missing", checked([])],
  ["required-checks", "another App forges a required check", checked([{ ...green, app: 8 }])],
  ["required-checks", "nobody tells whose check it is", checked([{ ...green, app: undefined }])],
  ["required-checks", "a required check has failed", checked([{ ...green, conclusion: "failure" }])],
  ["required-checks", "a required check was skipped", checked([{ ...green, conclusion: "skipped" }])],
  ["required-checks", "a required check goes on", checked([green, { ...green, conclusion: undefined }])],
  [
    "server-approver",
    "the manifest names someone whom the server's configuration does not",
    snapshot(),
    { ...rules, approvers: ["alice"], serverApprovers: ["@acme/platform", "bob"] },
  ],
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
    "on-display",
    "the button of a hidden check was pressed",
    snapshot({ reviews: [spoken(alice, { via: "check", unseen: true })] }),
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
  [
    "unedited",
    "the comment was edited after it was obeyed",
    snapshot({ reviews: [spoken(alice, { unedited: false })] }),
  ],
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
  it("required-checks: one that succeeded, from its App, is enough", () => {
    const others = [green, { ...green, app: 8, conclusion: "failure" }];
    expect(evaluateGate(checked(others), rules).state).toBe("approved");
  });
  it("and has a case here", () => {
    const named = new Set(cases.flatMap(([names]) => names.split(",")));
    const all = [...snapshotConditions, ...reviewConditions].map(({ name }) => name);
    expect(all.filter((name) => !named.has(name))).toEqual([]);
  });
});
