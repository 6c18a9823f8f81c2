import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Repositories } from "../../src/app/repositories.js";
import { openSchedules } from "../../src/app/schedules.js";
import { isFinished } from "../../src/run/phases.js";
import { readRun } from "../../src/run/read-run.js";
import { openSmallWorld, repository, type SmallWorld } from "../support/small-world.js";

const minute = 60_000;
const noon = Date.parse("2026-03-02T12:00:00Z");
const manifest = `apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['* * * * *']
  concurrencyPolicy: Replace
  workflowSpec: {entrypoint: main, templates: [{name: main, suspend: {}}]}
`;

describe("two replicas that look at a schedule whose runs replace each other", () => {
  let world: SmallWorld;
  beforeEach(async () => void (world = await openSmallWorld({ ".workflows/nightly.yaml": manifest })));
  afterEach(() => world.close());

  /** A replica that has just begun, and what its clock says. */
  function replica(now: number) {
    const reference = { installationId: 1, id: repository.id, slug: repository.slug };
    const repositories: Repositories = {
      listed: () => Promise.resolve({ found: [{ reference, repository, installedAt: "" }], at: 0 }),
      forget: () => undefined,
    } as unknown as Repositories;
    return openSchedules({ ...world.dependencies, clock: () => now }, repositories);
  }

  const runs = async () => (await world.dependencies.engine.list({})).map(readRun);
  const unfinished = async () =>
    (await runs()).filter(({ phase }) => !isFinished(phase)).map(({ facts }) => facts?.trigger);

  it("leave the newest run alone, whichever of them is behind", async () => {
    await replica(noon + minute + 1000).look();
    await replica(noon + 1000).look();
    expect(await unfinished()).toEqual(["schedule:2026-03-02T12:01:00.000Z"]);
    expect(await runs()).toHaveLength(1);
  });

  it("do not start again what was replaced", async () => {
    await replica(noon + 1000).look();
    await replica(noon + minute + 1000).look();
    for (const { key } of await runs())
      await world.dependencies.engine.stop(key, "Stop", "ended by the test");
    await expect.poll(unfinished).toEqual([]);
    await replica(noon + 1000).look();
    expect(await runs()).toHaveLength(2);
  });
});
