import type { RepositoryPolicy } from "./configuration.js";

const defaults = { keptRuns: 500, keptDays: 30 };
const dayMs = 86_400_000;
/**
 * GitHub delivers an event again for three days (REST docs, "Redelivering webhooks"). A run is known by its object: were
 * it gone by then, an old event would start it anew.
 */
const leastDays = 4;

/**
 * Of the finished runs of one repository those that may go: too old, or beyond the newest that are kept. `toldAt` is when
 * GitHub had the last word of the check, in milliseconds since the epoch.
 */
export function prunable<R extends { toldAt: number }>(
  runs: readonly R[],
  { keptRuns = defaults.keptRuns, keptDays = defaults.keptDays }: RepositoryPolicy["limits"],
  now: number,
): R[] {
  const ageOf = ({ toldAt }: R) => (now - toldAt) / dayMs;
  return runs
    .toSorted((a, b) => b.toldAt - a.toldAt)
    .filter((run, index) => ageOf(run) > leastDays && (index >= keptRuns || ageOf(run) > keptDays));
}
