import type { NodeStatus, Template } from "../../../manifest/argo.js";
import type { ResolvedCall } from "./calls.js";
import type { Place } from "./place.js";
import type { RunState } from "./run-state.js";

/** One call of a template, as the node `name`. */
export interface Invocation {
  name: string;
  call: ResolvedCall;
  /** Where the call's template is looked up. */
  place: Place;
  caller: "workflow" | "step" | "task" | "hook";
  /** The steps or dag node around it. */
  boundary?: NodeStatus | undefined;
  boundaryTemplate?: Template | undefined;
  /** Part of an exit handler: runs on after a stop. */
  onExit: boolean;
  flag?: NodeStatus["nodeFlag"];
  depth: number;
  /** Variables of one attempt of a retried node, such as `retries`. */
  attempt?: ReadonlyMap<string, string>;
  /** When the attempt must have ended, in milliseconds since the epoch. */
  deadline?: number;
}

/** Brings a node forward as far as it goes now. Throws CallError or Blocked; an Error node is then made already. */
export type Execute = (run: RunState, invocation: Invocation) => NodeStatus;

/** A template that is bound to its inputs and about to run. */
export interface Frame {
  run: RunState;
  invocation: Invocation;
  template: Template;
  /** Variables of the node itself, such as `node.name`. */
  own: ReadonlyMap<string, string>;
  /** Where the names inside the template are looked up. */
  place: Place;
  execute: Execute;
}
