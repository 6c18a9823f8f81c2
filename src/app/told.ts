import { isFinished } from "../run/phases.js";
import type { Run } from "../run/read-run.js";

/** Whether GitHub has the last word of a run that has ended: its last leg is completed, waits for nothing, and is surely as it was told. */
export function isTold({ phase, report }: Run): boolean {
  const last = report.legs.at(-1);
  if (!isFinished(phase) || last?.completed !== true || report.unsure !== undefined) return false;
  return last.gates === undefined && last.hash !== "";
}
