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
  /** Writes that are not yet known to be durable, whose actions are still to be carried out. */
  flushes: number;
  /** The write of what this turn brings. */
  writing?: Promise<Written> | undefined;
  /** Told when a write that failed has been made good. */
  recovered: (() => void)[];
  /** Steps that will start next: they may be started when that is written, before it is durable. */
  announced: Set<string>;
  held: Action[];
  timer: WakeTimer;
  retry?: NodeJS.Timeout;
}

/** What was written survives this process; when `durable()` resolves, it survives the machine. */
export interface Written {
  durable: () => Promise<void>;
}

/** Whether the work of a node was under way when its engine ended. */
export function wasRunning(node: NodeStatus): boolean {
  return (node.type === "Pod" || node.type === "HTTP") && node.phase === "Running";
}
