import type { Run } from "./read-run.js";

/** Of each manifest and what started it, the newest attempt. */
export function newestAttempts(runs: readonly Run[]): Run[] {
  const newest = new Map<string, Run>();
  for (const run of runs) {
    if (run.facts === undefined) continue;
    const name = attempted(run);
    if ((newest.get(name)?.facts?.attempt ?? 0) < run.facts.attempt) newest.set(name, run);
  }
  return [...newest.values()];
}

/** Of each manifest and what started it the newest attempt, but for those that were asked for before in the same words. */
export function notYetRetried(runs: readonly Run[], by: number | string): Run[] {
  const done = new Set(runs.filter(({ facts }) => facts?.retriedBy === by).map(attempted));
  return newestAttempts(runs).filter((run) => !done.has(attempted(run)));
}

/** What a run and its other attempts have in common. */
function attempted({ facts }: Run): string {
  return JSON.stringify([facts?.manifestFile, facts?.manifest, facts?.trigger]);
}

/** Whether a run is a later attempt of what the other was one of. */
export function isLaterAttempt(run: Run, earlier: Run): boolean {
  if (attempted(run) !== attempted(earlier) || run.facts?.headSha !== earlier.facts?.headSha) return false;
  return (run.facts?.attempt ?? 0) > (earlier.facts?.attempt ?? 0);
}
