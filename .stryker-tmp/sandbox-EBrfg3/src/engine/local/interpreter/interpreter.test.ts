import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { NodeStatus, Outputs, Template, Workflow, WorkflowSpec } from "../../../manifest/argo.js";
import type { Fact, Library, Step } from "./facts.js";
import { open } from "./interpreter.js";

const noLibrary: Library = { workflowTemplates: {}, configMaps: {} };
const START = Date.parse("2026-01-02T03:04:05Z");

type End = { phase?: "Succeeded" | "Failed" | "Error"; message?: string; outputs?: Outputs };
type FactWithoutTime = Fact extends infer F ? (F extends Fact ? Omit<F, "at"> : never) : never;

/** Plays the engine: keeps the actions, sends the facts, one second apart. */
class Play {
  workflow: Workflow;
  now = START;
  starts: { nodeId: string; template: Template }[] = [];
  kills: string[] = [];
  wakes: number[] = [];
  readonly library: Library;
  #interpreter;

  constructor(spec: string, library = noLibrary) {
    this.workflow = workflowOf(spec);
    this.library = library;
    this.#interpreter = open(this.workflow, library);
    this.send({ type: "opened" });
  }

  send(fact: FactWithoutTime): Step {
    this.now += 1000;
    const step = this.#interpreter.advance({ ...fact, at: this.now } as Fact);
    for (const action of step.actions) {
      if (action.type === "start") this.starts.push(action);
      else if (action.type === "kill") this.kills.push(action.nodeId);
      else this.wakes.push(action.at);
    }
    return step;
  }

  /** A restart: all that is left is the stored workflow, its nodes in another order. */
  reopen(): void {
    const stored = JSON.parse(JSON.stringify(this.workflow)) as Workflow;
    const nodes = Object.entries(stored.status?.nodes ?? {}).reverse();
    if (stored.status) stored.status.nodes = Object.fromEntries(nodes);
    this.workflow = stored;
    this.starts = [];
    this.wakes = [];
    this.#interpreter = open(stored, this.library);
    this.send({ type: "opened" });
  }

  node(displayName: string): NodeStatus {
    const found = this.nodes().find((node) => node.displayName === displayName);
    if (!found)
      throw new Error(
        `no node ${displayName} in ${this.nodes()
          .map((node) => node.displayName)
          .join()}`,
      );
    return found;
  }

  nodes(): NodeStatus[] {
    return Object.values(this.workflow.status?.nodes ?? {});
  }

  phases(): Record<string, string> {
    return Object.fromEntries(this.nodes().map((node) => [node.displayName, node.phase ?? ""]));
  }

  template(displayName: string): Template {
    const id = this.node(displayName).id;
    const found = this.starts.find((start) => start.nodeId === id);
    if (!found) throw new Error(`${displayName} was not started`);
    return found.template;
  }

  finish(displayName: string, { phase = "Succeeded", message = "", outputs }: End = {}): Step {
    const { id } = this.node(displayName);
    this.send({ type: "running", nodeId: id });
    return this.send({ type: "finished", nodeId: id, phase, message, ...(outputs ? { outputs } : {}) });
  }

  get phase(): string {
    return `${this.workflow.status?.phase}: ${this.workflow.status?.message ?? ""}`;
  }
}

function workflowOf(spec: string): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "wf", namespace: "ns", uid: "u-1", creationTimestamp: "2026-01-02T03:04:05Z" },
    spec: parse(spec) as WorkflowSpec,
  };
}

const failed: End = { phase: "Failed", message: "main: Error (exit code 1)" };
const echo = `
  - name: echo
    inputs: { parameters: [{ name: text, default: none }] }
    container: { image: busybox, command: [echo], args: ["{{inputs.parameters.text}}"] }`;

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

describe("artifacts", () => {
  it("hands a step the place where another left its artifact", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps:
      - - { name: make, template: make }
      - - name: use
          template: use
          arguments: { artifacts: [{ name: plan, from: "{{steps.make.outputs.artifacts.made}}" }] }
  - name: make
    container: { image: busybox }
    outputs: { artifacts: [{ name: made, path: /out }] }
  - name: use
    inputs: { artifacts: [{ name: plan, path: /in/plan }] }
    container: { image: busybox, args: ["{{inputs.artifacts.plan.path}}"] }`);
    play.finish("make", { outputs: { artifacts: [{ name: "made", path: "/out", key: "wf/made.tgz" }] } });
    expect(play.template("use").inputs?.artifacts).toEqual([
      { name: "plan", path: "/in/plan", key: "wf/made.tgz" },
    ]);
    expect(play.template("use").container?.args).toEqual(["/in/plan"]);
  });
});

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

const gated = `
entrypoint: main
onExit: bye
templates:
  - name: main
    steps:
      - - { name: plan, template: echo }
      - - { name: approval, template: approval }
      - - { name: apply, template: echo, when: "{{steps.approval.outputs.parameters.approval}} == YES" }
  - name: approval
    suspend: {}
    inputs: { parameters: [{ name: approval, default: "NO", enum: ["YES", "NO"] }] }
    outputs: { parameters: [{ name: approval, valueFrom: { supplied: {} } }] }
  - { name: bye, container: { image: busybox, args: ["{{workflow.status}}"] } }${echo}`;

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

describe("retry", () => {
  const retried = `
entrypoint: main
templates:
  - name: main
    retryStrategy: { limit: "1" }
    container: { image: busybox, args: ["{{retries}} {{lastRetry.exitCode}}"] }`;

  it("makes attempts until one succeeds", () => {
    const play = new Play(retried);
    expect(play.node("wf").type).toBe("Retry");
    play.finish("wf(0)", { ...failed, outputs: { exitCode: "3" } });
    expect(play.template("wf(1)").container?.args).toEqual(["1 3"]);
    play.finish("wf(1)");
    expect(play.phase).toBe("Succeeded: ");
    expect(play.node("wf").children).toEqual([play.node("wf(0)").id, play.node("wf(1)").id]);
  });

  it("gives up after the limit", () => {
    const play = new Play(retried);
    play.finish("wf(0)", failed);
    play.finish("wf(1)", failed);
    expect(play.phase).toBe("Failed: No more retries left");
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
    expect(play.wakes).toEqual([START + 6000]);
    play.now = START + 6000;
    play.send({ type: "elapsed" });
    expect(play.kills).toEqual(["wf"]);
    play.finish("wf", { phase: "Failed", message: "signal" });
    expect(play.phase).toBe("Failed: Pod was active on the node longer than the specified deadline");
  });
});

describe("references to WorkflowTemplates", () => {
  it("takes the spec of a workflowTemplateRef and stores templates that a templateRef reaches", () => {
    const library: Library = {
      configMaps: {},
      workflowTemplates: {
        main: template(
          "main",
          `
entrypoint: main
arguments: { parameters: [{ name: text, value: default }, { name: more, value: kept }] }
templates:
  - name: main
    steps: [[{ name: one, templateRef: { name: shared, template: outer } }]]`,
        ),
        shared: template(
          "shared",
          `
templates:
  - name: outer
    steps: [[{ name: two, template: inner }]]
  - name: inner
    container: { image: busybox, args: ["{{workflow.parameters.text}} {{workflow.parameters.more}}"] }`,
        ),
      },
    };
    const play = new Play(
      `
workflowTemplateRef: { name: main }
arguments: { parameters: [{ name: text, value: own }] }`,
      library,
    );
    expect(play.template("two").container?.args).toEqual(["own kept"]);
    expect(play.node("two").templateScope).toBe("namespaced/shared");
    expect(Object.keys(play.workflow.status?.storedTemplates ?? {})).toEqual([
      "namespaced/shared/outer",
      "namespaced/shared/inner",
    ]);
  });
});

function template(name: string, spec: string): Library["workflowTemplates"][string] {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "WorkflowTemplate",
    metadata: { name },
    spec: parse(spec) as WorkflowSpec,
  };
}

describe("a restart", () => {
  /** Plays the gated workflow to its end; `between` is called before every fact. */
  function playGated(between: (play: Play) => void): Workflow {
    const play = new Play(gated);
    const at = (second: number): void => {
      between(play);
      play.now = START + second * 1000;
    };
    at(10);
    play.finish("plan");
    at(20);
    const answer = {
      phase: "Succeeded",
      message: "",
      outputs: { approval: "YES" },
      annotations: {},
    } as const;
    play.send({ type: "answered", nodeId: play.node("approval").id, answer });
    at(30);
    play.finish("apply");
    at(40);
    play.finish("wf.onExit");
    return play.workflow;
  }

  it("in the middle ends as no restart", () => {
    expect(playGated((play) => play.reopen())).toEqual(playGated(() => undefined));
  });

  it("starts again what was Pending, not what was Running", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps: [[{ name: one, template: echo }, { name: two, template: echo }]]${echo}`);
    const [one, two] = [play.node("one").id, play.node("two").id];
    play.send({ type: "running", nodeId: one });
    play.reopen();
    expect(play.starts.map(({ nodeId }) => nodeId)).toEqual([two]);
    play.send({ type: "finished", nodeId: one, phase: "Error", message: "the engine restarted" });
    play.finish("two");
    expect(play.phase).toBe(`Failed: child '${one}' failed`);
  });
});
