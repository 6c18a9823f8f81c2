import { beforeEach, describe, expect, it } from "vitest";
import { openToldWorld, type ToldWorld } from "../../test/support/told-world.js";
import type { NodeStatus, WorkflowStatus } from "../manifest/argo.js";
import { commentMarker } from "../report/render-comment.js";
import { at, makeNode, makeRun } from "../report/run-maker.js";
import { annotation, type RunFacts } from "../run/metadata.js";
import { readRun } from "../run/read-run.js";
import { openComments } from "./keep-comment.js";

const plan = makeNode("plan", {
  phase: "Succeeded",
  startedAt: at("00:00"),
  finishedAt: at("00:09"),
  outputs: { parameters: [{ name: "summary", value: "+ bucket\n\n</details>\n\n<script>" }] },
});
const gate = makeNode("approval", {
  type: "Suspend",
  templateName: "wait",
  phase: "Running",
  startedAt: at("00:10"),
});
const running = { phase: "Running" as const, startedAt: at("00:00") };
const asked = { comment: "summary" as const };

let world: ToldWorld;

beforeEach(() => {
  world = openToldWorld();
});

function set(
  name: string,
  status: Omit<WorkflowStatus, "nodes">,
  nodes: NodeStatus[],
  facts: Partial<RunFacts> = {},
  createdAt = at("00:00"),
): void {
  const { workflow } = makeRun(status, nodes, {
    facts: { ...asked, manifest: name.split("-")[0] ?? "", ...facts },
  });
  world.workflows.set(name, {
    ...workflow,
    metadata: { ...workflow.metadata, name, uid: name, creationTimestamp: createdAt },
  });
}

async function keep(name: string): Promise<void> {
  const workflow = world.workflows.get(name);
  const run = workflow && readRun(workflow);
  if (run?.facts === undefined) throw new Error("there is no run");
  return world.dependencies.comments.keep(run, run.facts, new Map());
}

describe("the comment of a pull request", () => {
  it("is made once, edited in place, and holds the plan folded", async () => {
    set("plan-x", running, []);
    await keep("plan-x");
    set("plan-x", running, [plan, gate]);
    await keep("plan-x");
    await keep("plan-x");
    expect(world.asked).toEqual(["list comments", "create comment", "edit comment"]);
    const [{ body } = { body: "" }] = world.comments;
    expect(body.startsWith(commentMarker)).toBe(true);
    expect(body).toContain(
      "**Waiting for approval at approval.** [See the check](https://github.com/acme/infra/pull/12/checks)",
    );
    const fold = body.slice(body.indexOf("<details>"));
    expect(fold).toContain("+ bucket");
    // What a step wrote neither ends the fold nor is HTML.
    expect(fold.match(/<\/details>/g)).toHaveLength(1);
    expect(body).not.toContain("<script>");
  });

  it("is left alone while steps run, so that nobody is told for nothing", async () => {
    set("plan-x", running, [{ ...plan, phase: "Running", outputs: {} }]);
    await keep("plan-x");
    world.time.now += 3_600_000;
    set("plan-x", running, [makeNode("other", { phase: "Running" })]);
    await keep("plan-x");
    expect(world.asked).toEqual(["list comments", "create comment"]);
  });

  it("is found again after a restart, by its marker at the beginning of a comment of the App", async () => {
    world.comments.push({ id: 1, body: `a reply that quotes ${commentMarker}` });
    set("plan-x", running, [plan, gate]);
    await keep("plan-x");
    const { engine, github, log, logs } = world.dependencies;
    world.dependencies.comments = openComments({ engine, github, log, logs });
    await keep("plan-x");
    expect(world.comments).toHaveLength(2);
    expect(world.asked).toEqual(["list comments", "create comment", "list comments"]);
  });

  it("is no double when the answer to its creation is lost", async () => {
    set("plan-x", running, [plan, gate]);
    world.faults.next = (name) => (name === "create comment" ? "late" : undefined);
    await expect(keep("plan-x")).rejects.toThrow("cut off");
    delete world.faults.next;
    await keep("plan-x");
    expect(world.comments).toHaveLength(1);
  });

  it("is made anew when somebody has deleted it", async () => {
    set("plan-x", running, []);
    await keep("plan-x");
    world.comments.splice(0);
    set("plan-x", running, [plan, gate]);
    await keep("plan-x");
    expect(world.comments).toHaveLength(1);
  });

  it("is one for all manifests that ask, of each with its newest run, whichever is told last", async () => {
    set("plan-x", running, [plan, gate], { title: "Plan the old" });
    set("plan-y", running, [plan, gate], { title: "Plan the new" }, at("10:00"));
    set("lint-x", running, [gate], { title: "Lint" });
    set("quiet-x", running, [gate], { title: "Quiet", comment: undefined as never });
    await Promise.all(["plan-y", "lint-x", "plan-x", "quiet-x"].map((name) => keep(name)));
    expect(world.comments).toHaveLength(1);
    const titles = [...(world.comments[0]?.body ?? "").matchAll(/^### (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(["Lint", "Plan the new", "plan"]);
  });

  it("is none by default, without a pull request, and for a fork", async () => {
    set("plan-x", running, [gate], { comment: undefined as never });
    set("plan-y", running, [gate], { pullRequest: undefined as never });
    const fork = { number: 12, baseRef: "main", baseSha: "0", headRef: "x", fork: true };
    set("plan-z", running, [gate], { pullRequest: fork });
    for (const name of ["plan-x", "plan-y", "plan-z"]) await keep(name);
    expect(world.asked).toEqual([]);
  });

  it("does not show what steps wrote when the log that named what to mask is gone", async () => {
    set("plan-x", running, [plan, gate]);
    const workflow = world.workflows.get("plan-x");
    if (workflow === undefined) throw new Error("there is no run");
    const report = JSON.stringify({ legs: [], masked: 1 });
    workflow.metadata.annotations = { ...workflow.metadata.annotations, [annotation.report]: report };
    await keep("plan-x");
    expect(world.comments[0]?.body).toContain("Waiting for approval");
    expect(world.comments[0]?.body).not.toContain("bucket");
  });

  it("stays within what GitHub takes, and says what has no room", async () => {
    const long = { ...plan, outputs: { parameters: [{ name: "summary", value: "word `x` ".repeat(3000) }] } };
    for (let index = 0; index < 12; index += 1)
      set(`m${index}-x`, running, [long, gate], { title: `M${index}` });
    await keep("m0-x");
    const [{ body } = { body: "" }] = world.comments;
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
    expect(body).toContain("What its steps wrote has no room here");
    expect(body.match(/^### M/gm)).toHaveLength(12);
  });
});
