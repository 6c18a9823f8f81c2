import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "../../src/app/run-loop.js";
import { GitHubError } from "../../src/app/ports.js";
import { receive } from "../../src/app/receive.js";
import { openGivenUpRecovery, type GivenUpRecovery } from "../../src/app/recover-given-up.js";
import { isTold } from "../../src/app/told.js";
import { stopRun } from "../../src/app/stop-run.js";
import { wasGivenUp } from "../../src/run/given-up.js";
import { isFinished } from "../../src/run/phases.js";
import { readRun, type Run } from "../../src/run/read-run.js";
import { openSmallWorld, pulled, sha, type SmallWorld } from "../support/small-world.js";

const manifest = (name: string, types: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: ${name}, annotations: {sluice.dev/on: 'pull_request: {types: [${types}]}'}}
spec: {entrypoint: main, templates: [{name: main, suspend: {}}]}
`;
const minute = 60_000;

describe("a run that was given up", () => {
  let world: SmallWorld;
  let recovery: GivenUpRecovery;
  let now: number;
  let asked: number;
  beforeEach(async () => {
    world = await openSmallWorld({ ".workflows/work.yaml": manifest("work", "synchronize, reopened") });
    now = Date.now();
    asked = 0;
    const { pullRequests } = world.dependencies.github;
    const get: typeof pullRequests.get = (...given) => {
      asked += 1;
      return pullRequests.get(...given);
    };
    world.dependencies.github.pullRequests = { ...pullRequests, get };
    Object.assign(world.dependencies, { clock: () => now });
    recovery = openGivenUpRecovery(world.dependencies);
    await receive(world.dependencies, pulled(sha(1)));
  });
  afterEach(async () => {
    vi.useRealTimers();
    await world.close();
  });

  const runs = async () => (await world.dependencies.engine.list({})).map(readRun);
  const told = async () =>
    (await runs())
      .map(({ facts, stopped }) => `${facts?.headSha[0]} ${facts?.attempt} ${stopped?.reason}`)
      .toSorted();
  const stop = async (reason: "superseded" | "closed" | "cancelled") => {
    const [run] = await runs();
    if (run !== undefined) await stopRun(world.dependencies, run, { reason, by: "" });
  };
  /** As the App looks at each run when it ends. */
  const ended = async () => {
    const over = async () => (await runs()).filter((run) => isFinished(run.phase));
    await expect.poll(over).not.toEqual([]);
    for (const run of await over()) recovery.ended(run);
    asked = 0;
  };
  const look = async (minutes = 1) => {
    now += minutes * minute;
    await recovery.look();
  };

  it("runs again when the branch had come back right before it was stopped", async () => {
    const { engine } = world.dependencies;
    const annotate = engine.annotate.bind(engine);
    engine.annotate = async (...given) => {
      engine.annotate = annotate;
      world.says.head = sha(1);
      await receive(world.dependencies, pulled(sha(1)));
      return annotate(...given);
    };
    world.says.head = sha(2);
    await receive(world.dependencies, pulled(sha(2)));
    expect(await told()).toEqual(["1 1 superseded", "2 1 superseded"]);
    await ended();
    await look();
    expect(await told()).toEqual(["1 1 superseded", "1 2 undefined", "2 1 superseded"]);
  });

  it("runs again when the pull request had been opened again right before it was stopped", async () => {
    await stop("closed");
    await ended();
    await look();
    expect(await told()).toEqual(["1 1 closed", "1 2 undefined"]);
  });

  it("runs again alone, and only where it listens to what made it wanted again", async () => {
    world.says.files = {
      ".workflows/work.yaml": manifest("work", "synchronize"),
      ".workflows/other.yaml": manifest("other", "synchronize, reopened"),
    };
    await stop("closed");
    await ended();
    await look();
    expect(await told()).toEqual(["1 1 closed"]);
  });

  it("is looked at once, and not before all of GitHub knows the head", async () => {
    await stop("superseded");
    await ended();
    now += minute - 1;
    await recovery.look();
    await ended();
    await recovery.look();
    expect(asked).toBe(0);
    world.says.head = sha(2);
    now += 1;
    await recovery.look();
    expect(asked).toBe(1);
    await look();
    expect(asked).toBe(1);
    await ended();
    await look();
    expect(asked).toBe(0);
  });

  it("is looked at all the same where the clock was set back", async () => {
    await stop("superseded");
    await ended();
    world.says.head = sha(2);
    now -= 120 * minute;
    await recovery.look();
    expect(asked).toBe(1);
  });

  it("does not stay at work when another commit is pushed while it is started again", async () => {
    await stop("superseded");
    await ended();
    const { engine } = world.dependencies;
    const submit = engine.submit.bind(engine);
    engine.submit = async (workflow) => {
      const submitted = await submit(workflow);
      if (submitted.created) world.says.head = sha(2);
      return submitted;
    };
    await look();
    expect(await told()).toEqual(["1 1 superseded", "1 2 undefined"]);
    await look();
    expect(await told()).toEqual(["1 1 superseded", "1 2 superseded"]);
  });

  it("is looked at by the App, also by one that did not see its end", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { dependencies } = world;
    const stopAndTell = async () => {
      const run = (await runs()).find(({ stopped }) => stopped === undefined);
      if (run === undefined) throw new Error("there is no run");
      await stopRun(dependencies, run, { reason: "superseded", by: "" });
      await expect.poll(async () => (await runs()).every(isTold)).toBe(true);
    };
    const lookAfterAMinute = async () => {
      now += minute;
      await vi.advanceTimersByTimeAsync(15_000);
    };
    const first = await openApp(dependencies);
    await stopAndTell();
    await first.idle();
    await lookAfterAMinute();
    await expect.poll(async () => (await runs()).length).toBe(2);
    await stopAndTell();
    await first.idle();
    await first.close();
    // What the engine has not announced yet would show the second one the end.
    await sleep(500);
    const second = await openApp(dependencies);
    await lookAfterAMinute();
    await expect.poll(async () => (await runs()).length).toBe(3);
    await second.close();
  });

  it.each([
    ["its pull request is closed", { state: "closed" as const }],
    ["its pull request goes into another branch", { baseRef: "release" }],
    ["another commit is the head", { headSha: sha(2) }],
  ])("does not run again when %s", async (_what, pull) => {
    await stop("superseded");
    await ended();
    world.says.pull = pull;
    await look();
    expect(await told()).toEqual(["1 1 superseded"]);
  });

  it("does not run again when a person had stopped it", async () => {
    await stop("cancelled");
    await ended();
    await look();
    expect(asked).toBe(0);
    expect(await told()).toEqual(["1 1 cancelled"]);
  });

  it("is looked at until GitHub can be asked, ever more rarely", async () => {
    await stop("superseded");
    await ended();
    const { pullRequests } = world.dependencies.github;
    const get = () => {
      asked += 1;
      return Promise.reject(new GitHubError("no", { retryable: true }));
    };
    world.dependencies.github.pullRequests = { ...pullRequests, get };
    for (let minutes = 0; minutes < 15; minutes += 1) await look();
    expect(asked).toBe(4);
    world.dependencies.github.pullRequests = pullRequests;
    await look(16);
    expect(await told()).toEqual(["1 1 superseded", "1 2 undefined"]);
  });

  it("is not looked at again where GitHub refuses, or cannot be asked for hours", async () => {
    await stop("superseded");
    const { pullRequests } = world.dependencies.github;
    for (const [retryable, times] of [
      [false, 1],
      [true, 12],
    ] as const) {
      await ended();
      const get = () => {
        asked += 1;
        return Promise.reject(new GitHubError("no", { retryable }));
      };
      world.dependencies.github.pullRequests = { ...pullRequests, get };
      for (let hours = 0; hours < 20; hours += 1) await look(60);
      expect(asked).toBe(times);
    }
  });

  it("is not looked at by a process that begins a day after it was told its end", async () => {
    await stop("superseded");
    const [run] = await runs();
    if (run === undefined) throw new Error("there is no run");
    const toldAt = (ms: number): Run => {
      const leg = { id: 1, leg: 0, completed: true, hash: "a", completedAt: new Date(ms).toISOString() };
      return { ...run, report: { ...run.report, legs: [leg] } };
    };
    world.says.head = sha(2);
    asked = 0;
    recovery.ended(toldAt(now - 24 * 60 * minute - 1000));
    await look();
    expect(asked).toBe(0);
    recovery.ended(toldAt(now - 24 * 60 * minute));
    await look();
    expect(asked).toBe(1);
  });

  it("does not run again when GitHub alone remembers it", async () => {
    await stop("superseded");
    await ended();
    const [run] = await runs();
    if (run === undefined) throw new Error("there is no run");
    await world.dependencies.engine.remove(run.key);
    const check = { id: 1, name: "work", status: "completed" as const, completedAt: undefined };
    const externalId = `${run.key.namespace}/${run.key.name}#0`;
    world.dependencies.github.checkRuns.list = () => Promise.resolve([{ ...check, externalId }]);
    await look();
    expect(asked).toBeGreaterThan(0);
    expect(await told()).toEqual([]);
  });

  it("is none when it succeeded", async () => {
    await stop("superseded");
    await expect.poll(async () => (await runs()).every(({ phase }) => isFinished(phase))).toBe(true);
    const [run] = await runs();
    if (run === undefined) throw new Error("there is no run");
    expect([run, { ...run, phase: "Succeeded" as const }].map(wasGivenUp)).toEqual([true, false]);
  });
});
