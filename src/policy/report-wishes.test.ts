import { describe, expect, it } from "vitest";
import type { Template } from "../manifest/argo.js";
import { makeManifest } from "./manifest-maker.js";
import { environmentOf, lintComment, lintEnvironment, wantsComment } from "./report-wishes.js";

const manifest = (comment?: string) =>
  makeManifest(
    `kind: Workflow\nmetadata:\n  name: x\n${comment === undefined ? "" : `  annotations:\n    sluice.dev/comment: ${comment}\n`}spec:\n  templates:\n    - name: t\n      metadata:\n        annotations:\n          sluice.dev/environment: x\n`,
  );

describe("a comment on the pull request", () => {
  it.each([
    ["summary", true],
    ["' summary '", true],
    ["Summary", false],
    ["all", false],
    ["''", false],
    ["true", false],
    ["7", false],
    [undefined, false],
  ])("is asked for by %j: %s", (comment, wanted) => {
    expect(wantsComment(manifest(comment))).toBe(wanted);
    const problems = lintComment(manifest(comment));
    if (wanted || comment === undefined) return expect(problems).toEqual([]);
    expect(problems).toEqual([
      {
        severity: "error",
        rule: "comment",
        message: "`sluice.dev/comment` can be `summary` only.",
        hint: "Write `sluice.dev/comment: summary` for one comment per pull request, or leave it out for none.",
        text: comment.replaceAll("'", ""),
        position: expect.objectContaining({ line: 5 }),
      },
    ]);
  });
});

describe("the environment that a template names", () => {
  const template = (name?: unknown): Template => ({
    name: "t",
    metadata: { annotations: { "sluice.dev/environment": name } as Record<string, string> },
  });
  const longest = "x".repeat(255);
  it.each([
    ["production", "production"],
    [" eu / live ", "eu / live"],
    [longest, longest],
    [` ${longest} `, longest],
  ])("is %j", (name, environment) => {
    expect(environmentOf(template(name))).toBe(environment);
    expect(lintEnvironment(manifest(), template(name), ["spec", "templates", 0])).toEqual([]);
  });
  it.each([
    [" ", "is empty"],
    ["{{x}}", "holds a tag: environments are named in the manifest, not by a value"],
    [`${longest}x`, "is longer than 255 characters"],
    ["a\nb", "holds a control character"],
    ["a\u0000b", "holds a control character"],
    ["a\u007fb", "holds a control character"],
  ])("is not %j, which %s", (name, fault) => {
    expect(environmentOf(template(name))).toBeUndefined();
    expect(lintEnvironment(manifest(), template(name), ["spec", "templates", 0])).toEqual([
      {
        severity: "error",
        rule: "environment",
        message: `\`sluice.dev/environment\` ${fault}.`,
        hint: "Name a GitHub environment, e.g. `production`.",
        text: name.slice(0, 200),
        position: expect.objectContaining({ line: 9 }),
      },
    ]);
  });
  it("is none where nothing names one, or no text does", () => {
    expect(environmentOf(undefined)).toBeUndefined();
    expect(environmentOf({ name: "t" })).toBeUndefined();
    expect(environmentOf(template(7))).toBeUndefined();
    expect(lintEnvironment(manifest(), { name: "t" }, [])).toEqual([]);
  });
});
