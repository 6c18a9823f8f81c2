import { beforeEach, describe, expect, it } from "vitest";
import { openToldWorld, type ToldWorld } from "../../test/support/told-world.js";
import type { NodeStatus, WorkflowStatus } from "../manifest/argo.js";
import { at, makeNode, makeRun } from "../report/run-maker.js";
import { annotation, type RunFacts } from "../run/metadata.js";
import { readRun } from "../run/read-run.js";
import { keepDeployments } from "./keep-deployments.js";
import { GitHubError } from "./ports.js";

const gate = makeNode("approval", {
  type: "Suspend",
  templateName: "wait",
  phase: "Running",
  startedAt: at("00:10"),
});
const opened: NodeStatus = { ...gate, phase: "Succeeded", finishedAt: at("05:00") };
const apply = makeNode("apply", { templateName: "apply", phase: "Running", startedAt: at("05:00") });
const running = { phase: "Running" as const, startedAt: at("00:00") };
const succeeded = { ...running, phase: "Succeeded" as const, finishedAt: at("06:00") };
const failed = { ...succeeded, phase: "Failed" as const };

let world: ToldWorld;

beforeEach(() => {
  world = openToldWorld();
});

function set(
  status: Omit<WorkflowStatus, "nodes">,
  nodes: NodeStatus[],
  facts: Partial<RunFacts> = {},
): void {
  const { workflow } = makeRun(status, nodes, { facts });
  const annotations = {
    ...workflow.metadata.annotations,
    ...world.workflows.get("plan-x")?.metadata.annotations,
  };
  const templates = [
    ...(workflow.spec.templates ?? []),
    { name: "apply", metadata: { annotations: { [annotation.environment]: " production " } } },
  ];
  world.workflows.set("plan-x", {
    ...workflow,
    spec: { templates },
    metadata: { ...workflow.metadata, annotations },
  });
}

async function keep() {
  const workflow = world.workflows.get("plan-x");
  const run = workflow && readRun(structuredClone(workflow));
  if (run?.facts === undefined) throw new Error("there is no run");
  return keepDeployments(world.dependencies, run, run.facts);
}

const story: (() => void)[] = [
  () => set(running, []),
  () => set(running, [gate]),
  () => set(running, [opened, apply]),
  () => set(succeeded, [opened, { ...apply, phase: "Succeeded", finishedAt: at("05:59") }]),
];

describe("the deployments of a run", () => {
  it("wait, are in progress and end as the run does, each told once", async () => {
    for (const move of story) {
      move();
      expect(await keep()).toEqual({ notices: [] });
      await keep();
    }
    expect(world.deployments).toEqual([
      {
        id: 200,
        sha: "abc1234def",
        environment: "production",
        run: "sluice/plan-x",
        states: ["pending", "in_progress", "success"],
      },
    ]);
    expect(world.asked).toEqual(["create deployment", "set state", "set state", "set state"]);
  });

  it.each([
    ["a step that fails", failed, [opened, { ...apply, phase: "Failed" as const }], "failure"],
    ["a step that Argo could not run", failed, [opened, { ...apply, phase: "Error" as const }], "error"],
    [
      "two such steps as the first of them, in whatever order they are told",
      failed,
      [
        opened,
        makeNode("again", { templateName: "apply", phase: "Failed", startedAt: at("05:30") }),
        { ...apply, phase: "Error" as const },
      ],
      "error",
    ],
    ["a run that ends before", failed, [{ ...gate, phase: "Failed" as const }], "inactive"],
    ["a step that is skipped", succeeded, [opened, { ...apply, phase: "Skipped" as const }], "inactive"],
  ] as const)("end after %s", async (_what, status, nodes, state) => {
    set(running, [gate]);
    await keep();
    set(status, [...nodes]);
    await keep();
    expect(world.deployments[0]?.states.at(-1)).toBe(state);
  });

  it("are none where the run never came near one", async () => {
    set(running, []);
    await keep();
    set(failed, [makeNode("plan", { phase: "Failed" })]);
    await keep();
    expect(world.asked).toEqual([]);
  });

  it("are none for a run from a fork, whatever its manifest says", async () => {
    const fork = { pullRequest: { number: 12, baseRef: "main", baseSha: "0", headRef: "x", fork: true } };
    set(running, [gate], fork);
    expect(await keep()).toEqual({ notices: [] });
    expect(world.asked).toEqual([]);
  });

  const calls = ["create deployment", "set state", "annotate"];
  it.each(calls.flatMap((call) => (["before", "late"] as const).map((when) => [call, when] as const)))(
    "are no double when every %s is cut off once (%s)",
    async (call, when) => {
      for (const move of story) {
        move();
        for (let nth = 0; nth < 3; nth += 1) {
          let seen = 0;
          world.faults.next = (name) => (name === call && seen++ === nth ? when : undefined);
          await keep();
        }
        delete world.faults.next;
        expect(await keep()).toEqual({ notices: [] });
      }
      expect(world.deployments).toHaveLength(1);
      expect(world.deployments[0]?.states.at(-1)).toBe("success");
    },
  );

  it("tell of an outage, to be tried again", async () => {
    set(running, [gate]);
    world.faults.next = () => "before";
    expect((await keep()).failure).toBeInstanceOf(GitHubError);
  });

  it("are told as a notice where the App may not write them, and not asked for again", async () => {
    let tries = 0;
    world.dependencies.github.deployments.create = () => {
      tries += 1;
      const message = "failed to create: Resource not accessible by integration";
      return Promise.reject(new GitHubError(message, { status: 403, retryable: false }));
    };
    set(running, [gate]);
    const first = await keep();
    expect(first.failure).toBeUndefined();
    expect(first.notices).toEqual([
      expect.stringContaining("environment production: the App may not write deployments"),
    ]);
    expect(await keep()).toEqual(first);
    expect(tries).toBe(1);
  });
});
