import { afterEach, describe, expect, it } from "vitest";
import { occasionOfPush } from "../../src/app/occasion.js";
import { receive } from "../../src/app/receive.js";
import { readCause, reportId } from "../../src/app/report-id.js";
import { noPolicy } from "../../src/policy/configuration.js";
import type { CheckRunEvent } from "../../src/policy/event.js";
import { readRun } from "../../src/run/read-run.js";
import {
  openSmallWorld,
  pulled,
  pullRequest,
  pushed,
  repository,
  sha,
  type SmallWorld,
} from "../support/small-world.js";

const manifest = (name: string, on: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: '${on}'
spec:
  entrypoint: main
  templates:
    - name: main
      steps: [[{name: gate, template: gate}]]
    - {name: gate, suspend: {}}
    - name: use
      container:
        image: busybox
        command: ["true"]
        env: [{name: S, valueFrom: {secretKeyRef: {name: prod, key: k}}}]
`;
const bob = { id: 6, login: "bob", type: "User" } as const;

let world: SmallWorld;
afterEach(async () => world.close());

async function open(on: string) {
  world = await openSmallWorld({
    ".workflows/deploy.yaml": manifest("deploy", on),
    ".workflows/other.yaml": manifest("other", on),
  });
  return world.dependencies;
}
const mend = () => {
  world.dependencies.policyOf = () => ({ ...noPolicy, secrets: ["prod"] });
};
const runs = async () => (await world.dependencies.engine.list({})).map(readRun).map(({ facts }) => facts);
const reported = (name: string) => world.checks.filter((check) => check.name === name);
function click(name: string, actor: CheckRunEvent["actor"] = bob): CheckRunEvent {
  const check = reported(name).at(-1);
  return {
    kind: "check_run",
    delivery: "1",
    receivedAt: 0,
    installationId: 1,
    repository,
    actor,
    action: "rerequested",
    checkRunId: check?.id ?? 0,
    checkName: name,
    externalId: check?.externalId ?? "",
    headSha: check?.sha ?? "",
  };
}

describe("Re-run on a check without a run", () => {
  it("starts the one manifest when the configuration was mended, as its push would have", async () => {
    const dependencies = await open("push: {}");
    await receive(dependencies, pushed("refs/heads/b", sha(1)));
    expect(await runs()).toEqual([]);
    mend();
    await receive(dependencies, click("deploy"));
    await receive(dependencies, click("deploy"));
    expect(await runs()).toEqual([
      expect.objectContaining({
        manifest: "deploy",
        event: "push",
        ref: "refs/heads/b",
        headSha: sha(1),
        // Not who clicked: who pushed cannot open the gate.
        actor: { id: 5, login: "alice", type: "Unknown" },
      }),
    ]);
  });
  it("reports anew what still holds, once for each click", async () => {
    const dependencies = await open("push: {}");
    await receive(dependencies, pushed("refs/heads/b", sha(1)));
    expect(reported("deploy")).toHaveLength(1);
    const first = click("deploy");
    await receive(dependencies, first);
    await receive(dependencies, first);
    expect(reported("deploy")).toHaveLength(2);
    await receive(dependencies, click("deploy"));
    expect(reported("deploy")).toHaveLength(3);
    expect(reported("other")).toHaveLength(1);
  });
  it.each([
    ["may not write", "read", bob],
    ["is a bot", "write", { ...bob, type: "Bot" as const }],
  ] as const)("does nothing for who %s", async (_what, permission, actor) => {
    const dependencies = await open("push: {}");
    await receive(dependencies, pushed("refs/heads/b", sha(1)));
    mend();
    dependencies.github.permissions.of = () => Promise.resolve(permission);
    await receive(dependencies, click("deploy", actor));
    expect(await runs()).toEqual([]);
    expect(reported("deploy")).toHaveLength(1);
  });
  it("looks at the paths again where nothing was to do", async () => {
    const dependencies = await open('pull_request: {paths: ["infra/**"]}');
    mend();
    await receive(dependencies, pulled(sha(1)));
    expect(reported("deploy")).toMatchObject([{ conclusion: "skipped" }]);
    dependencies.github.pullRequests.files = () => Promise.resolve(["infra/a.tf"]);
    await receive(dependencies, click("deploy"));
    expect(await runs()).toMatchObject([{ manifest: "deploy", event: "pull_request" }]);
  });
  it("does nothing for a pull request that has moved on or is closed", async () => {
    const dependencies = await open("pull_request: {}");
    await receive(dependencies, pulled(sha(1)));
    mend();
    world.says.head = sha(2);
    await receive(dependencies, click("deploy"));
    world.says.head = sha(1);
    world.says.pull = { state: "closed" };
    await receive(dependencies, click("deploy"));
    expect(await runs()).toEqual([]);
  });
  it("leaves a push to the pull request whose run stands for it", async () => {
    const dependencies = await open("{push: {}, pull_request: {}}");
    await receive(dependencies, pushed("refs/heads/change", sha(1)));
    mend();
    world.says.openForCommit = [pullRequest({ headSha: sha(1) })];
    await receive(dependencies, click("deploy"));
    expect(await runs()).toEqual([]);
  });
  it("takes back what was refused for the whole commit", async () => {
    const dependencies = await open("push: {}");
    const many = Array.from({ length: 201 }, (_, index) => [`.workflows/${index}.yaml`, ""]);
    const { files } = world.says;
    world.says.files = Object.fromEntries(many);
    await receive(dependencies, pushed("refs/heads/b", sha(1)));
    world.says.files = files;
    mend();
    await receive(dependencies, click("sluice"));
    expect((await runs()).map((facts) => facts?.manifest)).toEqual(["deploy", "other"]);
    expect(reported("sluice").at(-1)).toMatchObject({ conclusion: "skipped" });
  });
  it("looks at all of a commit when all its checks are run again", async () => {
    const dependencies = await open("push: {}");
    await receive(dependencies, pushed("refs/heads/b", sha(1)));
    mend();
    const suite = { installationId: 1, repository, actor: bob, headSha: sha(1) };
    await receive(dependencies, { kind: "check_suite", action: "rerequested", delivery: "a", ...suite });
    expect((await runs()).map((facts) => facts?.manifest)).toEqual(["deploy", "other"]);
  });
});

describe("what a report was made for", () => {
  const hash = "0123456789abcdef";
  it.each([
    [`problems/${hash}#push:refs/heads/a#b`, { event: "push", ref: "refs/heads/a#b" }],
    [`refused/${hash}#pull_request:12`, { event: "pull_request", number: 12 }],
    [
      `skipped/${hash}#release:3:published:refs/tags/v1:2`,
      { event: "release", id: 3, action: "published", tag: "v1:2" },
    ],
    [`problems/${hash}#push:main`, undefined],
    [`problems/${hash}#pull_request:0`, undefined],
    [`problems/${hash}#schedule`, undefined],
    [`problems/${hash}`, undefined],
    ["sluice/deploy-4d10986c3458cfa#0", undefined],
  ])("is read from %s", (externalId, cause) => {
    expect(readCause(externalId)).toEqual(cause);
  });
  it("is left out where the id would be too long", async () => {
    world = await openSmallWorld({});
    const push = (ref: string) => occasionOfPush(world.dependencies, pushed(ref, sha(1)));
    const idOf = (ref: string) => {
      const occasion = push(ref);
      return occasion === undefined ? "" : reportId("problems", "x", occasion);
    };
    expect(readCause(idOf("refs/heads/b"))).toEqual({ event: "push", ref: "refs/heads/b" });
    expect(idOf(`refs/heads/${"b".repeat(250)}`)).toMatch(/^problems\/[0-9a-f]{16}$/);
  });
});
