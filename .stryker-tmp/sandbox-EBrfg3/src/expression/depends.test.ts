import { describe, expect, it } from "vitest";
import { dependsOf, parseDepends, TASK_RESULTS, type TaskResult, type TaskResultName } from "./depends.js";
import { ExpressionError } from "./expression-error.js";

function results(tasks: Record<string, TaskResultName>): (task: string) => TaskResult {
  const result = (task: string) => TASK_RESULTS.map((name) => [name, tasks[task] === name]);
  return (task) => Object.fromEntries(result(task)) as TaskResult;
}

describe("parseDepends", () => {
  it.each<[string, Record<string, TaskResultName>, boolean]>([
    ["A", { A: "Succeeded" }, true],
    ["A", { A: "Skipped" }, true],
    ["A", { A: "Daemoned" }, true],
    ["A", { A: "Failed" }, false],
    ["A", { A: "Omitted" }, false],
    ["A && B", { A: "Succeeded", B: "Errored" }, false],
    ["A || B", { A: "Failed", B: "Succeeded" }, true],
    ["!A", { A: "Failed" }, true],
    ["A.Failed", { A: "Failed" }, true],
    ["stage-a && (stage-b || stage-b.Omitted)", { "stage-a": "Succeeded", "stage-b": "Omitted" }, true],
    [
      "should-execute-2.Succeeded || should-not-execute",
      { "should-execute-2": "Failed", "should-not-execute": "Skipped" },
      true,
    ],
    ["a-b.AnySucceeded && !c.AllFailed", { "a-b": "AnySucceeded", c: "Succeeded" }, true],
    ["map && filter.Failed", { map: "Succeeded", filter: "Failed" }, true],
  ])("%s", (text, tasks, expected) => {
    expect(parseDepends(text).evaluate(results(tasks))).toBe(expected);
  });

  it("names each task it refers to once, whatever decides the result", () => {
    expect(parseDepends("P && (F.Succeeded || F.Failed) || a-b").tasks).toEqual(["P", "F", "a-b"]);
  });

  it("refuses unknown results and broken texts when it parses", () => {
    expect(() => parseDepends("A.Completed")).toThrow("task result 'Completed' for task 'A' is invalid");
    for (const text of ["A &&", "A B", "(A", "A.Succeeded.x &&"]) {
      expect(() => parseDepends(text)).toThrow(ExpressionError);
    }
    expect(() => parseDepends("A &&")).toThrow("unable to evaluate expression 'A &&': unexpected token EOF");
  });
});

describe("dependsOf", () => {
  const continueOn = (task: string) => (task === "A" ? { failed: true } : { error: true });

  it("reads dependencies as bare names, with the continueOn of each", () => {
    const depends = dependsOf({ dependencies: ["A", "B", "A"] }, continueOn);
    expect(depends.tasks).toEqual(["A", "B"]);
    expect(depends.evaluate(results({ A: "Failed", B: "Errored" }))).toBe(true);
    expect(depends.evaluate(results({ A: "Errored", B: "Errored" }))).toBe(false);
  });

  it("expands bare names in depends the same way", () => {
    const depends = dependsOf({ depends: "A && B.Succeeded" }, continueOn);
    expect(depends.evaluate(results({ A: "Failed", B: "Succeeded" }))).toBe(true);
  });

  it("lets a task without any start at once, and takes hundreds", () => {
    expect(dependsOf({}, continueOn).evaluate(results({}))).toBe(true);
    const dependencies = Array.from({ length: 3000 }, (_, index) => `task-${index}`);
    const all = dependsOf({ dependencies }, continueOn);
    expect(all.evaluate(() => results({ x: "Succeeded" })("x"))).toBe(true);
    const text = dependencies.slice(0, 300).join(" && ");
    expect(parseDepends(text).evaluate(() => results({ x: "Succeeded" })("x"))).toBe(true);
  });
});
