import { beforeEach, describe, expect, it } from "vitest";
import { openToldWorld, type ToldWorld } from "../../test/support/told-world.js";
import { at, makeNode, makeRun } from "../report/run-maker.js";
import { annotation, type ReportedLeg } from "../run/metadata.js";
import { reconcileRun } from "./reconcile-run.js";

const key = { namespace: "sluice", name: "plan-x" };
const leg: ReportedLeg = { id: 1, leg: 0, completed: false, hash: "" };

let world: ToldWorld;

beforeEach(() => {
  world = openToldWorld();
  world.checks.push({
    id: 1,
    name: "plan",
    externalId: "sluice/plan-x#0",
    status: "in_progress",
    title: "",
    summary: "",
    annotations: [],
    actions: [],
  });
  world.deployments.push({
    id: 200,
    sha: "a",
    environment: "production",
    run: "sluice/plan-x",
    states: ["pending"],
  });
});

async function seeThenDelete(told: ReportedLeg): Promise<void> {
  const annotations = {
    [annotation.report]: JSON.stringify({ legs: [told] }),
    [annotation.deployments]: JSON.stringify({ production: { id: 200, state: "pending" } }),
  };
  const run = makeRun(
    { phase: "Running", startedAt: at("00:00") },
    [makeNode("plan", { phase: "Running" })],
    { annotations },
  );
  world.dependencies.deleted.saw(run);
  await reconcileRun(world.dependencies, key);
}

describe("the check of a run that was deleted", () => {
  it.each([leg, { ...leg, completed: true, gates: ["approval@1"] }])(
    "is closed, and its deployments: %j",
    async (told) => {
      await seeThenDelete(told);
      expect(world.checks[0]).toMatchObject({ status: "completed", conclusion: "cancelled", actions: [] });
      expect(world.deployments[0]?.states).toEqual(["pending", "inactive"]);
      const before = world.asked.length;
      await reconcileRun(world.dependencies, key);
      expect(world.asked.length).toBe(before);
    },
  );
  it("is left as it is where it has told the end", async () => {
    await seeThenDelete({ ...leg, completed: true });
    expect(world.checks[0]?.status).toBe("in_progress");
  });
  it("is closed at the next try when GitHub cannot be asked", async () => {
    world.faults.next = (name) => (name === "update check" ? "before" : undefined);
    await expect(seeThenDelete(leg)).rejects.toThrow("cut off");
    delete world.faults.next;
    await reconcileRun(world.dependencies, key);
    expect(world.checks[0]?.conclusion).toBe("cancelled");
  });
});
