import { describe, expect, it } from "vitest";
import { echo, failed, Play } from "../../../../test/support/interpreter-play.js";

describe("dag", () => {
  const diamond = (extra = ""): string => `
entrypoint: main
templates:
  - name: main
    dag:
      tasks:
        - { name: A, template: echo }
        - { name: B, template: echo, dependencies: [A] }
        - { name: C, template: echo, depends: A, arguments: { parameters: [{ name: text, value: "{{tasks.A.outputs.result}}" }] } }
        - { name: D, template: echo, dependencies: [B, C] }${extra}${echo}`;

  it("runs a diamond in the order of its dependencies", () => {
    const play = new Play(diamond());
    expect(play.phases()).toEqual({ wf: "Running", A: "Pending" });
    play.finish("A", { outputs: { result: "from A" } });
    expect(play.template("C").container?.args).toEqual(["from A"]);
    play.finish("B");
    expect(play.phases()).not.toHaveProperty("D");
    play.finish("C");
    play.finish("D");
    expect(play.phase).toBe("Succeeded: ");
    expect(play.node("A").children).toEqual([play.node("B").id, play.node("C").id]);
    expect(play.node("B").children).toEqual([play.node("D").id]);
    expect(play.node("wf")).toMatchObject({
      type: "DAG",
      children: [play.node("A").id],
      outboundNodes: [play.node("D").id],
    });
  });

  it("omits what depends on a failure, lets the other branch end, and fails without a message", () => {
    const play = new Play(diamond());
    play.finish("A", { outputs: { result: "" } });
    play.finish("B", failed);
    expect(play.phase).toBe("Running: ");
    play.finish("C");
    expect(play.node("D")).toMatchObject({ phase: "Omitted", message: "omitted: depends condition not met" });
    expect(play.phase).toBe("Failed: ");
  });

  it("runs only what its target needs", () => {
    const play = new Play(diamond("\n      target: B"));
    play.finish("A");
    play.finish("B");
    expect(play.phase).toBe("Succeeded: ");
    expect(Object.keys(play.phases()).sort()).toEqual(["A", "B", "wf"]);
  });

  it("groups the tasks of a loop, and fails with them", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    dag:
      tasks:
        - { name: A, template: echo, withSequence: { count: "2" } }
        - { name: none, template: echo, withParam: "[]" }${echo}`);
    expect(play.node("A")).toMatchObject({
      type: "TaskGroup",
      children: [play.node("A(0:0)").id, play.node("A(1:1)").id],
    });
    expect(play.node("none")).toMatchObject({ phase: "Skipped", message: "Skipped, empty params" });
    play.finish("A(0:0)", failed);
    expect(play.node("A").phase).toBe("Running");
    play.finish("A(1:1)");
    expect(play.node("A").phase).toBe("Failed");
    expect(play.phase).toBe("Failed: ");
  });
});
