import { afterEach, beforeEach, expect, it } from "vitest";
import { receive } from "../../src/app/receive.js";
import type { CheckRunEvent } from "../../src/policy/event.js";
import type { Review } from "../../src/policy/gate.js";
import { isFinished } from "../../src/run/phases.js";
import { readRun } from "../../src/run/read-run.js";
import { openGates } from "../../src/run/gates.js";
import { openSmallWorld, pulled, repository, sha, type SmallWorld } from "../support/small-world.js";

const manifest = `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: work, annotations: {sluice.dev/on: 'pull_request: {}'}}
spec: {entrypoint: main, templates: [{name: main, suspend: {}}]}
`;
const bob = { id: 6, login: "bob", type: "User" } as const;

let world: SmallWorld;
beforeEach(async () => {
  world = await openSmallWorld({ ".workflows/work.yaml": manifest });
  await receive(world.dependencies, pulled(sha(1)));
  await expect.poll(async () => openGates(await run()).length).toBe(1);
  await world.dependencies.reconcile((await run()).key);
});
afterEach(() => world.close());

async function run() {
  const [first] = (await world.dependencies.engine.list({})).map(readRun);
  if (first === undefined) throw new Error("there is no run");
  return first;
}

async function press(identifier: string): Promise<void> {
  const { key, report } = await run();
  const event: CheckRunEvent = {
    kind: "check_run",
    installationId: 1,
    repository,
    actor: bob,
    action: "requested_action",
    checkRunId: report.legs[0]?.id ?? 0,
    checkName: "work",
    externalId: `${key.namespace}/${key.name}#0`,
    headSha: sha(1),
    identifier,
    delivery: "1",
  };
  await receive(world.dependencies, event);
}

function objects(after: number): void {
  const submittedAt = new Date(Date.now() + after).toISOString();
  const review: Review = { id: 1, user: bob, state: "CHANGES_REQUESTED", commitId: sha(1), submittedAt };
  world.dependencies.github.pullRequests.reviews = () => Promise.resolve([review]);
}

it.each([
  ["that was told of before", () => new Date(Date.now() + 2000).toISOString()],
  ["of which nobody knows when GitHub first told of it", () => "unknown"],
])("an approval %s takes back nothing that was said since", async (_what, first) => {
  objects(5000);
  world.dependencies.clock = () => Date.now() + 3_600_000;
  world.dependencies.github.deliveries.firstTried = () => Promise.resolve(first());
  await press("approve");
  await world.dependencies.reconcile((await run()).key);
  expect(openGates(await run())).toHaveLength(1);
});

it("an approval takes back what was said before it", async () => {
  objects(5000);
  world.dependencies.clock = () => Date.now() + 3_600_000;
  await press("approve");
  await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
});

it("an approval opens the gate that the pressed check shows", async () => {
  await press("approve");
  await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
});
