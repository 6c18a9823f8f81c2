import type { NodeStatus } from "../../manifest/argo.js";
import type { RunKey } from "../engine.js";
import type { Action, Interpreter } from "./interpreter/facts.js";
import type { WakeTimer } from "./wake-timer.js";

/** An unfinished run and what of it is still to be written and done. */
export interface LiveRun {
  key: RunKey;
  uid: string;
  interpreter: Interpreter;
  /** Ids of nodes that are not yet in the store, and what may be done only when they are. */
  unsaved: Set<string>;
  isUnsaved: boolean;
  /** Settles when what has been folded is durable. */
  saving?: Promise<void>;
  held: Action[];
  timer: WakeTimer;
  retry?: NodeJS.Timeout;
}

/** Whether the work of a node was under way when its engine ended. */
export function wasRunning(node: NodeStatus): boolean {
  return (node.type === "Pod" || node.type === "HTTP") && node.phase === "Running";
}
