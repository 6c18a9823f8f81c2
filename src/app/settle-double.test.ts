import { beforeEach, describe, expect, it } from "vitest";
import { openToldWorld, type ToldWorld } from "../../test/support/told-world.js";
import { at, makeNode, makeRun } from "../report/run-maker.js";
import { annotation, type ReportedLeg } from "../run/metadata.js";
import { readRun } from "../run/read-run.js";
import { settleDouble } from "./settle-double.js";

const repository = { installationId: 1, id: 1, slug: "acme/infra" };
const externalId = "sluice/plan-x#0";
const check = { name: "plan", externalId };
const first: ReportedLeg = {
  id: 5,
  leg: 0,
  completed: true,
  completedAt: at("01:00"),
  hash: "a",
  gates: ["approval@1"],
};

let world: ToldWorld;

beforeEach(() => {
  world = openToldWorld();
  const { workflow } = makeRun({ phase: "Running", startedAt: at("00:00") }, [makeNode("plan", {})], {
    annotations: { [annotation.report]: JSON.stringify({ legs: [first] }) },
  });
  world.workflows.set("plan-x", workflow);
  for (const id of [4, 5, 6])
    world.checks.push({
      ...check,
      id,
      status: "completed",
      conclusion: "action_required",
      title: "",
      summary: "",
      annotations: [],
      actions: [],
    });
});

const run = () => readRun(structuredClone(world.workflows.get("plan-x") ?? never()));
const settle = (told: ReportedLeg) => settleDouble(world.dependencies, run(), repository, check, told);
const conclusions = () => world.checks.map(({ id, conclusion }) => [id, conclusion]);

describe("of two check runs of one leg", () => {
  it("the older is ended when it is the one that was written down second", async () => {
    await settle({ ...first, id: 4 });
    expect(conclusions()).toEqual([
      [4, "cancelled"],
      [5, "action_required"],
      [6, "action_required"],
    ]);
    expect(world.checks[0]).toMatchObject({ externalId: `${externalId}/double`, actions: [] });
    expect(run().report.legs).toEqual([first]);
  });

  it("the newer takes the place of the older, and counts as shown only once it was told anew", async () => {
    await settle({ ...first, id: 6, completedAt: at("02:00") });
    expect(conclusions()).toEqual([
      [4, "action_required"],
      [5, "cancelled"],
      [6, "action_required"],
    ]);
    const { completedAt: _shown, ...rest } = first;
    expect(run().report.legs).toEqual([{ ...rest, id: 6, hash: "" }]);
  });

  it("the newer is ended where the run has gone on in another leg", async () => {
    const next: ReportedLeg = { id: 7, leg: 1, completed: false, hash: "b" };
    const { metadata } = world.workflows.get("plan-x") ?? never();
    metadata.annotations = {
      ...metadata.annotations,
      [annotation.report]: JSON.stringify({ legs: [first, next] }),
    };
    await settle({ ...first, id: 6 });
    expect(conclusions()[2]).toEqual([6, "cancelled"]);
    expect(run().report.legs).toEqual([first, next]);
  });

  it("neither is ended where they are one, or the run knows of none", async () => {
    await settle(first);
    await settle({ ...first, leg: 1, id: 6 });
    world.workflows.clear();
    expect(world.asked).toEqual([]);
  });

  it("is told when the run is written by others all the time", async () => {
    const told = { ...first, id: 6 };
    world.faults.next = (name) => {
      if (name === "annotate") {
        const { metadata } = world.workflows.get("plan-x") ?? never();
        const report = `${metadata.annotations?.[annotation.report] ?? ""} `;
        metadata.annotations = { ...metadata.annotations, [annotation.report]: report };
      }
      return undefined;
    };
    await expect(settle(told)).rejects.toThrow("check run 6 of acme/infra is one of two, and was not ended");
  });
});

function never(): never {
  throw new Error("there is no such thing");
}
