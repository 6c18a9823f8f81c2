import { describe, expect, it } from "vitest";
import { gated, Play, START } from "../../../../test/support/interpreter-play.js";

describe("suspend", () => {
  it("waits for its outputs, and writes the audit record with them", () => {
    const play = new Play(gated);
    play.finish("plan");
    const { id } = play.node("approval");
    expect(play.node("approval")).toMatchObject({
      type: "Suspend",
      phase: "Running",
      inputs: { parameters: [{ name: "approval", value: "NO", enum: ["YES", "NO"] }] },
      outputs: { parameters: [{ name: "approval", valueFrom: { supplied: {} } }] },
    });
    const answer = {
      phase: "Succeeded",
      message: "by alice",
      outputs: { approval: "YES" },
      annotations: { a: "b" },
    } as const;
    const step = play.send({ type: "answered", nodeId: id, answer });
    expect(step.workflowChanged).toBe(true);
    expect(play.workflow.metadata.annotations).toEqual({ a: "b" });
    expect(play.node("approval")).toMatchObject({
      phase: "Succeeded",
      message: "by alice",
      outputs: { parameters: [{ name: "approval", value: "YES" }] },
    });
    const again = play.send({ type: "answered", nodeId: id, answer: { ...answer, annotations: { a: "c" } } });
    expect(again).toEqual({ actions: [], changed: [], workflowChanged: false });
    play.finish("apply");
    expect(play.template("wf.onExit").container?.args).toEqual(["Succeeded"]);
    play.finish("wf.onExit");
    expect(play.phase).toBe("Succeeded: ");
  });

  it("ends Failed when it is rejected", () => {
    const play = new Play(gated);
    play.finish("plan");
    const answer = { phase: "Failed", message: "rejected", outputs: {}, annotations: {} } as const;
    play.send({ type: "answered", nodeId: play.node("approval").id, answer });
    expect(play.node("approval")).toMatchObject({ phase: "Failed", message: "rejected" });
    expect(play.phases()).not.toHaveProperty("apply");
    play.finish("wf.onExit");
    expect(play.phase).toBe(`Failed: child '${play.node("approval").id}' failed`);
  });

  it("goes on by itself after its duration, also over a restart", () => {
    const play = new Play(`
entrypoint: main
templates: [{ name: main, suspend: { duration: 10s } }]`);
    expect(play.wakes).toEqual([START + 11_000]);
    play.reopen();
    expect(play.wakes).toEqual([START + 11_000]);
    play.now = START + 10_000;
    play.send({ type: "elapsed" });
    expect(play.phase).toBe("Succeeded: ");
  });
});

describe("stop", () => {
  it("kills what runs, fails what waits and still runs the exit handler", () => {
    const play = new Play(gated);
    play.send({ type: "running", nodeId: play.node("plan").id });
    play.send({ type: "stopped", strategy: "Stop", message: "superseded" });
    expect(play.kills).toEqual([play.node("plan").id]);
    expect(play.node("plan").phase).toBe("Running");
    play.finish("plan", { phase: "Error", message: "killed" });
    expect(play.node("plan")).toMatchObject({
      phase: "Failed",
      message: "workflow shutdown with strategy:  Stop",
    });
    expect(play.kills).toHaveLength(1);
    expect(play.phases()).not.toHaveProperty("approval");
    expect(play.template("wf.onExit").container?.args).toEqual(["Failed"]);
    play.finish("wf.onExit");
    expect(play.phase).toBe("Failed: Stopped with strategy 'Stop'");
  });

  it("fails an open gate with the reason, and runs nothing more on Terminate", () => {
    const play = new Play(gated);
    play.finish("plan");
    play.send({ type: "stopped", strategy: "Terminate", message: "cancelled by bob" });
    expect(play.node("approval")).toMatchObject({ phase: "Failed", message: "cancelled by bob" });
    expect(play.phase).toBe("Failed: Stopped with strategy 'Terminate'");
    expect(play.phases()).not.toHaveProperty("wf.onExit");
  });
});
