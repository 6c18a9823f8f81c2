import type { GateDecision } from "../policy/gate.js";
import type { Run } from "../run/read-run.js";
import type { GitHubError } from "./ports.js";

/** The decision on each open gate, by node id, and whether any gate was released. */
export interface Settled {
  decisions: Map<string, GateDecision>;
  released: boolean;
  /** Set when a gate could not be decided on because GitHub could not be asked: its run is to be tried again. */
  failure?: GitHubError;
}

/** What became of a run that was looked at. */
export interface Reconciled extends Settled {
  run: Run | undefined;
  /** Of what was read, where there is nothing to do for it until it, or GitHub, changes. */
  fingerprint?: string;
  /** False when something was written meanwhile, so that the run must be read again. */
  settled: boolean;
}
