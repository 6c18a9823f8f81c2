import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Dependencies } from "../../src/app/dependencies.js";
import type { Push } from "../../src/app/ports.js";
import { receive } from "../../src/app/receive.js";
import { stopRun } from "../../src/app/stop-run.js";
import { openHeadRecovery } from "../../src/app/recover-heads.js";
import { label } from "../../src/run/metadata.js";
import { readRun } from "../../src/run/read-run.js";
import {
  openSmallWorld,
  pulled,
  pullRequest,
  repository,
  sha,
  type SmallWorld,
} from "../support/small-world.js";

const manifest = (name: string, on: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: ${name}, annotations: {sluice.dev/on: '${on}'}}
spec: {entrypoint: main, templates: [{name: main, suspend: {}}]}
`;
const files = {
  ".workflows/build.yaml": manifest("build", "push: {branches: [main]}"),
  ".workflows/deploy.yaml": manifest("deploy", "pull_request: {branches: [main]}"),
};
const minute = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString();

function push(after: string, minutes: number, ref = "refs/heads/main"): Push {
  const by = { id: 6, login: "bob", type: "User" } as const;
  return { ref, before: sha(8), after, forced: false, by, at: ago(minutes) };
}

describe("heads without runs", () => {
  let world: SmallWorld;
  let pushes: Push[];
  let opened: string | undefined;
  let installedAt: string;
  let requests: number;
  beforeEach(async () => {
    world = await openSmallWorld(files);
    [pushes, opened, installedAt, requests] = [[], undefined, ago(9999), 0];
    const { github } = world.dependencies;
    const reference = { installationId: 1, id: repository.id, slug: repository.slug };
    github.installations.repositories = () =>
      Promise.resolve([{ reference, repository, installedAt, pushedAt: ago(1) }]);
    github.pullRequests.pushes = () => Promise.resolve(pushes);
    github.pullRequests.open = () =>
      Promise.resolve(
        opened === undefined ? [] : [{ ...pullRequest({ headSha: sha(1) }), createdAt: opened }],
      );
    const manifests = github.contents.manifests.bind(github.contents);
    github.contents.manifests = (...asked) => {
      requests += 1;
      return manifests(...asked);
    };
  });
  afterEach(() => world.close());

  const look = (parts: Dependencies = world.dependencies) => openHeadRecovery(parts).look();
  const runs = async () =>
    (await world.dependencies.engine.list({})).map((workflow) => {
      const { facts } = readRun(workflow);
      return `${facts?.manifest} ${facts?.headSha.slice(0, 1)} ${facts?.trigger}`;
    });

  it("are started as their event would have, the newest push of a branch only", async () => {
    pushes = [push(sha(3), 5), push(sha(2), 6), push(sha(4), 7, "refs/heads/other")];
    opened = ago(5);
    await look();
    expect((await runs()).toSorted()).toEqual([
      "build 3 push:refs/heads/main",
      "deploy 1 pull_request:7:main",
    ]);
  });

  it("are left alone when they are too young, too old, from before the App was there, or a branch that is gone", async () => {
    pushes = [
      push(sha(2), 0.5),
      push(sha(3), 3 * 24 * 60 + 1, "refs/heads/a"),
      push("0".repeat(40), 5, "refs/heads/b"),
    ];
    opened = ago(0.5);
    await look();
    pushes = [push(sha(3), 5)];
    installedAt = ago(4);
    await look();
    expect(await runs()).toEqual([]);
  });

  it("do not run again when only GitHub remembers their run", async () => {
    pushes = [push(sha(3), 5)];
    await look();
    const [workflow] = await world.dependencies.engine.list({});
    const { namespace, name } = workflow?.metadata ?? {};
    const other = await openSmallWorld(files);
    const checkRuns = world.dependencies.github.checkRuns;
    checkRuns.list = () =>
      Promise.resolve([
        {
          id: 1,
          name: "build",
          externalId: `${namespace}/${name}#0`,
          status: "completed",
          completedAt: undefined,
        },
      ]);
    await look({ ...world.dependencies, engine: other.dependencies.engine });
    expect(await other.dependencies.engine.list({})).toEqual([]);
    await other.close();
  });

  it("run once more when the branch has come back to a commit whose run was given up", async () => {
    opened = ago(9);
    const recovery = openHeadRecovery(world.dependencies);
    await recovery.look();
    world.says.head = sha(2);
    await receive(world.dependencies, pulled(sha(2)));
    const [workflow] = await world.dependencies.engine.list({ labels: { [label.sha]: sha(1) } });
    const { namespace, name } = workflow?.metadata ?? {};
    world.dependencies.github.checkRuns.list = () =>
      Promise.resolve([
        {
          id: 1,
          name: "deploy",
          externalId: `${namespace}/${name}#0`,
          status: "completed",
          completedAt: undefined,
        },
      ]);
    world.says.head = sha(1);
    pushes = [push(sha(1), 5, "refs/heads/change")];
    await recovery.look();
    const attempts = (await world.dependencies.engine.list({ unfinished: true })).map((each) => {
      const { facts, stopped } = readRun(each);
      return stopped === undefined ? `${facts?.headSha[0]} ${facts?.attempt}` : "stopped";
    });
    expect(attempts.filter((each) => each !== "stopped")).toEqual(["1 2"]);
  });

  it("do not run again when GitHub alone remembers the attempt after the one that was given up", async () => {
    const { engine, github } = world.dependencies;
    opened = ago(9);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await look();
      const [run] = (await engine.list({ unfinished: true })).map(readRun);
      if (run === undefined) throw new Error("there is no run");
      await stopRun(world.dependencies, run, { reason: "superseded", by: "" });
      await expect.poll(async () => engine.list({ unfinished: true })).toEqual([]);
    }
    const keys = (await engine.list({})).map(readRun);
    github.checkRuns.list = () =>
      Promise.resolve(
        keys.map(({ key }, id) => ({
          id,
          name: "deploy",
          externalId: `${key.namespace}/${key.name}#0`,
          status: "completed",
          completedAt: undefined,
        })),
      );
    const later = keys.find(({ facts }) => facts?.attempt === 2);
    if (later !== undefined) await engine.remove(later.key);
    await look();
    expect(await engine.list({})).toHaveLength(1);
  });

  it("cost their requests once", async () => {
    pushes = [push(sha(3), 5), push(sha(4), 5, "refs/heads/other")];
    const recovery = openHeadRecovery(world.dependencies);
    await recovery.look();
    expect(requests).toBe(2);
    await recovery.look();
    expect(requests).toBe(2);
  });

  it("are tried again after a failure", async () => {
    pushes = [push(sha(3), 5)];
    world.says.beforeManifests = () => Promise.reject(new Error("down"));
    const recovery = openHeadRecovery(world.dependencies);
    await recovery.look();
    world.says.beforeManifests = () => Promise.resolve();
    await recovery.look();
    expect(await runs()).toEqual(["build 3 push:refs/heads/main"]);
  });
});
