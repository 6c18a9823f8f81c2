import { parse } from "yaml";
import type { NodeStatus, Outputs, Template, Workflow, WorkflowSpec } from "../../src/manifest/argo.js";
import type { Fact, Library, Step } from "../../src/engine/local/interpreter/facts.js";
import { open } from "../../src/engine/local/interpreter/interpreter.js";
import { isFulfilled } from "../../src/run/phases.js";

export const noLibrary: Library = { workflowTemplates: {}, configMaps: {} };
export const START = Date.parse("2026-01-02T03:04:05Z");

export type End = { phase?: "Succeeded" | "Failed" | "Error"; message?: string; outputs?: Outputs };
type FactWithoutTime = Fact extends infer F ? (F extends Fact ? Omit<F, "at"> : never) : never;

/** Plays the engine: keeps the actions, stores what it is told has changed, sends the facts, one second apart. */
export class Play {
  workflow: Workflow;
  #stored: Workflow;
  now = START;
  starts: { nodeId: string; template: Template }[] = [];
  kills: string[] = [];
  wakes: number[] = [];
  readonly library: Library;
  #interpreter;

  constructor(spec: string, library = noLibrary) {
    this.workflow = workflowOf(spec);
    this.#stored = structuredClone(this.workflow);
    this.library = library;
    this.#interpreter = open(this.workflow, library);
    this.send({ type: "opened" });
  }

  send(fact: FactWithoutTime): Step {
    this.now += 1000;
    const step = this.#interpreter.advance({ ...fact, at: this.now } as Fact);
    this.#store(step);
    for (const action of step.actions) {
      if (action.type === "start") this.starts.push(action);
      else if (action.type === "kill") this.kills.push(action.nodeId);
      else if (action.type === "wake") this.wakes.push(action.at);
    }
    return step;
  }

  /** A restart: all that is left is the stored workflow, its nodes in another order. */
  reopen(): void {
    const stored = structuredClone(this.#stored);
    const nodes = Object.entries(stored.status?.nodes ?? {}).reverse();
    if (stored.status) stored.status.nodes = Object.fromEntries(nodes);
    this.workflow = stored;
    this.starts = [];
    this.wakes = [];
    this.#interpreter = open(stored, this.library);
    this.send({ type: "opened" });
  }

  #store({ changed, workflowChanged }: Step): void {
    if (changed.length === 0 && !workflowChanged) return;
    const now = JSON.parse(JSON.stringify(this.workflow)) as Workflow;
    const written = changed.map((id) => [id, now.status?.nodes?.[id]]);
    const nodes = { ...this.#stored.status?.nodes, ...Object.fromEntries(written) } as Record<
      string,
      NodeStatus
    >;
    this.#stored = { ...now, status: { ...now.status, nodes } };
  }

  /** One that has not ended, where attempts of the same steps share the name. */
  node(displayName: string): NodeStatus {
    const named = this.nodes().filter((node) => node.displayName === displayName);
    const found = named.find(({ phase }) => !isFulfilled(phase)) ?? named[0];
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

export function workflowOf(spec: string): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "wf", namespace: "ns", uid: "u-1", creationTimestamp: "2026-01-02T03:04:05Z" },
    spec: parse(spec) as WorkflowSpec,
  };
}

export const failed: End = { phase: "Failed", message: "main: Error (exit code 1)" };
export const echo = `
  - name: echo
    inputs: { parameters: [{ name: text, default: none }] }
    container: { image: busybox, command: [echo], args: ["{{inputs.parameters.text}}"] }`;

export const gated = `
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
