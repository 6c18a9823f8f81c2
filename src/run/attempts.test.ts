import { expect, it } from "vitest";
import { makeRun } from "../report/run-maker.js";
import type { Run } from "./read-run.js";
import { isLaterAttempt } from "./attempts.js";

function attempt(number: number, headSha: string): Run {
  const run = makeRun({ phase: "Running" }, []);
  if (run.facts === undefined) throw new Error("there are no facts");
  return { ...run, facts: { ...run.facts, attempt: number, headSha } };
}

it("is a later attempt of the same commit only", () => {
  expect(isLaterAttempt(attempt(2, "a"), attempt(1, "a"))).toBe(true);
  expect(isLaterAttempt(attempt(1, "a"), attempt(1, "a"))).toBe(false);
  expect(isLaterAttempt(attempt(2, "b"), attempt(1, "a"))).toBe(false);
});
