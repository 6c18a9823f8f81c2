import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { receive } from "../../src/app/receive.js";
import { uuidOfTime } from "../../src/lib/time-of-uuid.js";
import type { Actor, CheckRunEvent } from "../../src/policy/event.js";
import { noPolicy } from "../../src/policy/configuration.js";
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

async function press(identifier: string, change: Partial<CheckRunEvent> = {}): Promise<void> {
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
    receivedAt: world.dependencies.clock(),
    ...change,
  };
  await receive(world.dependencies, event);
}

const hour = 3_600_000;

function reviews(after: number, state: Review["state"] = "CHANGES_REQUESTED", user: Actor = bob): void {
  const submittedAt = new Date(Date.now() + after).toISOString();
  const review: Review = { id: 1, user, state, commitId: sha(1), submittedAt };
  world.dependencies.github.pullRequests.reviews = () => Promise.resolve([review]);
}

/** As where a check run was updated and the answer got lost. */
async function forget(change: object): Promise<void> {
  const { key, report } = await run();
  const legs = report.legs.map((leg) => ({ ...leg, ...change }));
  await world.dependencies.engine.annotate(key, { "sluice.dev/report": JSON.stringify({ ...report, legs }) });
}
async function ignored(): Promise<string[]> {
  const { decisions } = await world.dependencies.reconcile((await run()).key);
  return [...decisions.values()].flatMap((decision) => decision.ignored.map(({ reason }) => reason));
}
const votes = async () => (await run()).votes.map(({ verdict, at }) => [verdict, at]);

it.each([
  ["that was told of before", () => new Date(Date.now() + 2000).toISOString()],
  ["of which nobody knows when GitHub first told of it", () => "unknown"],
])("an approval %s takes back nothing that was said since", async (_what, first) => {
  reviews(5000);
  world.dependencies.clock = () => Date.now() + hour;
  world.dependencies.github.deliveries.firstTried = () => Promise.resolve(first());
  await press("approve");
  await world.dependencies.reconcile((await run()).key);
  expect(openGates(await run())).toHaveLength(1);
});

it("an approval takes back what was said before it", async () => {
  reviews(5000);
  world.dependencies.clock = () => Date.now() + hour;
  await press("approve");
  await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
});

it("an approval opens the gate that the pressed check shows", async () => {
  await press("approve");
  await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
});

it.each([
  ["when it came to us, however long the answer takes", () => ({ receivedAt: Date.now() + 2000 })],
  ["the time in the event's id", () => ({ delivery: uuidOfTime(Date.now() + 2000) })],
])("an approval counts as of %s", async (_what, change) => {
  reviews(5000);
  world.dependencies.clock = () => Date.now() + hour;
  await press("approve", change());
  await world.dependencies.reconcile((await run()).key);
  expect(openGates(await run())).toHaveLength(1);
});

it("an approval counts as of the time in the event's id, also where nobody knows when GitHub first told of it", async () => {
  reviews(5000);
  world.dependencies.clock = () => Date.now() + hour;
  world.dependencies.github.deliveries.firstTried = () => Promise.resolve("unknown");
  await press("approve", { delivery: uuidOfTime(Date.now() + 10_000) });
  await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
});

it("an approval whose event's id tells of a later time counts as of when it came", async () => {
  reviews(5000);
  await press("approve", { delivery: uuidOfTime(Date.now() + hour), receivedAt: Date.now() + 2000 });
  await world.dependencies.reconcile((await run()).key);
  expect(openGates(await run())).toHaveLength(1);
});

it("a rejection of which nobody knows when GitHub first told of it takes back what was said before", async () => {
  // Of two that are needed, so that the first does not open the gate.
  world.dependencies.policyOf = () => ({ ...noPolicy, gates: { ...noPolicy.gates, approvals: 2 } });
  reviews(5000, "APPROVED");
  world.dependencies.clock = () => Date.now() + hour;
  world.dependencies.github.deliveries.firstTried = () => Promise.resolve("unknown");
  await press("reject");
  await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
});

describe.each([
  ["is not noted as shown yet", { completed: false, hash: "other" }, 0],
  ["is not known", {}, 99],
  ["is left behind", { hash: "", gates: [] }, 0],
])("a press on a check run that %s", (_what, change, unknown) => {
  async function pressIt(identifier: string): Promise<void> {
    const { id = 0 } = (await run()).report.legs[0] ?? {};
    await forget(change);
    await press(identifier, { checkRunId: unknown === 0 ? id : unknown });
  }

  it("keeps the gate closed as a rejection", async () => {
    await pressIt("reject");
    expect(await votes()).toEqual([["rejected", expect.anything()]]);
    reviews(5000, "APPROVED", { id: 7, login: "carol", type: "User" });
    const { key } = await run();
    const { decisions } = await world.dependencies.reconcile(key);
    expect([...decisions.values()].map(({ state }) => state)).not.toContain("approved");
    expect((await run()).phase).not.toBe("Succeeded");
  });

  it("takes back as a rejection what its person said before", async () => {
    world.dependencies.policyOf = () => ({ ...noPolicy, gates: { ...noPolicy.gates, approvals: 2 } });
    reviews(5000, "APPROVED");
    world.dependencies.clock = () => Date.now() + hour;
    await pressIt("reject");
    await world.dependencies.reconcile((await run()).key);
    await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
  });

  it("is noted as an approval that came too early", async () => {
    const [gate] = openGates(await run());
    await pressIt("approve");
    expect(await votes()).toEqual([["approved", gate?.startedAt]]);
    expect(await ignored()).toEqual(["@bob pressed it on a check that was not on display"]);
  });

  it("says nothing to a gate that has opened since", async () => {
    const before = Date.parse(openGates(await run())[0]?.startedAt ?? "") - 1;
    world.dependencies.github.deliveries.firstTried = () => Promise.resolve(new Date(before).toISOString());
    for (const identifier of ["approve", "reject"]) await pressIt(identifier);
    expect(await votes()).toEqual([]);
  });
});

it("an approval on a check run that was hidden is noted, and does not count", async () => {
  await forget({ hidden: true });
  await press("approve", { receivedAt: Date.now() + hour });
  expect(await ignored()).toEqual(["@bob pressed it on a check that was not on display"]);
});

it("a rejection counts as of when it came where that is later than the time in the event's id", async () => {
  world.dependencies.policyOf = () => ({ ...noPolicy, gates: { ...noPolicy.gates, approvals: 2 } });
  reviews(5000, "APPROVED");
  world.dependencies.github.deliveries.firstTried = () => Promise.resolve("unknown");
  await press("reject", { delivery: uuidOfTime(Date.now() + 2000), receivedAt: Date.now() + hour });
  await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
});

it("a rejection counts as of the time in the event's id where our clock is behind", async () => {
  world.dependencies.policyOf = () => ({ ...noPolicy, gates: { ...noPolicy.gates, approvals: 2 } });
  reviews(5000, "APPROVED");
  await press("reject", { delivery: uuidOfTime(Date.now() + 10_000), receivedAt: Date.now() - hour });
  await expect.poll(async () => isFinished((await run()).phase)).toBe(true);
});
