import type { Engine, RunKey } from "../engine/engine.js";
import type { Clock, GitHub, Log, Metrics } from "./ports.js";

/** What every use case works with. */
export interface Dependencies {
  engine: Engine;
  github: GitHub;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** The namespace that new Workflow objects carry. */
  namespace: string;
  /** Asks for a reconcile of a run, soon. */
  wake(key: RunKey): void;
  /** False when the run's check was updated a moment ago; a reconcile then follows by itself. */
  pace(key: RunKey): boolean;
}
