import { describe, expect, it } from "vitest";
import { matchTrigger, needsPaths, type Occasion } from "./match.js";
import type { Trigger } from "./trigger.js";

const push = (ref: string): Occasion => ({ event: "push", ref });
const pull = (baseRef: string, action = "opened"): Occasion => ({ event: "pull_request", action, baseRef });
const release = (action: string, draft = false): Occasion => ({ event: "release", action, tag: "v1", draft });
const types = ["opened", "synchronize", "reopened"];

describe("matching", () => {
  it.each<[string, Trigger, Occasion, string[] | undefined, string]>([
    ["any branch", { push: {} }, push("refs/heads/topic"), [], "run"],
    ["any tag", { push: {} }, push("refs/tags/v1"), [], "run"],
    ["branches leave tags out", { push: { branches: ["**"] } }, push("refs/tags/v1"), [], "no"],
    ["tags leave branches out", { push: { tags: ["v*"] } }, push("refs/heads/main"), [], "no"],
    ["both", { push: { tags: ["v*"], branches: ["main"] } }, push("refs/heads/main"), [], "run"],
    ["branches-ignore", { push: { branchesIgnore: ["wip/**"] } }, push("refs/heads/wip/a"), [], "no"],
    [
      "branches-ignore, another",
      { push: { branchesIgnore: ["wip/**"] } },
      push("refs/heads/main"),
      [],
      "run",
    ],
    ["a deleted branch", { push: {} }, { ...push("refs/heads/main"), deleted: true } as Occasion, [], "no"],
    ["another event", { push: {} }, pull("main"), [], "no"],
    ["notes", { push: {} }, push("refs/notes/x"), [], "no"],
    ["one path of many", { push: { paths: ["infra/**"] } }, push("refs/heads/main"), ["a", "infra/b"], "run"],
    ["no path", { push: { paths: ["infra/**"] } }, push("refs/heads/main"), ["a"], "skipped"],
    ["unknown paths", { push: { paths: ["infra/**"] } }, push("refs/heads/main"), undefined, "run"],
    [
      "paths, but not the branch",
      { push: { paths: ["a"], branches: ["x"] } },
      push("refs/heads/main"),
      ["b"],
      "no",
    ],
    ["paths of a tag", { push: { paths: ["infra/**"] } }, push("refs/tags/v1"), ["a"], "run"],
    [
      "only ignored paths",
      { push: { pathsIgnore: ["**.md"] } },
      push("refs/heads/main"),
      ["a.md", "b/c.md"],
      "skipped",
    ],
    [
      "one path not ignored",
      { push: { pathsIgnore: ["**.md"] } },
      push("refs/heads/main"),
      ["a.md", "b.ts"],
      "run",
    ],
    [
      "negated path",
      { push: { paths: ["infra/**", "!infra/x"] } },
      push("refs/heads/main"),
      ["infra/x"],
      "skipped",
    ],
    ["the base", { pullRequest: { types, branches: ["main"] } }, pull("main"), [], "run"],
    ["another base", { pullRequest: { types, branches: ["main"] } }, pull("dev"), [], "no"],
    ["another activity", { pullRequest: { types } }, pull("main", "labeled"), [], "no"],
    ["paths of a pull request", { pullRequest: { types, paths: ["a"] } }, pull("main"), ["b"], "skipped"],
    [
      "a command",
      { comment: ["apply"] },
      { event: "comment", command: "apply", baseRef: "main" },
      undefined,
      "run",
    ],
    ["a draft", { pullRequest: { types } }, { ...pull("main"), draft: true } as Occasion, [], "run"],
    [
      "a draft that is left out",
      { pullRequest: { types, drafts: false } },
      { ...pull("main"), draft: true } as Occasion,
      [],
      "no",
    ],
    [
      "one of the labels",
      { pullRequest: { types, labels: ["deploy/*"] } },
      { ...pull("main"), labels: ["bug", "deploy/eu"] } as Occasion,
      [],
      "run",
    ],
    ["none of the labels", { pullRequest: { types, labels: ["deploy"] } }, pull("main"), [], "no"],
    [
      "a label to leave out",
      { pullRequest: { types, labelsIgnore: ["wip"] } },
      { ...pull("main"), labels: ["wip"] } as Occasion,
      [],
      "no",
    ],
    [
      "[skip ci] in a push",
      { push: {} },
      { ...push("refs/heads/main"), message: "Fix\n\n[skip ci]" } as Occasion,
      [],
      "no",
    ],
    [
      "[skip ci] of a tag",
      { push: {} },
      { ...push("refs/tags/v1"), message: "[ci skip]" } as Occasion,
      [],
      "no",
    ],
    [
      "[no ci] in a pull request's head",
      { pullRequest: { types } },
      { ...pull("main"), message: "Fix [no ci]" } as Occasion,
      [],
      "no",
    ],
    [
      "the merge queue's own branch",
      { push: {} },
      push("refs/heads/gh-readonly-queue/main/pr-1-a"),
      [],
      "no",
    ],
    [
      "a merge group",
      { mergeGroup: { types: ["checks_requested"], branches: ["main"] } },
      { event: "merge_group", action: "checks_requested", baseRef: "main" },
      [],
      "run",
    ],
    [
      "a merge group into another base",
      { mergeGroup: { types: ["checks_requested"], branches: ["main"] } },
      { event: "merge_group", action: "checks_requested", baseRef: "dev" },
      [],
      "no",
    ],
    ["a release", { release: { types: ["published"] } }, release("published"), [], "run"],
    ["another activity of a release", { release: { types: ["published"] } }, release("edited"), [], "no"],
    ["a draft release", { release: { types: ["created"] } }, release("created", true), [], "no"],
    ["a dispatch", { dispatch: true }, { event: "dispatch", name: "x" }, [], "run"],
    ["a dispatch that is not listened to", { push: {} }, { event: "dispatch", name: "x" }, [], "no"],
    ["no command", { push: {} }, { event: "comment", command: "apply", baseRef: "main" }, undefined, "no"],
    [
      "a command on another base",
      { comment: ["apply"], pullRequest: { types, branches: ["main"] } },
      { event: "comment", command: "apply", baseRef: "dev" },
      undefined,
      "no",
    ],
  ])("%s", (_what, trigger, occasion, files, result) => {
    expect(matchTrigger(trigger, occasion, files)).toMatchObject({
      result,
      reason: expect.stringMatching(/\w/),
    });
  });
  it("asks for changed files only where they matter", () => {
    expect(needsPaths({ push: { paths: ["a"] } }, "push")).toBe(true);
    expect(needsPaths({ push: { paths: ["a"] } }, "pull_request")).toBe(false);
    expect(needsPaths({ pullRequest: { types, pathsIgnore: ["a"] } }, "pull_request")).toBe(true);
    expect(needsPaths(undefined, "push")).toBe(false);
  });
});
