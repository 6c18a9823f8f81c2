import { describe, expect, it } from "vitest";
import { matchTrigger, needsPaths, type Match, type Occasion } from "./match.js";
import type { Trigger } from "./trigger.js";

const push = (ref = "refs/heads/main", more = {}): Occasion => ({ event: "push", ref, ...more });
const pull = (more = {}): Occasion => ({
  event: "pull_request",
  action: "opened",
  baseRef: "main",
  ...more,
});
const comment: Occasion = { event: "comment", command: "apply", baseRef: "dev" };
const group = (more = {}): Occasion => ({
  event: "merge_group",
  action: "checks_requested",
  baseRef: "main",
  ...more,
});
const release = (action: string, draft: boolean): Occasion => ({
  event: "release",
  action,
  tag: "v1",
  draft,
});
const types = ["opened"];

describe("the reason of a match, as the log and `sluice explain` say it", () => {
  const cases: [result: Match["result"], reason: string, Trigger | undefined, Occasion, string[]?][] = [
    ["no", "the manifest is not started by events", undefined, push()],
    ["no", "the manifest does not listen to pushes", {}, push()],
    ["no", "the ref was deleted", { push: {} }, push(undefined, { deleted: true })],
    ["run", "the push to main matches", { push: {} }, push(undefined, { deleted: false })],
    ["run", "the push to a/refs/heads/b matches", { push: {} }, push("refs/heads/a/refs/heads/b")],
    ["no", "branch dev is not in the trigger", { push: { branches: ["main"] } }, push("refs/heads/dev")],
    ["no", "branch dev is not in the trigger", { push: { tagsIgnore: ["v0"] } }, push("refs/heads/dev")],
    ["run", "the push of tag v1 matches", { push: { tagsIgnore: ["v0"] } }, push("refs/tags/v1")],
    ["no", "tag v0 is not in the trigger", { push: { tagsIgnore: ["v0"] } }, push("refs/tags/v0")],
    ["no", "tag v1 is not in the trigger", { push: { branchesIgnore: ["x"] } }, push("refs/tags/v1")],
    ["run", "the push of tag v1 matches", { push: { branches: ["x"], tags: ["v*"] } }, push("refs/tags/v1")],
    ["no", "refs/notes/x is neither a branch nor a tag", { push: {} }, push("refs/notes/x")],
    [
      "no",
      "the branch is GitHub's merge queue's own",
      { push: {} },
      push("refs/heads/gh-readonly-queue/main/pr-1"),
    ],
    [
      "run",
      "the push to a/gh-readonly-queue/ matches",
      { push: {} },
      push("refs/heads/a/gh-readonly-queue/"),
    ],
    ["no", "the commit's message says [skip ci]", { push: {} }, push(undefined, { message: "x [skip ci]" })],
    ["run", "the push to main matches", { push: {} }, push(undefined, { message: "ship it" })],
    ["run", "the push to main matches, and so do the paths", { push: { paths: ["a"] } }, push(), ["b", "a"]],
    ["run", "the push to main matches; which files changed is not known", { push: { paths: ["a"] } }, push()],
    [
      "skipped",
      "none of the changed files is in the trigger's paths",
      { push: { pathsIgnore: ["a"] } },
      push(),
      ["a"],
    ],
    ["no", "the manifest does not listen to pull requests", { push: {} }, pull()],
    [
      "no",
      "the activity closed is not in the trigger",
      { pullRequest: { types } },
      pull({ action: "closed" }),
    ],
    [
      "no",
      "base dev is not in the trigger",
      { pullRequest: { types, branchesIgnore: ["dev"] } },
      pull({ baseRef: "dev" }),
    ],
    ["no", "the pull request is a draft", { pullRequest: { types, drafts: false } }, pull({ draft: true })],
    ["run", "the pull request into main matches", { pullRequest: { types, drafts: false } }, pull()],
    [
      "run",
      "the pull request into main matches",
      { pullRequest: { types, drafts: true } },
      pull({ draft: true }),
    ],
    [
      "no",
      "the pull request has none of the trigger's labels",
      { pullRequest: { types, labels: ["deploy"] } },
      pull({ labels: ["bug"] }),
    ],
    [
      "no",
      "the trigger leaves out the label wip",
      { pullRequest: { types, labelsIgnore: ["wip"] } },
      pull({ labels: ["bug", "wip"] }),
    ],
    [
      "run",
      "the pull request into main matches",
      { pullRequest: { types, labelsIgnore: ["wip"] } },
      pull({ labels: ["bug"] }),
    ],
    ["no", "the manifest does not listen to /apply", { pullRequest: { types } }, comment],
    [
      "no",
      "base dev is not in the trigger",
      { comment: ["apply"], pullRequest: { types, branches: ["main"] } },
      comment,
    ],
    ["run", "/apply matches", { comment: ["apply"], pullRequest: { types } }, comment],
    ["run", "/apply matches", { comment: ["plan", "apply"] }, comment],
    ["no", "the manifest does not listen to merge groups", { push: {} }, group()],
    [
      "no",
      "the activity destroyed is not in the trigger",
      { mergeGroup: { types: ["checks_requested"] } },
      group({ action: "destroyed" }),
    ],
    [
      "no",
      "base dev is not in the trigger",
      { mergeGroup: { types: ["checks_requested"], branches: ["main"] } },
      group({ baseRef: "dev" }),
    ],
    ["run", "the merge group into main matches", { mergeGroup: { types: ["checks_requested"] } }, group()],
    ["no", "the manifest does not listen to releases", { push: {} }, release("published", false)],
    [
      "no",
      "the activity edited is not in the trigger",
      { release: { types: ["published"] } },
      release("edited", false),
    ],
    [
      "run",
      "the release v1 was published",
      { release: { types: ["published"] } },
      release("published", true),
    ],
    ["run", "the release v1 was created", { release: { types: ["created"] } }, release("created", false)],
    ["no", "the release is a draft", { release: { types: ["created"] } }, release("created", true)],
    ["no", "the release is a draft", { release: { types: ["edited"] } }, release("edited", true)],
    ["no", "the release is a draft", { release: { types: ["deleted"] } }, release("deleted", true)],
    ["run", "/run x asks for it", { dispatch: true }, { event: "dispatch", name: "x" }],
    [
      "no",
      "the manifest does not listen to /run: its trigger has no `dispatch: {}`",
      { push: {} },
      { event: "dispatch", name: "x" },
    ],
    [
      "run",
      "the schedule 0 4 * * * is due",
      { schedule: [{ cron: "0 1 * * *" }, { cron: "0 4 * * *" }] },
      { event: "schedule", cron: "0 4 * * *" },
    ],
    [
      "no",
      "the manifest has no schedule 0 4 * * *",
      { schedule: [{ cron: "0 1 * * *" }] },
      { event: "schedule", cron: "0 4 * * *" },
    ],
    ["no", "the manifest has no schedule 0 4 * * *", {}, { event: "schedule", cron: "0 4 * * *" }],
  ];
  it.each(cases)("%s: %s (%j, %j)", (result, reason, trigger, occasion, files) => {
    expect(matchTrigger(trigger, occasion, files)).toEqual({ result, reason });
  });
  it("is the path's for a pull request as for a push", () => {
    const trigger: Trigger = { pullRequest: { types, paths: ["a"] } };
    expect(matchTrigger(trigger, pull(), ["a"]).reason).toBe(
      "the pull request into main matches, and so do the paths",
    );
  });
});

describe("which files changed", () => {
  it("is asked for by event: a comment or a release has no paths", () => {
    const trigger: Trigger = { push: { pathsIgnore: ["a"] }, pullRequest: { types, paths: ["a"] } };
    expect(needsPaths(trigger, "push")).toBe(true);
    expect(needsPaths(trigger, "pull_request")).toBe(true);
    for (const event of ["comment", "merge_group", "release", "dispatch", "schedule"] as const) {
      expect(needsPaths(trigger, event)).toBe(false);
    }
    expect(needsPaths({}, "push")).toBe(false);
    expect(needsPaths({ push: {}, pullRequest: { types } }, "pull_request")).toBe(false);
    expect(needsPaths(undefined, "pull_request")).toBe(false);
  });
});
