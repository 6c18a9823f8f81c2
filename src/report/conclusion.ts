import type { WorkflowPhase } from "../manifest/argo.js";
import type { Conclusion } from "./check.js";

/** How a workflow that has ended came to its end. */
export interface Ending {
  phase: WorkflowPhase;
  /** Why it was stopped, when it was: the reason of the annotation `sluice.dev/stopped`. */
  stopped?: string | undefined;
  /** A gate was rejected. */
  rejected?: boolean;
}

const ofPhase: Record<WorkflowPhase, Conclusion> = {
  Succeeded: "success",
  Failed: "failure",
  Error: "failure",
  // Not ended: a caller's mistake must not read as success.
  "": "failure",
  Pending: "failure",
  Running: "failure",
};
const ofStop: Record<string, Conclusion> = {
  superseded: "cancelled",
  cancelled: "cancelled",
  closed: "cancelled",
  deadline: "timed_out",
  rejected: "failure",
  "no token": "failure",
};

/**
 * The conclusion of a run's last check run. A rejected gate is a failure even where the rest of the workflow was
 * skipped in peace, so that a required check blocks the merge. A run that succeeded before its stop took hold is
 * a success; a stop for a reason that is not known here counts as cancelled.
 */
export function conclusionOf({ phase, stopped, rejected = false }: Ending): Conclusion {
  if (rejected) return "failure";
  if (phase === "Succeeded" || stopped === undefined) return ofPhase[phase];
  return ofStop[stopped] ?? "cancelled";
}
