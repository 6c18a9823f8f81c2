import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { receive } from "../../src/app/receive.js";
import { stopRun } from "../../src/app/stop-run.js";
import { GitHubError } from "../../src/app/ports.js";
import type { RepositoryPolicy } from "../../src/policy/configuration.js";
import { noPolicy } from "../../src/policy/configuration.js";
import { retryRun } from "../../src/app/retry-run.js";
import type {
  CheckSuiteEvent,
  CommentEvent,
  PullRequestEvent,
  PushEvent,
  ReleaseEvent,
} from "../../src/policy/event.js";
import { isFinished } from "../../src/run/phases.js";
import { readRun } from "../../src/run/read-run.js";
import { openSmallWorld, pulled, pushed, repository, sha, type SmallWorld } from "../support/small-world.js";

const bob = { id: 6, login: "bob", type: "User" } as const;
const common = { installationId: 1, repository, actor: bob };

const manifest = (name: string, on: string, main: string) => ({
  [`.workflows/${name}.yaml`]: `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: ${name}, annotations: {sluice.dev/on: '${on}'}}
spec:
  entrypoint: main
  templates:
    - ${main}
`,
});
const fails = "{name: main, container: {image: busybox, command: [sh, -c, 'exit 1']}}";
const waits = "{name: main, suspend: {}}";

let world: SmallWorld;
afterEach(() => world.close());

const runs = async () => (await world.dependencies.engine.list({})).map(readRun);
const attempts = async () => (await runs()).map(({ facts }) => facts?.attempt ?? 0).toSorted((a, b) => a - b);
const ended = () =>
  expect.poll(async () => (await runs()).every(({ phase }) => isFinished(phase))).toBe(true);

describe("a wish to run all checks again, delivered twice", () => {
  const suite = (delivery: string): CheckSuiteEvent => ({
    ...common,
    kind: "check_suite",
    action: "rerequested",
    headSha: sha(1),
    delivery,
  });

  it("makes one more attempt, though that one has ended by then", async () => {
    world = await openSmallWorld(manifest("work", "pull_request: {}", fails));
    await receive(world.dependencies, pulled(sha(1)));
    for (const delivery of ["first", "first", "second", "second"]) {
      await ended();
      await receive(world.dependencies, suite(delivery));
    }
    expect(await attempts()).toEqual([1, 2, 3]);
  });

  it("looks once more at what could not be run", async () => {
    world = await openSmallWorld(manifest("work", "pull_request: {}", "{name: other, suspend: {}}"));
    await receive(world.dependencies, pulled(sha(1)));
    for (const delivery of ["first", "first", "second", "second"])
      await receive(world.dependencies, suite(delivery));
    expect(world.checks.map(({ name }) => name)).toEqual(["work", "work", "work"]);
  });

  it("makes no attempt after the run that the first look started", async () => {
    world = await openSmallWorld(manifest("work", "pull_request: {}", "{name: other, suspend: {}}"));
    await receive(world.dependencies, pulled(sha(1)));
    world.says.files = manifest("work", "pull_request: {}", fails);
    for (let times = 0; times < 2; times += 1) {
      await receive(world.dependencies, suite("first"));
      await ended();
    }
    expect(await attempts()).toEqual([1]);
  });
});

describe("a push to a pull request", () => {
  it("does not give up the run of a newer one that is started while its answer is on the way", async () => {
    world = await openSmallWorld(manifest("work", "pull_request: {}", waits));
    const { pullRequests } = world.dependencies.github;
    let asked = 0;
    const get: typeof pullRequests.get = async (...given) => {
      const answer = await pullRequests.get(...given);
      asked += 1;
      // Once to start the run, once to see what it makes pointless.
      if (asked === 2) {
        world.says.head = sha(2);
        await receive(world.dependencies, pulled(sha(2)));
      }
      return answer;
    };
    world.dependencies.github.pullRequests = { ...pullRequests, get };
    await receive(world.dependencies, pulled(sha(1)));
    const stopped = (await runs()).map(({ facts, stopped: why }) => [facts?.headSha, why?.reason]);
    expect(stopped).toEqual([
      [sha(1), "superseded"],
      [sha(2), undefined],
    ]);
  });
});

describe("a commit whose run was given up", () => {
  const told = async () =>
    (await runs())
      .map(
        ({ facts, stopped }) => `${facts?.headSha[0]} ${facts?.event} ${facts?.attempt} ${stopped?.reason}`,
      )
      .toSorted();
  const open = async (on = "pull_request: {}") => {
    world = await openSmallWorld(manifest("work", on, waits));
  };
  const move = async (digit: number) => {
    world.says.head = sha(digit);
    await receive(world.dependencies, pulled(sha(digit)));
  };
  /** The event is at work, and has read the pull request, when `meanwhile` happens. */
  const overtaken = async (event: PullRequestEvent | PushEvent, meanwhile: () => Promise<void>) => {
    let isFirst = true;
    world.says.beforeManifests = async () => {
      if (!isFirst) return;
      isFirst = false;
      await meanwhile();
    };
    await receive(world.dependencies, event);
  };

  it("runs once more when the branch comes back to it, and only once", async () => {
    await open();
    for (const digit of [1, 2, 1, 1]) await move(digit);
    expect(await told()).toEqual([
      "1 pull_request 1 superseded",
      "1 pull_request 2 undefined",
      "2 pull_request 1 superseded",
    ]);
  });

  it("runs once more when it was a later attempt that was given up", async () => {
    world = await openSmallWorld(manifest("work", "pull_request: {}", fails));
    await move(1);
    await ended();
    world.says.files = manifest("work", "pull_request: {}", waits);
    const [failed] = await runs();
    const reference = { installationId: 1, id: repository.id, slug: repository.slug };
    if (failed !== undefined) await retryRun(world.dependencies, { reference, repository }, failed);
    for (const digit of [2, 1]) await move(digit);
    expect(await told()).toEqual([
      "1 pull_request 1 undefined",
      "1 pull_request 2 superseded",
      "1 pull_request 3 undefined",
      "2 pull_request 1 superseded",
    ]);
  });

  it("does not run for an event that read the head before the newer one was pushed", async () => {
    await open();
    const late = overtaken(pulled(sha(1)), async () => {
      await move(1);
      await move(2);
    });
    await expect(late).rejects.toMatchObject({ name: "GitHubError", retryable: true });
    // Delivered again, it finds the head as it is.
    await receive(world.dependencies, pulled(sha(1)));
    expect(await told()).toEqual(["1 pull_request 1 superseded", "2 pull_request 1 undefined"]);
  });

  it("does not run for an event that read the pull request before it was closed", async () => {
    await open();
    const late = overtaken(pulled(sha(1)), async () => {
      await move(1);
      const [run] = await runs();
      world.says.pull = { state: "closed" };
      if (run !== undefined) await stopRun(world.dependencies, run, { reason: "closed", by: "" });
    });
    await expect(late).rejects.toThrow("is closed at 1111111 into main now");
    await receive(world.dependencies, pulled(sha(1)));
    expect(await told()).toEqual(["1 pull_request 1 closed"]);
    world.says.pull = {};
    await move(1);
    expect(await told()).toEqual(["1 pull_request 1 closed", "1 pull_request 2 undefined"]);
  });

  it("does not run for a push that looked before the pull request's own run stood for it", async () => {
    await open("{pull_request: {}, push: {}}");
    const push = pushed("refs/heads/change", sha(1));
    await overtaken(push, async () => {
      await receive(world.dependencies, push);
      await move(1);
    });
    expect(await told()).toEqual(["1 pull_request 1 undefined", "1 push 1 superseded"]);
  });

  it("does not run for an event that read the pull request before it went into another branch", async () => {
    await open();
    const late = overtaken(pulled(sha(1)), async () => {
      for (const digit of [1, 2]) await move(digit);
      world.says.pull = { baseRef: "release" };
      await move(1);
    });
    await expect(late).rejects.toThrow(
      "#7 was open at 1111111 into main first and is open at 1111111 into release now",
    );
    expect(await told()).toEqual([
      "1 pull_request 1 superseded",
      "1 pull_request 1 undefined",
      "2 pull_request 1 superseded",
    ]);
  });

  it("runs once when the engine has forgotten its first attempt only", async () => {
    await open();
    for (const digit of [1, 2, 1, 2]) await move(digit);
    const first = (await runs()).find(({ facts }) => facts?.headSha === sha(1) && facts.attempt === 1);
    if (first === undefined) throw new Error("there is no run");
    await world.dependencies.engine.remove(first.key);
    // An engine tells when a run was created to the second.
    await sleep(1100);
    for (const digit of [1, 1]) await move(digit);
    const ofFirst = (await told()).filter((each) => each.startsWith("1"));
    expect(ofFirst).toEqual(["1 pull_request 1 undefined", "1 pull_request 2 superseded"]);
  });

  it("does not run again when it had succeeded before it was stopped", async () => {
    world = await openSmallWorld(
      manifest("work", "pull_request: {}", "{name: main, container: {image: busybox, command: ['true']}}"),
    );
    await move(1);
    await ended();
    const [run] = await runs();
    if (run === undefined) throw new Error("there is no run");
    // Who stops it has read it before its end.
    await stopRun(world.dependencies, { ...run, phase: "Running" }, { reason: "superseded", by: "" });
    expect(await told()).toEqual(["1 pull_request 1 superseded"]);
    await move(1);
    expect(await told()).toEqual(["1 pull_request 1 superseded"]);
  });
});

describe("a release", () => {
  const release = (publishedAt: number): ReleaseEvent => ({
    ...common,
    kind: "release",
    action: "published",
    releaseId: 3,
    tag: "v1",
    draft: false,
    publishedAt: new Date(publishedAt).toISOString(),
  });

  it("is delivered again when GitHub does not have its tag yet", async () => {
    world = await openSmallWorld(manifest("work", "release: [published]", waits));
    const { contents } = world.dependencies.github;
    const missing = { ...contents, commit: () => Promise.resolve(undefined) };
    world.dependencies.github.contents = missing;
    const event = release(Date.now());
    const failure = receive(world.dependencies, event);
    await expect(failure).rejects.toThrow(GitHubError);
    await expect(failure).rejects.toMatchObject({ retryable: true });
    world.dependencies.github.contents = contents;
    await receive(world.dependencies, event);
    expect(await runs()).toHaveLength(1);
  });

  it("starts nothing when its tag is gone", async () => {
    world = await openSmallWorld(manifest("work", "release: [published]", waits));
    world.dependencies.github.contents.commit = () => Promise.resolve(undefined);
    await receive(world.dependencies, release(Date.now() - 3_600_000));
    expect(await runs()).toEqual([]);
  });
});

describe("a fork's commit that was called good", () => {
  async function open(main: string): Promise<void> {
    world = await openSmallWorld(manifest("work", "pull_request: {}", main));
    const policy: RepositoryPolicy = { ...noPolicy, forks: "ask" };
    const { engine } = world.dependencies;
    const cluster = new Proxy(engine, {
      get: (target, name) => {
        const value: unknown = name === "kind" ? "argo" : Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    Object.assign(world.dependencies, { engine: cluster, policyOf: () => policy });
    world.says.pull = { headRepositoryId: 99 };
  }
  const call = (): CommentEvent => ({
    ...common,
    kind: "comment",
    number: 7,
    commentId: 90,
    body: `/ok-to-test ${sha(1)}`,
    createdAt: new Date().toISOString(),
  });
  const giveUp = async () => {
    const [run] = await runs();
    if (run === undefined) throw new Error("there is no run");
    await stopRun(world.dependencies, run, { reason: "superseded", by: "" });
  };
  /** While the configuration lets it run by itself; gives the configuration that asks. */
  const runWithoutCall = async () => {
    const ask = world.dependencies.policyOf;
    Object.assign(world.dependencies, { policyOf: () => ({ ...noPolicy, forks: "allow" }) });
    Object.assign(world.says.pull, { authorAssociation: "CONTRIBUTOR" });
    await receive(world.dependencies, pulled(sha(1)));
    await giveUp();
    return ask;
  };
  const conclusions = () => world.checks.map(({ name, conclusion }) => `${name} ${conclusion}`);

  it("is refused no more by the check that refused it", async () => {
    await open(waits);
    await receive(world.dependencies, pulled(sha(1)));
    expect(conclusions()).toEqual(["sluice action_required"]);
    for (let times = 0; times < 2; times += 1) await receive(world.dependencies, call());
    expect(await runs()).toHaveLength(1);
    expect(conclusions()).toEqual(["sluice action_required", "sluice skipped"]);
  });

  it.each<[string, () => void]>([
    ["the head has moved", () => (world.says.head = sha(2))],
    ["the pull request is closed", () => (world.says.pull = { ...world.says.pull, state: "closed" })],
  ])("is refused no more when the comment comes again for that and %s", async (_what, change) => {
    await open(waits);
    await receive(world.dependencies, pulled(sha(1)));
    const { checkRuns } = world.dependencies.github;
    const cutOff = () => Promise.reject(new Error("cut off"));
    world.dependencies.github.checkRuns = { ...checkRuns, list: cutOff };
    await expect(receive(world.dependencies, call())).rejects.toThrow("cut off");
    world.dependencies.github.checkRuns = checkRuns;
    change();
    const replies: string[] = [];
    world.dependencies.github.comments.reply = (_repository, _number, { markdown }) =>
      Promise.resolve(void replies.push(markdown));
    await receive(world.dependencies, call());
    expect(conclusions()).toEqual(["sluice action_required", "sluice skipped"]);
    expect(world.checks.every((check) => check.sha === sha(1))).toBe(true);
    expect(replies).toEqual([]);
    await receive(world.dependencies, { ...call(), commentId: 91 });
    expect(replies).toHaveLength(1);
  });

  it("is not run again for the comment when its run was given up", async () => {
    await open(waits);
    await receive(world.dependencies, call());
    const [run] = await runs();
    if (run === undefined) throw new Error("there is no run");
    await stopRun(world.dependencies, run, { reason: "closed", by: "" });
    await ended();
    await receive(world.dependencies, call());
    expect(await attempts()).toEqual([1]);
    await receive(world.dependencies, { ...call(), commentId: 91 });
    expect(await attempts()).toEqual([1, 2]);
  });

  it("is not refused by an event that comes late", async () => {
    await open(waits);
    await receive(world.dependencies, call());
    await receive(world.dependencies, pulled(sha(1)));
    expect(await runs()).toHaveLength(1);
    expect(conclusions()).toEqual([]);
  });

  it("runs once more when the branch comes back to it, and nothing else of it does", async () => {
    await open(waits);
    await receive(world.dependencies, call());
    await giveUp();
    Object.assign(world.says.files, manifest("labeled", "pull_request: {types: [labeled]}", waits));
    await receive(world.dependencies, { ...pulled(sha(1)), action: "labeled" });
    expect(await attempts()).toEqual([1]);
    await receive(world.dependencies, pulled(sha(1)));
    expect(await attempts()).toEqual([1, 2]);
    expect(conclusions()).toEqual([]);
  });

  it("was called good for one base branch, and for no other", async () => {
    await open(waits);
    await receive(world.dependencies, call());
    await giveUp();
    Object.assign(world.says.pull, { baseRef: "release" });
    await receive(world.dependencies, pulled(sha(1)));
    expect(await attempts()).toEqual([1]);
  });

  it("was not called good by having run when that needed no call", async () => {
    await open(waits);
    const ask = await runWithoutCall();
    Object.assign(world.dependencies, { policyOf: ask });
    await receive(world.dependencies, pulled(sha(1)));
    expect(await attempts()).toEqual([1]);
    expect(conclusions()).toEqual(["sluice action_required"]);
  });

  it("is not refused while it runs, when it ran before that needed a call", async () => {
    await open(waits);
    const ask = await runWithoutCall();
    await receive(world.dependencies, pulled(sha(1)));
    Object.assign(world.dependencies, { policyOf: ask });
    await receive(world.dependencies, pulled(sha(1)));
    expect(await attempts()).toEqual([1, 2]);
    expect(conclusions()).toEqual([]);
  });

  it("is refused when it comes back to where no fork's commit runs any more", async () => {
    await open(waits);
    await receive(world.dependencies, call());
    await giveUp();
    Object.assign(world.dependencies, { policyOf: () => noPolicy });
    await receive(world.dependencies, pulled(sha(1)));
    expect(await attempts()).toEqual([1]);
    expect(conclusions()).toEqual(["sluice action_required"]);
  });

  it("is run again when a writer presses Re-run", async () => {
    await open(fails);
    await receive(world.dependencies, call());
    await ended();
    const [run] = await runs();
    await receive(world.dependencies, {
      ...common,
      kind: "check_run",
      delivery: "1",
      receivedAt: 0,
      action: "rerequested",
      checkRunId: 1,
      checkName: "work",
      externalId: `${run?.key.namespace}/${run?.key.name}#0`,
      headSha: sha(1),
    });
    expect(await attempts()).toEqual([1, 2]);
  });
});
