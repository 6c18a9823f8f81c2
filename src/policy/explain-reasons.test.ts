import { describe, expect, it } from "vitest";
import type { Problem } from "../manifest/problem.js";
import { anyNeedsPaths, explainManifest, problemsOf } from "./explain.js";
import { makeManifest } from "./manifest-maker.js";
import type { Occasion } from "./match.js";

const manifest = (kind: string, on?: string, file = ".workflows/x.yaml", before = "") =>
  makeManifest(
    `${before}kind: ${kind}\nmetadata:\n  name: x\n${on === undefined ? "" : `  annotations:\n    sluice.dev/on: "${on}"\n`}spec: {}\n`,
    file,
  );
const push: Occasion = { event: "push", ref: "refs/heads/main" };
const problem = (
  line: number,
  severity: Problem["severity"] = "error",
  file = ".workflows/x.yaml",
): Problem => ({
  severity,
  rule: "x",
  message: "x",
  position: { file, line, column: 1, endLine: line, endColumn: 2 },
});
const explain = (
  kind: string,
  on: string | undefined,
  problems: Problem[] = [],
  occasion: Occasion = push,
) => {
  const {
    result,
    reason,
    manifest: name,
    file,
  } = explainManifest(manifest(kind, on), occasion, {
    problems,
    changedFiles: ["a"],
  });
  expect([name, file]).toEqual(["x", ".workflows/x.yaml"]);
  return `${result}: ${reason}`;
};

describe("why a manifest does not start", () => {
  it.each([
    ["WorkflowTemplate", undefined, "no: it has no trigger: it is a library for the other manifests"],
    ["CronWorkflow", undefined, "no: it has no schedule, or is suspended"],
    ["Workflow", "pushed", "no: it listens to no event"],
    ["Workflow", "dispatch", "no: the manifest does not listen to pushes"],
    ["Workflow", "push: { paths: [b] }", "skipped: none of the changed files is in the trigger's paths"],
  ])("%s on %s", (kind, on, said) => {
    expect(explain(kind, on)).toBe(said);
  });
  it("is the problems that it has, where it would start or cannot be read", () => {
    expect(explain("Workflow", "push", [problem(1), problem(2)])).toBe(
      "problems: it has 2 problems to mend first",
    );
    expect(explain("Workflow", "pushed", [problem(1)])).toBe("problems: it has 1 problem to mend first");
    expect(explain("Workflow", "dispatch", [problem(1)])).toBe("no: the manifest does not listen to pushes");
    expect(explain("Workflow", "push: { paths: [b] }", [problem(1)])).toMatch(/^skipped/);
    expect(explain("Workflow", "push", [problem(1, "warning")])).toBe("run: the push to main matches");
    expect(explain("WorkflowTemplate", undefined, [problem(1, "warning")])).toMatch(/^no/);
  });
  it("is another name, when it is asked for by name", () => {
    const ask = (name: string): Occasion => ({ event: "dispatch", name });
    expect(explain("Workflow", "dispatch", [], ask("y"))).toBe("no: /run y names another manifest");
    expect(explain("Workflow", "dispatch", [problem(1)], ask("y"))).toBe("no: /run y names another manifest");
    expect(explain("Workflow", "dispatch", [], ask("x"))).toBe("run: /run x asks for it");
  });
});

describe("which manifests of a commit", () => {
  it("need its changed files", () => {
    const paths = manifest("Workflow", "push: { paths: [a] }");
    const plain = manifest("Workflow", "push");
    expect(anyNeedsPaths([plain, paths], "push")).toBe(true);
    expect(anyNeedsPaths([plain, paths], "pull_request")).toBe(false);
    expect(anyNeedsPaths([plain], "push")).toBe(false);
    expect(anyNeedsPaths([], "push")).toBe(false);
  });
  it("a problem belongs to, where several share a file", () => {
    const first = manifest("Workflow", "push");
    const second = manifest("Workflow", "push", undefined, "\n".repeat(10));
    const other = manifest("Workflow", "push", ".workflows/y.yaml");
    const all = [first, second, other];
    const owners = (one: Problem) => all.map((each) => problemsOf(each, all, [one]).length).join("");
    expect(owners(problem(3))).toBe("100");
    expect(owners(problem(11))).toBe("010");
    expect(owners(problem(10))).toBe("100");
    expect(owners(problem(40))).toBe("010");
    expect(owners(problem(3, "error", ".workflows/y.yaml"))).toBe("001");
    expect(owners(problem(3, "error", ".workflows/z.yaml"))).toBe("000");
    const late = [second];
    expect(problemsOf(second, late, [problem(1)])).toHaveLength(1);
  });
});
