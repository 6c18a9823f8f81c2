import type { Outputs, Template, Workflow, WorkflowTemplate } from "../../../manifest/argo.js";
import type { GateAnswer } from "../../engine.js";

/** What happened: the input of the interpreter. `at` is milliseconds since the epoch; the interpreter has no clock. */
export type Fact =
  /** The first look at a workflow, and the first after a restart. */
  | { type: "opened"; at: number }
  /** A step's work has ended and its outputs are collected. */
  | {
      type: "finished";
      at: number;
      nodeId: string;
      phase: "Succeeded" | "Failed" | "Error";
      message: string;
      outputs?: Outputs;
    }
  /** A step that was Pending began to run. */
  | { type: "running"; at: number; nodeId: string }
  /** A step cannot start yet; the message says what it waits for. */
  | { type: "waiting"; at: number; nodeId: string; message: string }
  | { type: "answered"; at: number; nodeId: string; answer: GateAnswer }
  | { type: "stopped"; at: number; strategy: "Stop" | "Terminate"; message: string }
  /** A timer that the interpreter asked for has come. */
  | { type: "elapsed"; at: number };

/** What to do: the output of the interpreter. It never does the work that it asks for. */
export type Action =
  /** Run a container or script template; everything in it is resolved. Answer with `running`, `finished`. */
  | { type: "start"; nodeId: string; template: Template }
  /** End a step's processes; answer with `finished`, whose phase and message the interpreter overrides. */
  | { type: "kill"; nodeId: string }
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
