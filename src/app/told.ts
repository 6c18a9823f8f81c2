import { isFinished } from "../run/phases.js";
import type { Run } from "../run/read-run.js";

/** Whether GitHub has the last word of a run that has ended: its last leg is completed, waits for nothing and is surely one. */
export function isTold({ phase, report }: Run): boolean {
  const last = report.legs.at(-1);
  return (
    isFinished(phase) && last?.completed === true && last.gates === undefined && report.unsure === undefined
  );
}
