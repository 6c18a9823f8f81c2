import { prunable } from "../policy/retention.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { isTold } from "./told.js";

/**
 * Removes finished runs beyond what the configuration keeps of each repository. A run whose end GitHub has not been told
 * is never removed.
 */
export async function pruneRuns({ engine, clock, policyOf, log }: Dependencies): Promise<void> {
  const runs = (await engine.list({ outline: true })).map(readRun).filter(isTold);
  for (const [repository, own] of byRepository(runs)) {
    const { limits } = policyOf(repository);
    const gone: string[] = [];
    for (const { run } of prunable(own, limits, clock()))
      if ((await engine.remove(run.key)) === "done") gone.push(run.key.name);
    if (gone.length > 0) log.info({ repository, runs: gone.length }, "removed finished runs");
  }
}

/** By the name that the repository had when the run started. */
function byRepository(runs: readonly Run[]): Map<string, { run: Run; toldAt: number }[]> {
  const found = new Map<string, { run: Run; toldAt: number }[]>();
  for (const run of runs) {
    const toldAt = Date.parse(run.report.legs.at(-1)?.completedAt ?? "");
    if (run.facts === undefined || Number.isNaN(toldAt)) continue;
    const { repository } = run.facts;
    found.set(repository, [...(found.get(repository) ?? []), { run, toldAt }]);
  }
  return found;
}
