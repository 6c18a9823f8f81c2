import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { pruneRuns } from "../../src/app/prune-runs.js";
import { receive } from "../../src/app/receive.js";
import { readRun } from "../../src/run/read-run.js";
import { openSmallWorld, pushed, sha, type SmallWorld } from "../support/small-world.js";

const manifest = (name: string, template: string) => `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: ${name}}
spec:
  entrypoint: main
  templates:
    - {name: main, ${template}}
`;
const files = {
  ".workflows/ends.yaml": manifest("ends", "script: {image: busybox, command: [sh], source: echo hello}"),
  ".workflows/waits.yaml": manifest("waits", "suspend: {}"),
};
const daysLater = (days: number) => () => Date.now() + days * 86_400_000;

let world: SmallWorld;
afterEach(async () => world.close());

async function open() {
  world = await openSmallWorld(files);
  const { dependencies } = world;
  await receive(dependencies, pushed("refs/heads/b", sha(1)));
  while ((await dependencies.engine.list({ unfinished: true })).length > 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return dependencies;
}
const names = async () =>
  (await world.dependencies.engine.list({})).map((each) => readRun(each).facts?.manifest ?? "").toSorted();
const logs = () => readdirSync(join(world.directory, "logs")).toSorted();

it("removes a run that ended long ago with what it left on the disk, and leaves one that waits", async () => {
  const dependencies = await open();
  for (const workflow of await dependencies.engine.list({}))
    await dependencies.reconcile(readRun(workflow).key);
  dependencies.clock = daysLater(29);
  await pruneRuns(dependencies);
  expect(await names()).toEqual(["ends", "waits"]);
  expect(logs()).toHaveLength(1);
  dependencies.clock = daysLater(31);
  await pruneRuns(dependencies);
  expect(await names()).toEqual(["waits"]);
  expect(logs()).toEqual([]);
});

it("keeps a run whose end GitHub has not been told, however old", async () => {
  const dependencies = await open();
  dependencies.clock = daysLater(4000);
  await pruneRuns(dependencies);
  expect(await names()).toEqual(["ends", "waits"]);
});

it("removes what a crash left half removed", async () => {
  const dependencies = await open();
  for (const workflow of await dependencies.engine.list({}))
    await dependencies.reconcile(readRun(workflow).key);
  dependencies.clock = daysLater(31);
  for (const name of logs()) rmSync(join(world.directory, "logs", name), { recursive: true });
  await pruneRuns(dependencies);
  expect(await names()).toEqual(["waits"]);
});
