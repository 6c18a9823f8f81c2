import { describe, expect, it } from "vitest";
import { failed, Play } from "../../../../test/support/interpreter-play.js";

const leaf = "- { name: leaf, container: { image: busybox } }";

describe("hooks", () => {
  it("runs a step's hook while its condition holds, and the exit hook with what the step gave", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps:
      - - name: a
          template: leaf
          hooks:
            running: { template: leaf, expression: steps.a.status == "Running" }
            never: { template: leaf, expression: steps.a.status == "Error" }
            exit: { template: say, arguments: { parameters: [{ name: code, value: "{{steps.a.outputs.parameters.code}}" }] } }
      - [{ name: b, template: leaf }]
  - name: say
    inputs: { parameters: [{ name: code }] }
    container: { image: busybox, args: ["{{inputs.parameters.code}}"] }
  ${leaf}`);
    expect(Object.keys(play.phases())).not.toContain("a.hooks.running");
    play.send({ type: "running", nodeId: play.node("a").id });
    expect(play.phases()["a.hooks.running"]).toBe("Pending");
    play.finish("a", { outputs: { parameters: [{ name: "code", value: "0" }] } });
    expect(play.template("a.onExit").container?.args).toEqual(["0"]);
    play.finish("a.onExit", failed);
    expect(play.phases()["b"], "the group waits for all hooks").toBeUndefined();
    play.finish("a.hooks.running");
    play.finish("b");
    expect(play.phase, "a hook that fails does not fail its step").toBe("Succeeded: ");
    expect(Object.keys(play.phases())).not.toContain("a.hooks.never");
  });

  it("runs a workflow's hook before the workflow ends, and waits for it", () => {
    const play = new Play(`
entrypoint: leaf
hooks:
  done: { template: leaf, expression: workflow.status == "Succeeded" }
  bad: { template: leaf, expression: workflow.status == "Failed" }
templates:
  ${leaf}`);
    play.finish("wf");
    expect(play.phases()).toEqual({ wf: "Succeeded", "wf.hooks.done": "Pending" });
    expect(play.workflow.status?.phase).toBe("Running");
    play.finish("wf.hooks.done", failed);
    expect(play.phase).toBe("Succeeded: ");
  });

  it("runs the exit hook of each item of a task's loop", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    dag: { tasks: [{ name: a, template: leaf, withItems: [1, 2], hooks: { exit: { template: leaf } } }, { name: b, template: leaf, depends: a }] }
  ${leaf}`);
    play.finish("a(0:1)");
    play.finish("a(1:2)");
    expect(play.phases()["b"]).toBeUndefined();
    for (const hook of ["a(0:1).onExit", "a(1:2).onExit", "a.onExit"])
      if (hook in play.phases()) play.finish(hook);
    play.finish("b");
    expect(play.phase).toBe("Succeeded: ");
  });

  it("fails the workflow whose exit handler is terminated", () => {
    const play = new Play(`
entrypoint: leaf
onExit: leaf
templates:
  ${leaf}`);
    play.finish("wf");
    play.send({ type: "running", nodeId: play.node("wf.onExit").id });
    play.send({ type: "stopped", strategy: "Terminate", message: "" });
    expect(play.kills).toEqual([play.node("wf.onExit").id]);
    play.finish("wf.onExit", failed);
    expect(play.workflow.status?.phase).toBe("Failed");
  });
});
