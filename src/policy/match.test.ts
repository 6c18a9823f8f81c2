import { describe, expect, it } from "vitest";
import { matchTrigger, needsPaths, type Occasion } from "./match.js";
import type { Trigger } from "./trigger.js";

const push = (ref: string): Occasion => ({ event: "push", ref });
const pull = (baseRef: string, action = "opened"): Occasion => ({ event: "pull_request", action, baseRef });
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
