import { beforeEach, describe, expect, it } from "vitest";
import { openToldWorld, type ToldWorld } from "../../test/support/told-world.js";
import { at, makeNode, makeRun } from "../report/run-maker.js";
import { annotation, type ReportedLeg } from "../run/metadata.js";
import { readRun } from "../run/read-run.js";
import { settleDouble } from "./settle-double.js";

const externalId = "sluice/plan-x#0";
const open: ReportedLeg = { id: 5, leg: 0, completed: false, hash: "a" };
const waiting: ReportedLeg = {
  ...open,
  completed: true,
  completedAt: at("01:00"),
  gates: ["approval@1"],
};

let world: ToldWorld;

beforeEach(() => {
  world = openToldWorld();
  for (const id of [4, 5, 6]) {
    const check = { id, name: "plan", externalId, title: "", summary: "", annotations: [], actions: [] };
    world.checks.push({ ...check, status: "in_progress" });
  }
});

function known(
  legs: readonly ReportedLeg[],
  phase: "Running" | "Succeeded" = "Running",
  announced?: number,
): void {
  const annotations = { [annotation.report]: JSON.stringify({ legs, announced }) };
  const { workflow } = makeRun({ phase, startedAt: at("00:00") }, [makeNode("plan", {})], { annotations });
  world.workflows.set("plan-x", workflow);
}
const run = () => readRun(structuredClone(world.workflows.get("plan-x") ?? never()));
const settle = (id: number, status: "in_progress" | "completed" = "in_progress") =>
  settleDouble(world.dependencies, run(), run().facts ?? never(), { id, externalId, status });
/** The ids of the checks that were ended. */
const ended = () => world.checks.filter(({ conclusion }) => conclusion === "cancelled").map(({ id }) => id);

describe("of two check runs of one leg", () => {
  it("the older is ended when it is the one that was written down second", async () => {
    known([waiting]);
    await settle(4);
    expect(ended()).toEqual([4]);
    expect(world.checks[0]).toMatchObject({ externalId: `${externalId}/double`, actions: [] });
    expect(run().report.legs).toEqual([waiting]);
  });

  it.each(["Running", "Succeeded"] as const)(
    "the newer takes the place of an open one (%s)",
    async (phase) => {
      known([open], phase);
      await settle(6);
      expect(ended()).toEqual([5]);
      expect(run().report.legs).toEqual([{ ...open, id: 6, hash: "" }]);
    },
  );

  it("the newer is gone on from in another leg where it is completed, but for a run that has ended", async () => {
    known([open]);
    await settle(6, "completed");
    expect(run().report.legs).toEqual([{ id: 6, leg: 0, completed: true, hash: "", gates: [] }]);
    known([{ ...open, completed: true }], "Succeeded");
    await settle(6, "completed");
    expect(run().report.legs).toEqual([{ id: 6, leg: 0, completed: false, hash: "" }]);
    expect(ended()).toEqual([5]);
  });

  it("the one that has shown gates keeps them and when it did, and is gone on from in another leg", async () => {
    known([waiting]);
    await settle(6);
    expect(ended()).toEqual([6]);
    expect(run().report.legs).toEqual([{ ...waiting, hidden: true }]);
  });

  it("the newer takes the place of the last leg, whichever it was made for", async () => {
    const next: ReportedLeg = { id: 5, leg: 1, completed: false, hash: "b" };
    known([{ ...waiting, id: 4 }, next]);
    await settle(6);
    expect(world.checks.map(({ id, externalId: text }) => [id, text])).toEqual([
      [4, externalId],
      [5, "sluice/plan-x#1/double"],
      [6, externalId],
    ]);
    expect(run().report.legs.at(-1)).toEqual({ ...next, id: 6, hash: "" });
  });

  it("neither is ended where the run knows of it, or of none, or is gone", async () => {
    known([waiting]);
    await settle(5);
    known([]);
    await settle(6);
    const before = run();
    world.workflows.clear();
    await settleDouble(world.dependencies, before, before.facts ?? never(), {
      id: 6,
      externalId,
      status: "completed",
    });
    expect(world.asked).toEqual([]);
  });

  it("is left to who is about to look for it", async () => {
    known([waiting], "Running", 1);
    for (const id of [4, 6]) await settle(id);
    expect(world.asked).toEqual([]);
    expect(run().report).toEqual({ legs: [waiting], announced: 1 });
  });

  it("is told when the run is written by others all the time", async () => {
    known([open]);
    world.faults.next = (name) => {
      if (name === "annotate") {
        const { metadata } = world.workflows.get("plan-x") ?? never();
        const report = `${metadata.annotations?.[annotation.report] ?? ""} `;
        metadata.annotations = { ...metadata.annotations, [annotation.report]: report };
      }
      return undefined;
    };
    await expect(settle(6)).rejects.toThrow("check run 6 of acme/infra is one of two, and was not ended");
  });
});

function never(): never {
  throw new Error("there is no such thing");
}
