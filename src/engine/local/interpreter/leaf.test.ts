import { describe, expect, it } from "vitest";
import { echo, Play, START } from "../../../../test/support/interpreter-play.js";

describe("a single container", () => {
  const hello = `
    entrypoint: hello
    arguments: { parameters: [{ name: who, value: you }] }
    templates:
      - name: hello
        container: { image: busybox, args: ["{{workflow.parameters.who}} {{workflow.name}} {{pod.name}}"] }`;

  it("starts once, with everything in its template resolved", () => {
    const play = new Play(hello);
    play.send({ type: "elapsed" });
    expect(play.starts).toHaveLength(1);
    expect(play.template("wf").container?.args).toEqual(["you wf wf"]);
    expect(play.node("wf")).toEqual({
      id: "wf",
      name: "wf",
      displayName: "wf",
      type: "Pod",
      templateName: "hello",
      templateScope: "local/wf",
      phase: "Pending",
      startedAt: "2026-01-02T03:04:06Z",
      progress: "0/1",
    });
  });

  it("ends the workflow as it ends", () => {
    const play = new Play(hello);
    play.finish("wf");
    expect(play.workflow.status).toMatchObject({
      phase: "Succeeded",
      progress: "1/1",
      startedAt: "2026-01-02T03:04:06Z",
      finishedAt: "2026-01-02T03:04:08Z",
    });
    expect(play.workflow.status?.conditions).toContainEqual({ type: "Completed", status: "True" });
    expect(play.workflow.metadata.labels).toEqual({
      "workflows.argoproj.io/completed": "true",
      "workflows.argoproj.io/phase": "Succeeded",
    });
  });

  it("says what a leaf waits for, and reports only what changed", () => {
    const play = new Play(hello);
    const waited = play.send({ type: "waiting", nodeId: "wf", message: "no free slot" });
    expect(play.node("wf").message).toBe("no free slot");
    expect(waited).toEqual({ actions: [], changed: ["wf"], workflowChanged: false });
    expect(play.send({ type: "elapsed" })).toEqual({ actions: [], changed: [], workflowChanged: false });
    play.send({ type: "running", nodeId: "wf" });
    expect(play.node("wf")).not.toHaveProperty("message");
  });
});

describe("limits", () => {
  it("holds leaves back at the workflow's parallelism", () => {
    const play = new Play(`
entrypoint: main
parallelism: 1
templates:
  - name: main
    steps: [[{ name: one, template: echo }, { name: two, template: echo }]]${echo}`);
    expect(play.phases()).not.toHaveProperty("two");
    play.finish("one");
    play.finish("two");
    expect(play.phase).toBe("Succeeded: ");
  });

  it("kills a leaf past its deadline", () => {
    const play = new Play(`
entrypoint: main
templates: [{ name: main, activeDeadlineSeconds: 5, container: { image: busybox } }]`);
    expect(play.wakes, "its time counts from when it runs").toEqual([]);
    play.send({ type: "running", nodeId: "wf" });
    expect(play.wakes).toEqual([START + 7000]);
    play.now = START + 6000;
    play.send({ type: "elapsed" });
    expect(play.kills).toEqual(["wf"]);
    play.finish("wf", { phase: "Failed", message: "signal" });
    expect(play.phase).toBe("Failed: Pod was active on the node longer than the specified deadline");
  });
});
