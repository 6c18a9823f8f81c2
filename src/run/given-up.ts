import type { Run } from "./read-run.js";

/** Whether a run was stopped because nobody waits for it: of a commit that is no head, or of a closed pull request. */
export function wasGivenUp({ phase, stopped }: Run): boolean {
  // It may have succeeded before the stop came.
  return phase !== "Succeeded" && (stopped?.reason === "superseded" || stopped?.reason === "closed");
}
