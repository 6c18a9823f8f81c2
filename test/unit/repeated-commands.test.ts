import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { obeyCommand } from "../../src/app/commands/obey-command.js";
import { receive } from "../../src/app/receive.js";
import type { CommentEvent } from "../../src/policy/event.js";
import { retryRun } from "../../src/app/retry-run.js";
import { stopRun } from "../../src/app/stop-run.js";
import { openGates } from "../../src/run/gates.js";
import { isFinished } from "../../src/run/phases.js";
import { readRun } from "../../src/run/read-run.js";
import { openSmallWorld, pulled, repository, sha, type SmallWorld } from "../support/small-world.js";

const manifest = (on: string, main: string, name = "work") => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: ${name}, annotations: {sluice.dev/on: '${on}'}}
spec:
  entrypoint: main
  templates:
    - ${main}
`;

const gate = "{name: main, suspend: {}}";
const twoGates = "{name: main, steps: [[{name: a, template: gate}], [{name: b, template: gate}]]}";
const sleeps = "{name: main, container: {image: busybox, command: [sleep, '60']}}";

function comment(body: string, commentId = 90, createdAt = Date.now()): CommentEvent {
  const actor = { id: 6, login: "bob", type: "User" } as const;
  const common = { kind: "comment", installationId: 1, repository, actor, number: 7 } as const;
  return { ...common, commentId, body, createdAt: new Date(createdAt).toISOString() };
}

/** The world's comments keep no reaction: each delivery finds the comment as one before it that was cut off. */
describe("a command whose delivery comes again after it was obeyed and before that was noted", () => {
  let world: SmallWorld;
  const replies: string[] = [];
  afterEach(() => world.close());
  beforeEach(() => void replies.splice(0));

  async function open(on: string, main: string, others: Record<string, string> = {}): Promise<void> {
    world = await openSmallWorld({ ".workflows/work.yaml": manifest(on, main), ...others });
    world.dependencies.github.comments.reply = (_repository, _number, { markdown }) =>
      Promise.resolve(void replies.push(markdown));
  }

  const runs = async () => (await world.dependencies.engine.list({})).map(readRun);
  const ended = () =>
    expect.poll(async () => (await runs()).every(({ phase }) => isFinished(phase))).toBe(true);

  it("/retry makes one more attempt, though that one has failed by then", async () => {
    await open("pull_request: {}", "{name: main, container: {image: busybox, command: [sh, -c, 'exit 1']}}");
    await receive(world.dependencies, pulled(sha(1)));
    await ended();
    for (let times = 0; times < 2; times += 1) {
      await obeyCommand(world.dependencies, comment("/retry"));
      await ended();
    }
    expect((await runs()).map(({ facts }) => facts?.attempt)).toEqual([1, 2]);
    expect(replies).toEqual([]);
  });

  const waits = () => expect.poll(async () => (await openGatesNow()).length).toBe(1);
  const openGatesNow = async () => (await runs()).flatMap(openGates);
  /** As the author of the comment sees the newest push. */
  const pushedAt = (at: number) => {
    const lastPush = { by: 5, login: "alice", at: new Date(at).toISOString(), before: undefined, all: [] };
    world.dependencies.github.pullRequests.lastPush = () => Promise.resolve(lastPush);
  };

  it.each([
    ["the head has moved", () => pushedAt(Date.now() + 60_000)],
    ["the pull request is closed", () => (world.says.pull = { state: "closed" })],
    [
      "its author may no more",
      () => (world.dependencies.github.permissions.of = () => Promise.resolve("read")),
    ],
  ])("it is not said to be refused when it was obeyed and %s since", async (_what, change) => {
    await open("comment: [apply]", gate);
    await obeyCommand(world.dependencies, comment("/apply"));
    change();
    await obeyCommand(world.dependencies, comment("/apply"));
    expect(await runs()).toHaveLength(1);
    expect(replies).toEqual([]);
    await obeyCommand(world.dependencies, comment("/apply", 91));
    expect(replies).toHaveLength(1);
  });

  it("/apply starts what it had not come to, though a gate waits by now", async () => {
    await open("comment: [apply]", gate, {
      ".workflows/zeta.yaml": manifest("comment: [apply]", gate, "zeta"),
    });
    const { engine } = world.dependencies;
    const submit = engine.submit.bind(engine);
    engine.submit = (workflow) =>
      workflow.metadata.annotations?.["sluice.dev/facts"]?.includes("zeta") === true
        ? Promise.reject(new Error("cut off"))
        : submit(workflow);
    await expect(obeyCommand(world.dependencies, comment("/apply"))).rejects.toThrow("cut off");
    await waits();
    engine.submit = submit;
    await obeyCommand(world.dependencies, comment("/apply"));
    const started = new Set((await runs()).map(({ facts }) => facts?.manifest));
    expect([...started]).toEqual(expect.arrayContaining(["work", "zeta"]));
    expect(started.size).toBe(2);
    expect(replies).toEqual([]);
  });

  it("/apply that has spoken to a gate starts nothing when that waits no more", async () => {
    await open("pull_request: {}", gate, {
      ".workflows/zeta.yaml": manifest("comment: [apply]", gate, "zeta"),
    });
    await receive(world.dependencies, pulled(sha(1)));
    await waits();
    await obeyCommand(world.dependencies, comment("/apply"));
    expect(replies.splice(0)).toMatchObject([expect.stringContaining("The gate stays closed")]);
    const [run] = await runs();
    await world.dependencies.engine.stop(run?.key ?? never(), "Terminate", "");
    await ended();
    await obeyCommand(world.dependencies, comment("/apply"));
    expect(await runs()).toHaveLength(1);
    expect(replies).toEqual([]);
  });

  it("/apply makes no second run of one that was given up with its pull request", async () => {
    await open("comment: [apply]", gate);
    await obeyCommand(world.dependencies, comment("/apply"));
    const [run] = await runs();
    await stopRun(world.dependencies, run ?? never(), { reason: "closed", by: "" });
    await ended();
    await obeyCommand(world.dependencies, comment("/apply"));
    expect(await runs()).toHaveLength(1);
  });

  it("/approve says nothing to the gate that has opened behind the one it opened", async () => {
    await open("pull_request: {}", `${twoGates}\n    - {name: gate, suspend: {}}`);
    await receive(world.dependencies, pulled(sha(1)));
    await waits();
    const [run] = await runs();
    await world.dependencies.reconcile(run?.key ?? never());
    const approve = comment("/approve", 90, Date.now() + 5000);
    const spoken = { id: approve.commentId, userId: approve.actor.id, body: approve.body };
    world.dependencies.github.comments.list = () => Promise.resolve([spoken]);
    await obeyCommand(world.dependencies, approve);
    await expect.poll(async () => (await openGatesNow())[0]?.node.displayName).toBe("b");
    await obeyCommand(world.dependencies, approve);
    expect((await runs())[0]?.votes).toHaveLength(1);
    await world.dependencies.engine.stop(run?.key ?? never(), "Terminate", "");
    await ended();
    await obeyCommand(world.dependencies, approve);
    expect(replies).toEqual([]);
  });

  it("/cancel stops no run that was asked for since, and does not say that nothing runs", async () => {
    await open("dispatch: {}", sleeps);
    await obeyCommand(world.dependencies, comment("/run work"));
    await obeyCommand(world.dependencies, comment("/cancel", 91));
    await ended();
    await obeyCommand(world.dependencies, comment("/run work", 92));
    await obeyCommand(world.dependencies, comment("/cancel", 91));
    expect((await runs()).filter(({ stopped }) => stopped === undefined)).toHaveLength(1);
    expect(replies).toEqual([]);
  });

  it.each<[string, () => void]>([
    ["the pull request is closed", () => (world.says.pull = { state: "closed" })],
    [
      "its author may no more",
      () => (world.dependencies.github.permissions.of = () => Promise.resolve("read")),
    ],
    ["its branch was pushed to, as it seems,", () => pushedAt(Date.now() + 60_000)],
  ])("/cancel stops all it was for when it was cut off and %s since", async (_what, change) => {
    await open("dispatch: {}", sleeps);
    await obeyCommand(world.dependencies, comment("/run work"));
    await obeyCommand(world.dependencies, comment("/run work", 91));
    const { engine } = world.dependencies;
    const annotate = engine.annotate.bind(engine);
    engine.annotate = (key, annotations, ifEquals) =>
      "sluice.dev/stopped" in annotations
        ? Promise.reject(new Error("cut off"))
        : annotate(key, annotations, ifEquals);
    await expect(obeyCommand(world.dependencies, comment("/cancel", 92))).rejects.toThrow("cut off");
    engine.annotate = annotate;
    change();
    await obeyCommand(world.dependencies, comment("/cancel", 92));
    expect((await runs()).map(({ stopped }) => stopped?.reason)).toEqual(["cancelled", "cancelled"]);
    expect(replies).toEqual([]);
  });

  it("/cancel stops no run of another commit where GitHub does not tell of pushes", async () => {
    await open("pull_request: {}", sleeps);
    world.dependencies.github.pullRequests.lastPush = () => Promise.resolve(undefined);
    await receive(world.dependencies, pulled(sha(1)));
    await obeyCommand(world.dependencies, comment("/cancel"));
    await ended();
    world.says.head = sha(2);
    await receive(world.dependencies, pulled(sha(2)));
    await obeyCommand(world.dependencies, comment("/cancel"));
    const stopped = (await runs()).map(({ facts, stopped }) => [facts?.headSha, stopped?.reason]);
    expect(stopped).toEqual([
      [sha(1), "cancelled"],
      [sha(2), undefined],
    ]);
  });

  it.each(["/reject", "/approve"])(
    "%s says nothing to another run whose gate has opened since",
    async (said) => {
      await open("pull_request: {}", gate, {
        ".workflows/zeta.yaml": manifest("dispatch: {}", gate, "zeta"),
      });
      await receive(world.dependencies, pulled(sha(1)));
      await waits();
      const [run] = await runs();
      await world.dependencies.reconcile(run?.key ?? never());
      const vote = comment(said, 90, Date.now() + 2000);
      const spoken = { id: vote.commentId, userId: vote.actor.id, body: vote.body };
      world.dependencies.github.comments.list = () => Promise.resolve([spoken]);
      await obeyCommand(world.dependencies, vote);
      await ended();
      await sleep(3000);
      await obeyCommand(world.dependencies, comment("/run zeta", 91));
      await waits();
      await obeyCommand(world.dependencies, vote);
      expect((await runs()).map(({ facts, votes }) => [facts?.manifest, votes.length])).toEqual([
        ["work", 1],
        ["zeta", 0],
      ]);
      expect(replies).toEqual([]);
    },
  );

  it("/approve is not said to count for nothing while it is not sure what is shown, but for other reasons", async () => {
    await open("pull_request: {}", gate);
    await receive(world.dependencies, pulled(sha(1)));
    await waits();
    const { key } = (await runs())[0] ?? never();
    await world.dependencies.reconcile(key);
    const { report } = (await runs())[0] ?? never();
    const unsure = { "sluice.dev/report": JSON.stringify({ ...report, unsure: 0 }) };
    await world.dependencies.engine.annotate(key, unsure);
    await obeyCommand(world.dependencies, comment("/approve", 90, Date.now() + 2000));
    expect(replies).toEqual([]);
    const alice = { id: 5, login: "alice", type: "User" } as const;
    await obeyCommand(world.dependencies, { ...comment("/approve", 91, Date.now() + 2000), actor: alice });
    expect(replies.splice(0)).toMatchObject([expect.stringContaining("It does not count")]);
    world.says.pull = { draft: true };
    await obeyCommand(world.dependencies, comment("/approve", 92, Date.now() + 3000));
    expect(replies).toEqual(["It does not count:\n\n- the pull request is a draft"]);
  });

  it("/apply tells nothing of the gate that has opened behind the one it was for", async () => {
    await open("pull_request: {}", `${twoGates}\n    - {name: gate, suspend: {}}`);
    await receive(world.dependencies, pulled(sha(1)));
    await waits();
    const [run] = await runs();
    await world.dependencies.reconcile(run?.key ?? never());
    const apply = comment("/apply", 89, Date.now());
    await obeyCommand(world.dependencies, apply);
    expect(replies.splice(0)).toMatchObject([expect.stringContaining("The gate stays closed")]);
    const approve = comment("/approve", 90, Date.now() + 2000);
    const spoken = { id: approve.commentId, userId: approve.actor.id, body: approve.body };
    world.dependencies.github.comments.list = () => Promise.resolve([spoken]);
    await sleep(1000);
    await obeyCommand(world.dependencies, approve);
    await expect.poll(async () => (await openGatesNow())[0]?.node.displayName).toBe("b");
    await obeyCommand(world.dependencies, apply);
    expect(replies).toEqual([]);
  });

  it("/cancel stops no other attempt of what it has stopped", async () => {
    await open("pull_request: {}", sleeps);
    await receive(world.dependencies, pulled(sha(1)));
    await obeyCommand(world.dependencies, comment("/cancel"));
    await ended();
    const [run] = await runs();
    await retryRun(
      world.dependencies,
      { reference: { installationId: 1, ...repository }, repository },
      run ?? never(),
    );
    await obeyCommand(world.dependencies, comment("/cancel"));
    const stopped = (await runs()).map(({ facts, stopped }) => [facts?.attempt, stopped?.reason]);
    expect(stopped).toEqual([
      [1, "cancelled"],
      [2, undefined],
    ]);
  });

  it("a run that a comment has started is run again after it was given up", async () => {
    await open("comment: [apply]", gate);
    await obeyCommand(world.dependencies, comment("/apply"));
    const asking = { reference: { installationId: 1, ...repository }, repository };
    for (const attempt of [2, 3]) {
      const run = (await runs()).at(-1) ?? never();
      await stopRun(world.dependencies, run, { reason: "closed", by: "" });
      await ended();
      const first = (await runs()).find(({ facts }) => facts?.attempt === 1) ?? never();
      await retryRun(world.dependencies, asking, first);
      expect((await runs()).map(({ facts }) => facts?.attempt)).toContain(attempt);
    }
  });

  it("/cancel that comes late stops no run of a head that was pushed since", async () => {
    await open("pull_request: {}", sleeps);
    await receive(world.dependencies, pulled(sha(1)));
    pushedAt(Date.now() + 60_000);
    await obeyCommand(world.dependencies, comment("/cancel"));
    expect((await runs())[0]?.stopped).toBeUndefined();
    expect(replies.splice(0)).toEqual(["What runs now was started after your comment: nothing was stopped."]);
    world.dependencies.github.pullRequests.lastPush = () => Promise.reject(new Error("GitHub is down"));
    await obeyCommand(world.dependencies, comment("/cancel", 91));
    expect((await runs())[0]?.stopped).toMatchObject({ reason: "cancelled" });
  });

  it("/apply does not speak to the gate of the run that it has started", async () => {
    await open("comment: [apply]", "{name: main, suspend: {}}");
    await obeyCommand(world.dependencies, comment("/apply"));
    await expect.poll(async () => (await runs())[0]?.nodes.size).toBe(1);
    await obeyCommand(world.dependencies, comment("/apply"));
    expect(await runs()).toHaveLength(1);
    expect(replies).toEqual([]);
  });
});

function never(): never {
  throw new Error("there is no such thing");
}
