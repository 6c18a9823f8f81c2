import type { Outputs, Template, Workflow, WorkflowTemplate } from "../../../manifest/argo.js";
import type { GateAnswer } from "../../engine.js";

/** What happened: the input of the interpreter. `at` is milliseconds since the epoch; the interpreter has no clock. */
export type Fact =
  /** The first look at a workflow, and the first after a restart. */
  | { type: "opened"; at: number }
  /** A workflow that was submitted with `spec.suspend` may go. */
  | { type: "begun"; at: number }
  /** A step's work has ended and its outputs are collected. */
  | {
      type: "finished";
      at: number;
      nodeId: string;
      phase: "Succeeded" | "Failed" | "Error";
      message: string;
      outputs?: Outputs;
      /** How each container of a containerSet ended. */
      containers?: ContainerEnd[];
    }
  /** A step that was Pending began to run. */
  | { type: "running"; at: number; nodeId: string }
  /** A step cannot start yet; the message says what it waits for. */
  | { type: "waiting"; at: number; nodeId: string; message: string }
  /** All locks that were asked for are held; or, with a fault, will never be. The node id is empty for the workflow. */
  | { type: "locked"; at: number; nodeId: string; fault?: string }
  /** What the cache has under the key that was asked for; no outputs when it has nothing. */
  | { type: "recalled"; at: number; nodeId: string; outputs?: Outputs }
  | { type: "answered"; at: number; nodeId: string; answer: GateAnswer }
  | { type: "stopped"; at: number; strategy: "Stop" | "Terminate"; message: string }
  /** A timer that the interpreter asked for has come. */
  | { type: "elapsed"; at: number };

export interface ContainerEnd {
  name: string;
  phase: "Succeeded" | "Failed" | "Error";
  message: string;
  exitCode: string;
}

export type Lock =
  | { kind: "Mutex"; namespace: string; name: string }
  /** The limit stands in a ConfigMap. */
  | { kind: "Semaphore"; namespace: string; configMap: string; key: string };

/** An entry of a cache. */
export interface Memo {
  cache: string;
  key: string;
  /** Milliseconds; an older entry does not count. */
  maxAge?: number;
}

/** What to do: the output of the interpreter. It never does the work that it asks for. */
export type Action =
  /** Do the work of a container, script, containerSet, data or http template; everything in it is resolved. Answer with `running`, `finished`. */
  | { type: "start"; nodeId: string; template: Template }
  /** End a step's processes; answer with `finished`, whose phase and message the interpreter overrides. */
  | { type: "kill"; nodeId: string }
  /** Take all of these locks at once; answer with `locked`, before that with `waiting`. */
  | { type: "lock"; nodeId: string; locks: Lock[]; priority: number }
  /** Give the node's locks back. */
  | { type: "unlock"; nodeId: string }
  /** Look into a cache; answer with `recalled`. */
  | { type: "recall"; nodeId: string; memo: Memo }
  | { type: "remember"; nodeId: string; memo: Memo; outputs: Outputs }
  /** Send `elapsed` at this time, or earlier. */
  | { type: "wake"; at: number };

/** What `advance` changed, so that a store writes only that. */
export interface Step {
  actions: Action[];
  /** Ids of nodes added or changed. */
  changed: string[];
  /** True when anything of the workflow outside `status.nodes` changed. */
  workflowChanged: boolean;
}

/** What the workflow may refer to besides itself. Fixed for the life of a run. */
export interface Library {
  workflowTemplates: Record<string, WorkflowTemplate>;
  configMaps: Record<string, Record<string, string>>;
}

/**
 * One run under interpretation. `workflow` is the truth and the only durable state; everything else in it is
 * derived and rebuilt from the workflow by `open`. `advance` owns the state and changes it in place.
 */
export interface Interpreter {
  readonly workflow: Workflow;
  advance(fact: Fact): Step;
}
