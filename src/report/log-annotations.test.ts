import { describe, expect, it } from "vitest";
import type { Artifact } from "../manifest/argo.js";
import { annotationsOf, mostAnnotations } from "./log-annotations.js";
import { quoteWith } from "./quote.js";
import { digestOf, makeNode, makeRun } from "./run-maker.js";

const checkout: Artifact = {
  name: "repo",
  path: "/checkout/infra/",
  git: { repo: "https://github.com/acme/infra" },
};

function annotations(log: string, artifacts: Artifact[] = [checkout], masks: string[] = []) {
  const node = makeNode("lint", { phase: "Failed", inputs: { artifacts } });
  const run = makeRun({ phase: "Failed" }, [node]);
  return annotationsOf(run, [{ node, digest: digestOf(log) }], quoteWith(masks));
}

describe("the place of an annotation", () => {
  it.each([
    ["src/a.ts", "src/a.ts"],
    ["./src//b/../a.ts", "src/a.ts"],
    ["src\\a.ts", "src/a.ts"],
    ["/checkout/infra/src/a.ts", "src/a.ts"],
    ["/elsewhere/infra/src/a.ts", "src/a.ts"],
    ["../secret", ".workflows/plan.yaml"],
    ["/etc/passwd", ".workflows/plan.yaml"],
    ["/checkout/infra", ".workflows/plan.yaml"],
    ["x".repeat(1001), ".workflows/plan.yaml"],
  ])("of %s is %s", (file, path) => {
    const [found] = annotations(`::error file=${file},line=7,col=2,endColumn=4::broken`);
    const placed = path !== ".workflows/plan.yaml";
    expect(found).toMatchObject({ path, startLine: placed ? 7 : 1, level: "failure", title: "lint" });
    expect(found?.startColumn).toBe(placed ? 2 : undefined);
    if (!placed) expect(found?.message).toContain(file.slice(0, 20));
  });
  it("is the longest checkout that holds it, and no folder that is none", () => {
    const inner: Artifact = {
      name: "lib",
      path: "/checkout/infra/lib",
      git: { repo: "https://github.com/acme/lib" },
    };
    const plan: Artifact = { name: "plan", path: "/tmp/plan" };
    const log = "::error file=/checkout/infra/lib/a.ts::x\n::error file=/tmp/plan/b::y";
    expect(annotations(log, [checkout, inner, plan]).map(({ path }) => path)).toEqual([
      "a.ts",
      ".workflows/plan.yaml",
    ]);
  });
  it("has lines and columns as GitHub takes them", () => {
    const log =
      "::error file=a,line=5,endLine=3,col=9,endColumn=2::x\n::error file=b,line=2,endLine=4,col=1::y\n::error file=c,col=3::z";
    expect(annotations(log)).toEqual([
      {
        path: "a",
        startLine: 5,
        endLine: 5,
        startColumn: 9,
        endColumn: 9,
        level: "failure",
        title: "lint",
        message: "x",
      },
      { path: "b", startLine: 2, endLine: 4, level: "failure", title: "lint", message: "y" },
      {
        path: "c",
        startLine: 1,
        endLine: 1,
        startColumn: 3,
        endColumn: 3,
        level: "failure",
        title: "lint",
        message: "z",
      },
    ]);
  });
});

describe("the annotations of a run", () => {
  it("are failures first, each once, and never too many", () => {
    const notices = Array.from({ length: 300 }, (_, index) => `::notice file=a,line=${index + 1}::n\n`);
    const warnings = Array.from({ length: 300 }, (_, index) => `::warning file=a,line=${index + 1}::w\n`);
    const found = annotations(
      [...notices, ...warnings, "::error file=a::e\n", "::error file=a::e\n"].join(""),
    );
    expect(found).toHaveLength(mostAnnotations);
    expect(found.map(({ level }) => level).slice(0, 3)).toEqual(["failure", "warning", "warning"]);
    expect(found.at(-1)).toMatchObject({ level: "notice" });
  });
  it("do not fill one line with what has no place", () => {
    const log = Array.from({ length: 50 }, (_, index) => `::error::number ${index}\n`).join("");
    expect(annotations(log)).toHaveLength(10);
  });
  it("hold no secret, no control character and no empty message", () => {
    const [first, second] = annotations(
      "::error file=a,title=hunter2::pass hunter2\u001b[0m\u202e\n::error file=a::\n",
      [],
      ["hunter2"],
    );
    expect(first).toMatchObject({ title: "***", message: "pass ***" });
    expect(second?.message).toBe("(no message)");
  });
});
