import { describe, expect, it } from "vitest";
import { LogReader } from "../report/log-reader.js";
import { makeRun } from "../report/run-maker.js";
import { annotation } from "../run/metadata.js";
import { maskOfRun } from "./mask-of-run.js";

function logsThatSay(text: string) {
  const reader = new LogReader();
  reader.push(Buffer.from(text));
  return { of: async () => new Map([["step", reader.end()]]) };
}

const run = (masked?: number) =>
  makeRun({ phase: "Running" }, [], {
    annotations: {
      [annotation.report]: JSON.stringify({ legs: [], ...(masked === undefined ? {} : { masked }) }),
    },
  });

describe("what a run's pages do not show", () => {
  it("is what its steps asked to mask", async () => {
    const mask = await maskOfRun(logsThatSay("::add-mask::hunter2\n"), run());
    expect(mask?.("the password is hunter2")).toBe("the password is ***");
  });

  it("is nothing where no step asked", async () => {
    expect(await maskOfRun(logsThatSay("plain\n"), run())).toBeUndefined();
  });

  it("is everything where a log that asked is gone", async () => {
    const mask = await maskOfRun(logsThatSay("plain\n"), run(1));
    expect(mask?.("the password is hunter2")).toContain("not shown");
  });
});
