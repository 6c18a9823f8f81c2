import { describe, expect, it } from "vitest";
import type { Action } from "./facts.js";
import { failed, Play } from "../../../../test/support/interpreter-play.js";

function actionsOf(actions: Action[], type: Action["type"]): Action[] {
  return actions.filter((action) => action.type === type);
}

describe("locks", () => {
  const spec = `
entrypoint: main
templates:
  - name: main
    steps: [[{ name: a, template: one }, { name: b, template: free }]]
  - { name: one, synchronization: { mutexes: [{ name: m }] }, container: { image: busybox } }
  - { name: free, container: { image: busybox } }`;

  it("hold a node Pending until they are given, and are given back when it has ended", () => {
    const play = new Play(spec);
    const { id } = play.node("a");
    expect(play.starts.map(({ nodeId }) => nodeId)).toEqual([play.node("b").id]);
    play.send({ type: "waiting", nodeId: id, message: "Waiting for ns/Mutex/m lock. Lock status: 0/1" });
    expect(play.node("a")).toMatchObject({
      phase: "Pending",
      message: "Waiting for ns/Mutex/m lock. Lock status: 0/1",
    });
    play.send({ type: "locked", nodeId: id });
    expect(play.starts.map(({ nodeId }) => nodeId)).toContain(id);
    expect(play.node("a")).not.toHaveProperty("message");
    expect(actionsOf(play.finish("a").actions, "unlock")).toEqual([{ type: "unlock", nodeId: id }]);
  });

  it("end what waits for them when the run is stopped", () => {
    const play = new Play(spec);
    const { actions } = play.send({ type: "stopped", strategy: "Stop", message: "" });
    expect(play.node("a")).toMatchObject({ phase: "Failed", message: "Stopped with strategy 'Stop'" });
    expect(actionsOf(actions, "unlock")).toHaveLength(1);
  });

  it("of the workflow keep it Pending", () => {
    const play = new Play(`
entrypoint: free
synchronization: { semaphores: [{ configMapKeyRef: { name: limits, key: runs } }] }
templates: [{ name: free, container: { image: busybox } }]`);
    expect(play.phase).toBe("Pending: ");
    expect(play.nodes()).toEqual([]);
    play.send({ type: "waiting", nodeId: "", message: "Waiting" });
    expect(play.phase).toBe("Pending: Waiting");
    play.send({ type: "locked", nodeId: "" });
    expect(play.phase).toBe("Running: ");
    expect(actionsOf(play.finish("wf").actions, "unlock")).toEqual([{ type: "unlock", nodeId: "" }]);
  });
});

describe("memoize", () => {
  const spec = `
entrypoint: main
templates:
  - name: main
    memoize: { key: "k-{{workflow.name}}", maxAge: 10s, cache: { configMap: { name: c } } }
    container: { image: busybox }
    outputs: { parameters: [{ name: o, valueFrom: { path: /o } }] }`;
  const outputs = { parameters: [{ name: "o", value: "1" }] };
  const memo = { cache: "c", key: "k-wf", maxAge: 10_000 };

  it("does no work where the cache has the outputs", () => {
    const play = new Play(spec);
    expect(play.starts).toEqual([]);
    play.send({ type: "recalled", nodeId: "wf", outputs });
    expect(play.phase).toBe("Succeeded: ");
    expect(play.node("wf")).toMatchObject({
      outputs,
      memoizationStatus: { hit: true, key: "k-wf", cacheName: "c" },
    });
  });

  it("works otherwise, and remembers only what succeeded", () => {
    const play = new Play(spec);
    play.send({ type: "recalled", nodeId: "wf" });
    expect(actionsOf(play.finish("wf", { outputs }).actions, "remember")).toEqual([
      { type: "remember", nodeId: "wf", memo, outputs },
    ]);
    const other = new Play(spec);
    other.send({ type: "recalled", nodeId: "wf" });
    expect(actionsOf(other.finish("wf", failed).actions, "remember")).toEqual([]);
  });
});
