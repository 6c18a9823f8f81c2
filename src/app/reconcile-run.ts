import type { RunKey } from "../engine/engine.js";
import { isFinished } from "../run/phases.js";
import type { RunFacts } from "../run/metadata.js";
import { GitHubError } from "./ports.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { keepToken } from "./keep-token.js";
import { reportRun } from "./report-run.js";
import type { Reconciled, Settled } from "./reconciled.js";
import { settleGates } from "./settle-gates.js";
import { stopMessage, stopRun } from "./stop-run.js";

/**
 * Makes GitHub and the engine agree on one run, from what both say now. Events only cause it to be called; calling it
 * at any time, any number of times, is right.
 */
export async function reconcileRun(
  dependencies: Dependencies,
  key: RunKey,
  { report = true } = {},
): Promise<Reconciled> {
  const nothing = { decisions: new Map(), released: false, settled: true };
  const workflow = await dependencies.engine.get(key);
  if (workflow === undefined) return { run: undefined, ...nothing };
  const run = readRun(workflow);
  const { facts } = run;
  if (facts === undefined) return { run, ...nothing };
  if (isFinished(run.phase)) {
    const told = !report || (await reportRun(dependencies, run, facts, new Map()));
    return { run, ...nothing, settled: told };
  }
  if (run.stopped !== undefined) {
    // The stop may have been cut off between its two writes.
    await dependencies.engine.stop(key, "Stop", stopMessage(run.stopped));
  }
  const tokenFailure = await tryToKeepToken(dependencies, run, facts);
  if (tokenFailure?.status === 422) {
    // The App does not have what the token should: a step waits for one that there will never be.
    await stopRun(dependencies, run, { reason: "no token", by: "", detail: tokenFailure.message });
    return { run, ...nothing, settled: false };
  }
  const settled: Settled = run.stopped === undefined ? await settleGates(dependencies, run, facts) : nothing;
  if (settled.released) return { run, ...settled, settled: false };
  const told = !report || (await reportRun(dependencies, run, facts, settled.decisions));
  const failure = settled.failure ?? tokenFailure;
  if (failure !== undefined) throw failure;
  return { run, ...settled, settled: told };
}

async function tryToKeepToken(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
): Promise<GitHubError | undefined> {
  if (run.stopped !== undefined) return undefined;
  try {
    await keepToken(dependencies, run, facts);
    return undefined;
  } catch (error) {
    if (error instanceof GitHubError) return error;
    throw error;
  }
}
