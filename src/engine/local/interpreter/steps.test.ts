import { describe, expect, it } from "vitest";
import { echo, failed, Play, type End } from "../../../../test/support/interpreter-play.js";

describe("steps", () => {
  const spec = `
entrypoint: main
templates:
  - name: main
    steps:
      - - { name: one, template: echo, arguments: { parameters: [{ name: text, value: a }] } }
        - { name: two, template: echo }
      - - name: yes
          template: echo
          when: "{{steps.one.outputs.parameters.out}} == go"
          arguments: { parameters: [{ name: text, value: "got {{steps.one.outputs.parameters.out}}" }] }
        - { name: no, template: echo, when: "{{steps.one.outputs.parameters.out}} != go" }
    outputs:
      parameters: [{ name: result, valueFrom: { parameter: "{{steps.one.outputs.parameters.out}}" } }]${echo}`;
  const go: End = { outputs: { parameters: [{ name: "out", value: "go" }] } };

  it("runs the steps of a group side by side, the groups in turn, and passes parameters", () => {
    const play = new Play(spec);
    expect(play.starts.map(({ template }) => template.container?.args)).toEqual([["a"], ["none"]]);
    play.finish("one", go);
    expect(play.starts).toHaveLength(2);
    play.finish("two");
    expect(play.template("yes").container?.args).toEqual(["got go"]);
    expect(play.node("no")).toMatchObject({
      type: "Skipped",
      phase: "Skipped",
      message: "when 'go != go' evaluated false",
    });
    play.finish("yes");
    expect(play.phase).toBe("Succeeded: ");
    expect(play.node("wf").outputs?.parameters).toEqual([{ name: "result", value: "go" }]);
  });

  it("names and connects its nodes as Argo does", () => {
    const play = new Play(spec);
    play.finish("one", go);
    play.finish("two");
    const [one, two, yes, no] = ["one", "two", "yes", "no"].map((name) => play.node(name).id);
    const [first, second] = [play.node("[0]"), play.node("[1]")];
    expect(play.node("one")).toMatchObject({ name: "wf[0].one", boundaryID: "wf", templateName: "echo" });
    expect(one).toBe("wf-284716080");
    expect(first).toMatchObject({ name: "wf[0]", type: "StepGroup", boundaryID: "wf", children: [one, two] });
    expect(play.node("wf").children).toEqual([first.id]);
    expect(play.node("one").children).toEqual([second.id]);
    expect(second.children).toEqual([yes, no]);
    play.finish("yes");
    expect(play.node("wf").outboundNodes).toEqual([yes, no]);
  });

  it("lets a failing step's neighbours end, then stops with Argo's messages", () => {
    const play = new Play(spec);
    play.finish("one", failed);
    expect(play.node("[0]").phase).toBe("Running");
    play.finish("two");
    const message = `child '${play.node("one").id}' failed`;
    expect(play.node("[0]")).toMatchObject({ phase: "Failed", message });
    expect(play.node("wf")).toMatchObject({ phase: "Failed", message });
    expect(play.phase).toBe(`Failed: ${message}`);
    expect(play.starts).toHaveLength(2);
  });

  it("fails the group whose reference does not resolve", () => {
    const play = new Play(spec);
    play.finish("one");
    play.finish("two");
    expect(play.node("[1]").phase).toBe("Error");
    expect(play.phase).toMatch(
      /^Failed: failed to resolve references: .*steps\.one\.outputs\.parameters\.out/,
    );
  });

  it("goes on after a failure that continueOn names", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps:
      - - { name: one, template: echo, continueOn: { failed: true } }
      - - { name: two, template: echo, arguments: { parameters: [{ name: text, value: "{{steps.one.status}}" }] } }${echo}`);
    play.finish("one", failed);
    expect(play.template("two").container?.args).toEqual(["Failed"]);
    play.finish("two");
    expect(play.phase).toBe("Succeeded: ");
  });

  it("ends in an Error node where a template is missing", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps: [[{ name: one, template: gone }, { name: two, template: gone }]]`);
    const message = "step group deemed errored due to child wf[0].one error: template gone not found";
    expect(play.node("one")).toMatchObject({
      type: "Skipped",
      phase: "Error",
      message: "template gone not found",
    });
    expect(play.phase).toBe(`Failed: ${message}`);
  });

  it("stops a recursion without end", () => {
    const play = new Play(`
entrypoint: main
templates: [{ name: main, steps: [[{ name: again, template: main }]] }]`);
    const messages = play.nodes().map(({ message }) => message);
    expect(messages.filter((message) => message?.includes("Maximum recursion depth exceeded"))).not.toEqual(
      [],
    );
    expect(play.phase).toMatch(/^Failed: /);
  });

  it("does not evaluate what a false when skips", () => {
    const play = new Play(`
entrypoint: main
arguments: { parameters: [{ name: data, value: "" }] }
templates:
  - name: main
    inputs: { parameters: [{ name: data, value: "{{workflow.parameters.data}}" }] }
    steps:
      - - name: one
          template: echo
          when: "{{= inputs.parameters.data != '' }}"
          arguments: { parameters: [{ name: text, value: "{{= jsonpath(inputs.parameters.data, '$.id') }}" }] }${echo}`);
    expect(play.node("one").phase).toBe("Skipped");
    expect(play.phase).toBe("Succeeded: ");
  });

  it("gives an inline template the inputs of its caller, and its own", () => {
    const play = new Play(`
entrypoint: main
arguments: { parameters: [{ name: a, value: outer }, { name: b, value: outer }] }
templates:
  - name: main
    inputs: { parameters: [{ name: a }, { name: b }] }
    steps:
      - - name: one
          arguments: { parameters: [{ name: b, value: inner }] }
          inline:
            inputs: { parameters: [{ name: b }] }
            container: { image: busybox, args: ["{{inputs.parameters.a}} {{inputs.parameters.b}}"] }`);
    expect(play.template("one").container?.args).toEqual(["outer inner"]);
  });

  it("runs one step per item and gathers their outputs", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps:
      - - { name: each, template: echo, withItems: [x, { k: v }], arguments: { parameters: [{ name: text, value: "{{item}}" }] } }
      - - { name: all, template: echo, arguments: { parameters: [{ name: text, value: "{{steps.each.outputs.parameters.out}}" }] } }${echo}`);
    expect(play.template("each(0:x)").container?.args).toEqual(["x"]);
    expect(play.template("each(1:k:v)").container?.args).toEqual(['{"k":"v"}']);
    play.finish("each(1:k:v)", { outputs: { parameters: [{ name: "out", value: "2" }] } });
    play.finish("each(0:x)", { outputs: { parameters: [{ name: "out", value: "1" }] } });
    expect(play.template("all").container?.args).toEqual(['["1","2"]']);
  });
});
