import type { NodePhase, WorkflowPhase } from "../manifest/argo.js";

/** Ran to an end: Succeeded, Failed or Error. */
export function isCompleted(phase: NodePhase | undefined): boolean {
  return phase === "Succeeded" || isFailed(phase);
}

/** Will not change any more; Argo's "fulfilled". */
export function isFulfilled(phase: NodePhase | undefined): boolean {
  return isCompleted(phase) || phase === "Skipped" || phase === "Omitted";
}

export function isFailed(phase: NodePhase | WorkflowPhase | undefined): boolean {
  return phase === "Failed" || phase === "Error";
}

/** A workflow that has ended. */
export function isFinished(phase: WorkflowPhase | undefined): boolean {
  return phase === "Succeeded" || isFailed(phase);
}
