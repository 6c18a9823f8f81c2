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
import { nodeId } from "../../../run/node-id.js";
import { isFulfilled } from "../../../run/phases.js";
import type { Action, Library, Step } from "./facts.js";
import type { Place } from "./place.js";

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
  globals = new Map<string, string | null>();
  globalArtifacts = new Map<string, Artifact>();
  /** Leaves handed to the engine in this life. */
  readonly started = new Set<string>();
  readonly killed = new Map<string, Ending>();
  /** When a leaf must have ended, in milliseconds since the epoch. */
  readonly deadlines = new Map<string, number>();
  #step: Step = { actions: [], changed: [], workflowChanged: false };
  #changed = new Set<string>();
  #moved = false;

  constructor(workflow: Workflow, library: Library) {
    this.workflow = workflow;
    this.library = library;
    this.spec = workflow.spec;
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

  /** Whether a timer was asked for since the last `takeStep`. */
  get isWaking(): boolean {
    return this.#step.actions.some((action) => action.type === "wake");
  }

  act(action: Action): void {
    const { actions } = this.#step;
    if (action.type === "wake" && actions.some((other) => other.type === "wake" && other.at <= action.at))
      return;
    actions.push(action);
  }

  touch(node: NodeStatus): void {
    this.#changed.add(node.id);
    this.#moved = true;
  }

  touchWorkflow(): void {
    this.#step.workflowChanged = true;
    this.#moved = true;
  }

  create(fresh: NewNode): NodeStatus {
    const { name, type, phase, message, boundary, call, place, inputs, flag } = fresh;
    const node: NodeStatus = {
      id: this.idOf(name),
      name,
      displayName: displayNameOf(name, boundary?.name, fresh.template),
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
      ...(type === "Pod" || type === "Suspend" ? { progress: "0/1" } : {}),
    };
    this.nodes[node.id] = node;
    this.touch(node);
    return node;
  }

  mark(node: NodeStatus, phase: NodePhase, message?: string): NodeStatus {
    if (node.phase === phase && (message === undefined || (node.message ?? "") === message)) return node;
    node.phase = phase;
    if (message) node.message = message;
    else if (message === "") delete node.message;
    if (isFulfilled(phase)) node.finishedAt ??= this.timestamp();
    if (phase === "Succeeded" && node.progress === "0/1") node.progress = "1/1";
    this.touch(node);
    return node;
  }

  connect(parent: NodeStatus, childId: string): void {
    parent.children ??= [];
    if (parent.children.includes(childId)) return;
    parent.children.push(childId);
    this.touch(parent);
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
