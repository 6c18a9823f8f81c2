import { describe, expect, it } from "vitest";
import { failed, Play } from "../../../../test/support/interpreter-play.js";

const leaf = "- { name: leaf, container: { image: busybox } }";

describe("failFast", () => {
  it("starts nothing more after a failure, waits for what runs and fails with Argo's message", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    failFast: true
    parallelism: 2
    dag: { tasks: [{ name: a, template: leaf }, { name: b, template: leaf }, { name: c, template: leaf }] }
  ${leaf}`);
    play.finish("a", failed);
    expect(Object.keys(play.phases()).sort()).toEqual(["a", "b", "wf"]);
    play.finish("b");
    expect(play.phase).toBe("Failed: template has failed or errored children and failFast enabled");
    expect(play.phases()["c"]).toBeUndefined();
  });
});

describe("a reference that does not resolve yet", () => {
  it("waits while others may resolve it, and is a fault when nothing can go on", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    dag:
      tasks:
        - { name: a, template: leaf }
        - name: b
          template: leaf
          when: "{{tasks.a.outputs.result}} == x"
  ${leaf}`);
    expect(play.phases()).toEqual({ a: "Pending", wf: "Running" });
    play.finish("a", { outputs: { result: "x" } });
    expect(play.phases()["b"]).toBe("Error");
    expect(play.workflow.status?.phase).toBe("Error");
  });
});

describe("results", () => {
  it("are kept where the template around the step refers to them", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps: [[{ name: a, template: leaf }, { name: b, template: leaf }], [{ name: c, template: leaf, when: "{{steps.a.outputs.result}} == x" }]]
  ${leaf}`);
    play.finish("a", { outputs: { result: "x", exitCode: "0" } });
    play.finish("b", { outputs: { result: "not JSON", exitCode: "0" } });
    expect(play.node("a").outputs).toEqual({ result: "x", exitCode: "0" });
    expect(play.node("b").outputs).toEqual({ exitCode: "0" });
    play.finish("c");
    expect(play.phase).toBe("Succeeded: ");
  });
});

describe("a containerSet", () => {
  it("is one pod with a node for each container, by their dependencies", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    containerSet: { containers: [{ name: a, image: x }, { name: main, image: x, dependencies: [a] }] }`);
    expect(play.starts).toHaveLength(1);
    expect(play.node("wf").children).toEqual([play.node("a").id]);
    expect(play.node("a").children).toEqual([play.node("main").id]);
    const ended = { message: "", exitCode: "0" };
    play.send({
      type: "finished",
      nodeId: "wf",
      phase: "Failed",
      message: "main: Error (exit code 2)",
      containers: [
        { name: "a", phase: "Succeeded", ...ended },
        { name: "main", phase: "Failed", message: "Error (exit code 2)", exitCode: "2" },
      ],
    });
    expect(play.phases()).toEqual({ wf: "Failed", a: "Succeeded", main: "Failed" });
    expect(play.phase).toBe("Failed: main: Error (exit code 2)");
  });
});

describe("a long run", () => {
  it("costs each fact no more than what it moves", () => {
    const count = 3000;
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    dag: { tasks: [{ name: all, template: leaf, withSequence: { count: ${count} } }, { name: last, template: leaf, depends: all }] }
  ${leaf}`);
    expect(play.starts).toHaveLength(count);
    const changed = play.starts.slice(0, 100).map(({ nodeId }) => {
      play.send({ type: "running", nodeId });
      return play.send({ type: "finished", nodeId, phase: "Succeeded", message: "" }).changed.length;
    });
    expect(Math.max(...changed)).toBe(1);
  });
});
