import type { RunKey } from "../engine/engine.js";
import type { RepositoryPolicy } from "../policy/configuration.js";
import { annotation, label, type RunFacts } from "../run/metadata.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";

/** Of a repository's unfinished runs: how many are at work, and those that wait for their turn, the oldest first. */
interface Line {
  atWork: number;
  waiting: Run[];
}

const mostQueued = 100;

/** Whether a run that is to be submitted may begin at once, must wait for its turn, or may not even wait. */
export type Place =
  { place: "free" } | { place: "line"; queued: string } | { place: "refused"; reason: string };

/**
 * The place of a new run. Where the number of runs is limited, each waits in line first, if only for a moment: one
 * writer takes them out of it, so that no two events at once get the last place.
 */
export async function placeOf(
  dependencies: Dependencies,
  repositoryId: number,
  { limits }: RepositoryPolicy,
  key: RunKey,
): Promise<Place> {
  const limit = limits.parallelRuns;
  if (limit === undefined) return { place: "free" };
  const most = limits.queuedRuns ?? mostQueued;
  const { atWork, waiting } = await readLine(dependencies, repositoryId);
  const isFull = atWork >= limit && waiting.length >= most;
  if (isFull && (await dependencies.engine.get(key)) === undefined) {
    const reason = `This repository has ${atWork} runs at work and ${waiting.length} that wait for their turn, the most that the server's configuration lets it have. When some have ended, press Re-run on this check, or give the command again.`;
    return { place: "refused", reason };
  }
  const queued = { since: new Date(dependencies.clock()).toISOString(), limit };
  return { place: "line", queued: JSON.stringify(queued) };
}

/**
 * Lets a queued run begin when it is its turn; false when it is not. Only the replica that leads may ask. Of what one
 * look at the line shows, only the first ones have a place: however many ask at one time, no place is taken twice.
 */
export async function admit(dependencies: Dependencies, run: Run, facts: RunFacts): Promise<boolean> {
  const { engine, policyOf, log } = dependencies;
  const limit = policyOf(facts.repository).limits.parallelRuns;
  if (limit !== undefined) {
    const { atWork, waiting } = await readLine(dependencies, facts.repositoryId);
    const place = waiting.findIndex(({ key }) => isSame(key, run.key));
    if (place >= limit - atWork) return false;
  }
  const result = await engine.begin(run.key, { [annotation.queued]: null });
  if (result === "done") log.info({ run: run.key.name, queuedSince: run.queued?.since }, "its turn has come");
  return result === "done";
}

/** Places may be free now: as many as there are, so many are looked at, the first in line first. */
export async function callNext(dependencies: Dependencies, facts: RunFacts): Promise<void> {
  const limit = dependencies.policyOf(facts.repository).limits.parallelRuns;
  if (limit === undefined) return;
  const { atWork, waiting } = await readLine(dependencies, facts.repositoryId);
  for (const { key } of waiting.slice(0, Math.max(0, limit - atWork))) dependencies.wake(key);
}

async function readLine({ engine }: Dependencies, repositoryId: number): Promise<Line> {
  const labels = { [label.repositoryId]: String(repositoryId) };
  const runs = (await engine.list({ labels, unfinished: true, outline: true })).map(readRun);
  const waiting = runs.filter(({ queued, stopped }) => queued !== undefined && stopped === undefined);
  waiting.sort((a, b) => compare(a.queued?.since, b.queued?.since) || compare(a.key.name, b.key.name));
  const atWork = runs.filter((run) => run.queued === undefined && !waitsForPeople(run)).length;
  return { atWork, waiting };
}

/** As its check says: a leg that waits is over as soon as the run goes on. */
function waitsForPeople({ report }: Run): boolean {
  const last = report.legs.at(-1);
  return last?.completed === true && (last.gates ?? []).length > 0;
}

function isSame(a: RunKey, b: RunKey): boolean {
  return a.namespace === b.namespace && a.name === b.name;
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
