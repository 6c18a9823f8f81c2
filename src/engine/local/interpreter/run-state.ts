import type {
  Artifact,
  Call,
  Inputs,
  NodePhase,
  NodeStatus,
  NodeType,
  Template,
  Workflow,
  WorkflowSpec,
  WorkflowStatus,
} from "../../../manifest/argo.js";
import { Variables } from "../../../expression/scope.js";
import { UnresolvedReference } from "../../../expression/expression-error.js";
import { Blocked } from "./call-error.js";
import { nodeId } from "../../../run/node-id.js";
import { isFulfilled } from "../../../run/phases.js";
import type { Action, Library, Memo, Step } from "./facts.js";
import { isWork } from "./leaf-node.js";
import { NodeIndex } from "./node-index.js";
import type { Place } from "./place.js";
import { Walk } from "./walk.js";

export interface NewNode {
  name: string;
  type: NodeType;
  phase: NodePhase;
  message?: string;
  boundary?: NodeStatus | undefined;
  /** How the node's template is named where it is called. */
  call?: Call | undefined;
  place?: Place | undefined;
  template?: Template | undefined;
  inputs?: Inputs | undefined;
  flag?: NodeStatus["nodeFlag"] | undefined;
}

/** The end that the interpreter chose for a node whose work is being killed. */
export interface Ending {
  phase: "Failed" | "Error";
  message: string;
}

/** Nodes that one run may have on this engine. */
export const mostNodes = 20_000;

/**
 * A workflow's status while it is interpreted: the one place that writes it, and so knows what changed. The rest of
 * the fields are derived, and empty after a restart.
 */
export class RunState {
  readonly workflow: Workflow;
  readonly library: Library;
  /** The spec in force: the workflow's own over that of its workflowTemplateRef. */
  spec: WorkflowSpec;
  /** Milliseconds since the epoch, of the fact that is being handled. */
  now = 0;
  globals = new Variables(0);
  globalArtifacts = new Map<string, Artifact>();
  /** Leaves handed to the engine in this life. */
  readonly started = new Set<string>();
  readonly killed = new Map<string, Ending>();
  /** When a leaf must have ended, in milliseconds since the epoch. */
  readonly deadlines = new Map<string, number>();
  /** How long a leaf may run once it does, in milliseconds. */
  readonly activeLimits = new Map<string, number>();
  /** The earliest of the deadlines. */
  nextDeadline = Infinity;
  /** Leaves whose result something refers to. */
  readonly keepsResult = new Set<string>();
  /** The cache entries that nodes are to fill when they succeed. */
  readonly memos = new Map<string, Memo>();
  readonly index: NodeIndex;
  /** Set when nothing can go on: what waits for a reference is then faulty. */
  isStuck = false;
  readonly walk = new Walk();
  /** Nodes whose locks were asked for: `held` when they have them. */
  readonly locks = new Map<string, "asked" | "held">();
  /** Why a node, or the workflow under the empty id, cannot have its locks. */
  readonly lockFaults = new Map<string, string>();
  /** Nodes whose cache was asked: `missed` when it had nothing. */
  readonly recalls = new Map<string, "asked" | "missed">();
  #lastWake = 0;
  #step: Step = { actions: [], changed: [], workflowChanged: false };
  #changed = new Set<string>();
  #moved = false;
  #count: number | undefined;

  constructor(workflow: Workflow, library: Library) {
    this.workflow = workflow;
    this.library = library;
    this.spec = workflow.spec;
    this.index = new NodeIndex(Object.values(workflow.status?.nodes ?? {}));
  }

  get name(): string {
    return this.workflow.metadata.name ?? "";
  }

  get status(): WorkflowStatus {
    return (this.workflow.status ??= {});
  }

  get nodes(): Record<string, NodeStatus> {
    return (this.status.nodes ??= {});
  }

  idOf(nodeName: string): string {
    return nodeId(this.name, nodeName);
  }

  node(nodeName: string): NodeStatus | undefined {
    return this.nodes[this.idOf(nodeName)];
  }

  /** What has been written and asked for since the last call. */
  takeStep(): Step {
    const step = { ...this.#step, changed: [...this.#changed] };
    this.#step = { actions: [], changed: [], workflowChanged: false };
    this.#changed = new Set();
    return step;
  }

  /** Whether anything was written since the last call: another pass may then find more to do. */
  takeMoved(): boolean {
    const moved = this.#moved;
    this.#moved = false;
    return moved;
  }

  /** Whether a timer that was asked for is still to come. */
  get isWaking(): boolean {
    return this.#lastWake > this.now;
  }

  act(action: Action): void {
    const { actions } = this.#step;
    if (action.type === "wake") this.#lastWake = Math.max(this.#lastWake, action.at);
    if (action.type === "wake" && actions.some((other) => other.type === "wake" && other.at <= action.at))
      return;
    actions.push(action);
  }

  touch(node: NodeStatus): void {
    this.#changed.add(node.id);
    this.#moved = true;
    this.walk.touched(node, this.nodes);
  }

  touchWorkflow(): void {
    this.#step.workflowChanged = true;
    this.#moved = true;
  }

  /** Throws when the run has as many nodes as it may have: a loop in a loop must not take the engine down. */
  create(fresh: NewNode): NodeStatus {
    this.#count ??= Object.keys(this.nodes).length;
    if (this.#count >= mostNodes) throw new Error(`a run has at most ${mostNodes} nodes`);
    this.#count += 1;
    const { name, type, phase, message, boundary, call, place, inputs, flag } = fresh;
    const node: NodeStatus = {
      id: this.idOf(name),
      name,
      displayName: displayNameOf(name, boundary?.name, flag?.retried ? undefined : fresh.template),
      type,
      ...(call?.template ? { templateName: call.template } : {}),
      ...(call?.templateRef ? { templateRef: call.templateRef } : {}),
      ...(place ? { templateScope: `${place.scope}/${place.name}` } : {}),
      phase,
      ...(boundary ? { boundaryID: boundary.id } : {}),
      ...(message ? { message } : {}),
      startedAt: this.timestamp(),
      ...(isFulfilled(phase) ? { finishedAt: this.timestamp() } : {}),
      ...(inputs && hasContent(inputs) ? { inputs: structuredClone(inputs) } : {}),
      ...(flag ? { nodeFlag: flag } : {}),
      ...(type === "Pod" || type === "HTTP" || type === "Suspend" ? { progress: "0/1" } : {}),
    };
    this.nodes[node.id] = node;
    this.index.add(node);
    if (isFulfilled(phase)) this.index.fulfilled(node);
    this.touch(node);
    return node;
  }

  mark(node: NodeStatus, phase: NodePhase, message?: string): NodeStatus {
    if (node.phase === phase && (message === undefined || (node.message ?? "") === message)) return node;
    node.phase = phase;
    if (message) node.message = message;
    else if (message === "") delete node.message;
    if (isFulfilled(phase)) this.#fulfil(node);
    if (phase === "Succeeded" && node.progress === "0/1") node.progress = "1/1";
    this.touch(node);
    return node;
  }

  /** The earliest deadline of a node counts. */
  addDeadline(nodeId: string, at: number): void {
    this.deadlines.set(nodeId, Math.min(at, this.deadlines.get(nodeId) ?? Infinity));
    this.nextDeadline = Math.min(this.nextDeadline, at);
  }

  #fulfil(node: NodeStatus): void {
    node.finishedAt ??= this.timestamp();
    this.index.fulfilled(node);
    this.walk.ended(node);
    const memo = this.memos.get(node.id);
    if (memo && node.phase === "Succeeded")
      this.act({ type: "remember", nodeId: node.id, memo, outputs: node.outputs ?? {} });
    if (this.locks.delete(node.id)) this.act({ type: "unlock", nodeId: node.id });
  }

  connect(parent: NodeStatus, childId: string): void {
    if (!this.index.link(parent, childId)) return;
    (parent.children ??= []).push(childId);
    this.touch(parent);
  }

  /** Throws Blocked for a reference that may resolve later; when nothing else can happen, it is a fault. */
  requeue(error: unknown): void {
    if (error instanceof UnresolvedReference && !this.isStuck) throw new Blocked(error.message);
  }

  /** How many nodes wait for locks: they do not count as active. */
  get waitingForLocks(): number {
    let count = 0;
    for (const [id, state] of this.locks) {
      const node = this.nodes[id];
      if (state === "asked" && node && isWork(node)) count += 1;
    }
    return count;
  }

  timestamp(): string {
    return formatTime(this.now);
  }
}

/** RFC 3339 with seconds, as Kubernetes writes times. */
export function formatTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function hasContent(inputs: Inputs): boolean {
  return (inputs.parameters?.length ?? 0) > 0 || (inputs.artifacts?.length ?? 0) > 0;
}

const DISPLAY_NAME = "workflows.argoproj.io/display-name";

function displayNameOf(
  name: string,
  boundaryName: string | undefined,
  template: Template | undefined,
): string {
  const chosen = template?.metadata?.annotations?.[DISPLAY_NAME];
  if (chosen !== undefined && /^[a-zA-Z0-9][a-zA-Z0-9-.]{0,61}[a-zA-Z0-9]$/.test(chosen)) return chosen;
  if (boundaryName === undefined || !name.startsWith(boundaryName)) return name;
  return name.slice(boundaryName.length).replace(/^(\[\d+\])?\./, "");
}
