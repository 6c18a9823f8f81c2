import { afterEach, expect, it } from "vitest";
import { receive } from "../../src/app/receive.js";
import { noPolicy } from "../../src/policy/configuration.js";
import { readRun, type Run } from "../../src/run/read-run.js";
import { openSmallWorld, pulled, pushed, sha, type SmallWorld } from "../support/small-world.js";

const manifest = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: work}
spec:
  entrypoint: main
  templates:
    - {name: main, container: {image: busybox, command: [sleep, "1000"]}}
`;

const onPull = `metadata:
  name: work
  annotations: {sluice.dev/on: "{push: {}, pull_request: {}}"}`;

const withToken = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: work}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: auth, template: github-authorize}
        - - name: work
            template: work
            arguments: {parameters: [{name: token, value: '{{steps.auth.outputs.parameters.github-token}}'}]}
    - name: work
      inputs: {parameters: [{name: token}]}
      container:
        image: busybox
        command: [sleep, "1000"]
        env: [{name: TOKEN, value: '{{inputs.parameters.token}}'}]
`;

let world: SmallWorld;
let woken: string[];
afterEach(async () => world.close());

async function open(parallelRuns: number, files: Record<string, string> = {}) {
  world = await openSmallWorld({ ".workflows/work.yaml": manifest, ...files });
  woken = [];
  const { dependencies } = world;
  dependencies.policyOf = () => ({ ...noPolicy, limits: { parallelRuns } });
  dependencies.wake = ({ name }) => void woken.push(name);
  return world;
}
/** Pushes to as many branches at one moment; gives the runs in the order of the line. */
async function pushAll(count: number): Promise<Run[]> {
  const { dependencies } = world;
  let now = Date.now();
  dependencies.clock = () => (now += 1);
  for (let digit = 1; digit <= count; digit += 1)
    await receive(dependencies, pushed(`refs/heads/b${digit}`, sha(digit)));
  return runs();
}
async function runs(): Promise<Run[]> {
  return (await world.dependencies.engine.list({})).map(readRun);
}
const queued = async () =>
  (await runs()).filter((run) => run.queued !== undefined).map(({ key }) => key.name);

it("gives out each place once, to the oldest, however many ask at one time", async () => {
  await open(2);
  const all = await pushAll(5);
  expect(await queued()).toHaveLength(5);
  await Promise.all(all.toReversed().map(({ key }) => world.dependencies.reconcile(key)));
  await Promise.all(all.map(({ key }) => world.dependencies.reconcile(key)));
  expect(await queued()).toEqual(all.slice(2).map(({ key }) => key.name));
});

it("loses the run of a pull request that is closed", async () => {
  await open(1, { ".workflows/work.yaml": manifest.replace("metadata: {name: work}", onPull) });
  const { dependencies, says } = world;
  const [first] = await pushAll(1);
  if (first === undefined) throw new Error("nothing was started");
  await dependencies.reconcile(first.key);
  await receive(dependencies, pulled(says.head));
  const [waiting] = (await runs()).filter((run) => run.queued !== undefined);
  if (waiting === undefined) throw new Error("nothing waits");
  await dependencies.reconcile(waiting.key);
  expect(await queued()).toHaveLength(1);
  says.pull = { state: "closed" };
  await dependencies.reconcile(waiting.key);
  await dependencies.engine.stop(first.key, "Terminate", "enough");
  await dependencies.reconcile(waiting.key);
  const ended = (await runs()).find(({ key }) => key.name === waiting.key.name);
  expect(ended).toMatchObject({ phase: "Failed", stopped: { reason: "closed" } });
});

it("says on its check that it waits, and is given no token meanwhile", async () => {
  await open(1, { ".workflows/work.yaml": withToken });
  let minted = 0;
  world.says.mint = () => {
    minted += 1;
    return { value: "t", expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
  };
  const all = await pushAll(2);
  for (const { key } of [...all, ...all]) await world.dependencies.reconcile(key);
  expect(minted).toBe(1);
  const titles = world.checks.filter(({ status }) => status === "queued").map(({ title }) => title);
  expect(titles).toEqual(["Queued: waits for the other run of this repository"]);
});

it("calls as many as there are places when runs end at one moment", async () => {
  await open(2);
  const all = await pushAll(5);
  for (const { key } of all) await world.dependencies.reconcile(key);
  const atWork = all.slice(0, 2).map(({ key }) => key);
  for (const key of atWork) await world.dependencies.engine.stop(key, "Terminate", "enough");
  while ((await world.dependencies.engine.list({ unfinished: true })).length > 3)
    await new Promise((resolve) => setTimeout(resolve, 20));
  woken = [];
  for (const key of atWork) await world.dependencies.reconcile(key);
  const [, , third, fourth, fifth] = all.map(({ key }) => key.name);
  expect(woken).toEqual(expect.arrayContaining([third, fourth]));
  expect(woken).not.toContain(fifth);
});

it("lets everything begin where the configuration has no limit any more", async () => {
  const { dependencies } = await open(1);
  const all = await pushAll(3);
  dependencies.policyOf = () => noPolicy;
  for (const { key } of all) await dependencies.reconcile(key);
  expect(await queued()).toEqual([]);
});

it("is full for new runs, and not for those that were there, also when they have ended", async () => {
  await open(1, { ".workflows/work.yaml": manifest.replace("metadata: {name: work}", onPull) });
  const { dependencies } = world;
  dependencies.policyOf = () => ({ ...noPolicy, limits: { parallelRuns: 1, queuedRuns: 1 } });
  for (const digit of [1, 2, 1]) {
    world.says.head = sha(digit);
    await receive(dependencies, pulled(sha(digit)));
  }
  await expect.poll(async () => (await runs()).filter(({ phase }) => phase === "Failed").length).toBe(2);
  const [begun] = (await runs()).filter(({ queued: line }) => line !== undefined);
  if (begun === undefined) throw new Error("there is no run");
  await dependencies.reconcile(begun.key);
  await receive(dependencies, pushed("refs/heads/other", sha(3)));
  expect(await queued()).toHaveLength(1);
  world.checks.splice(0);
  await receive(dependencies, pulled(sha(1)));
  expect(world.checks).toEqual([]);
  await receive(dependencies, pushed("refs/heads/more", sha(4)));
  expect(world.checks.map(({ conclusion }) => conclusion)).toEqual(["action_required"]);
});

it("is left to the replica that leads", async () => {
  const { dependencies } = await open(1);
  const { reconcileRun } = await import("../../src/app/reconcile-run.js");
  const [run] = await pushAll(1);
  await reconcileRun(dependencies, run?.key ?? { namespace: "", name: "" }, { report: false });
  expect(await queued()).toHaveLength(1);
});
