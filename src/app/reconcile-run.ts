import type { RunKey } from "../engine/engine.js";
import { needsToken } from "../policy/compile-token.js";
import { isFinished } from "../run/phases.js";
import type { RunFacts } from "../run/metadata.js";
import { standingOf } from "../report/standing.js";
import type { Workflow } from "../manifest/argo.js";
import { fingerprint } from "./fingerprint.js";
import { admit, callNext } from "./line-of-runs.js";
import { GitHubError } from "./ports.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import type { GateDecision } from "../policy/gate.js";
import { keepDeployments } from "./keep-deployments.js";
import { keepToken } from "./keep-token.js";
import { repositoryOf } from "./repository-of.js";
import { reportRun } from "./report-run.js";
import type { Reconciled, Settled } from "./reconciled.js";
import { settleGates } from "./settle-gates.js";
import { stopMessage, stopRun } from "./stop-run.js";

export interface ReconcileOptions {
  /** By default true. */
  report?: boolean;
  /** Nothing is done for a run that has this fingerprint: only the engine asked, and GitHub told of nothing new. */
  known?: string;
}

/**
 * Makes GitHub and the engine agree on one run, from what both say now. Events only cause it to be called; calling it
 * at any time, any number of times, is right.
 */
export async function reconcileRun(
  dependencies: Dependencies,
  key: RunKey,
  { report = true, known }: ReconcileOptions = {},
): Promise<Reconciled> {
  const workflow = await dependencies.engine.get(key);
  const read = workflow && fingerprint(workflow);
  if (workflow !== undefined && read !== undefined && read === known)
    return {
      run: readRun(workflow),
      decisions: new Map(),
      released: false,
      settled: true,
      fingerprint: read,
    };
  const reconciled = await reconcileWorkflow(dependencies, key, workflow, report);
  if (read === undefined || !reconciled.settled || !isQuiet(reconciled)) return reconciled;
  return { ...reconciled, fingerprint: read };
}

/** Whether nobody has spoken: what was said before a check showed the gate is told of anew when it does. */
function isQuiet({ run, decisions }: Reconciled): boolean {
  const spoken = [...decisions.values()].some(
    ({ approvals, ignored }) => approvals.length + ignored.length > 0,
  );
  return !spoken && (run === undefined || run.votes.length === 0);
}

async function reconcileWorkflow(
  dependencies: Dependencies,
  key: RunKey,
  workflow: Workflow | undefined,
  report: boolean,
): Promise<Reconciled> {
  const nothing = { decisions: new Map(), released: false, settled: true };
  if (workflow === undefined) {
    if (report) await dependencies.deleted.close(key);
    return { run: undefined, ...nothing };
  }
  const run = readRun(workflow);
  dependencies.deleted.saw(run);
  const { facts } = run;
  if (facts === undefined) return { run, ...nothing };
  if (isFinished(run.phase)) {
    // Before the last report, after which nobody looks at the run again.
    if (needsToken(run.workflow)) await dependencies.engine.dropToken(key);
    const { told, failure } = report ? await tell(dependencies, run, facts, nothing.decisions) : untold;
    if (report) await callNext(dependencies, facts);
    if (failure !== undefined) throw failure;
    return { run, ...nothing, settled: told };
  }
  if (run.stopped !== undefined) {
    // The stop may have been cut off between its two writes.
    await dependencies.engine.stop(key, "Stop", stopMessage(run.stopped));
  }
  if (run.queued !== undefined && run.stopped === undefined) {
    if (report && (await isClosed(dependencies, facts))) {
      await stopRun(dependencies, run, { reason: "closed", by: "" });
      return { run, ...nothing, settled: false };
    }
    if (report && (await admit(dependencies, run, facts))) return { run, ...nothing, settled: false };
    const told = !report || (await reportRun(dependencies, run, facts, nothing));
    return { run, ...nothing, settled: told };
  }
  const tokenFailure = await tryToKeepToken(dependencies, run, facts);
  if (tokenFailure?.status === 422) {
    // The App does not have what the token should: a step waits for one that there will never be.
    await stopRun(dependencies, run, { reason: "no token", by: "", detail: tokenFailure.message });
    return { run, ...nothing, settled: false };
  }
  const settled: Settled = run.stopped === undefined ? await settleGates(dependencies, run, facts) : nothing;
  if (settled.released) return { run, ...settled, settled: false };
  const { told, failure: untoldFailure } = report
    ? await tell(dependencies, run, facts, settled.decisions)
    : untold;
  if (report && told && standingOf(run).state === "waiting") await callNext(dependencies, facts);
  const failure = settled.failure ?? tokenFailure ?? untoldFailure;
  if (failure !== undefined) throw failure;
  return { run, ...settled, settled: told };
}

/** Nobody waits any more for what a closed pull request has not begun. */
async function isClosed({ github }: Dependencies, facts: RunFacts): Promise<boolean> {
  if (facts.pullRequest === undefined) return false;
  const { state } = await github.pullRequests.get(repositoryOf(facts), facts.pullRequest.number);
  return state === "closed";
}

const untold: { told: boolean; failure?: GitHubError } = { told: true };

/**
 * Says on GitHub what the run is. The check comes last, since a run whose check has said the end is not looked at again;
 * what goes wrong before it does not keep it back.
 */
async function tell(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  decisions: ReadonlyMap<string, GateDecision>,
): Promise<{ told: boolean; failure?: GitHubError }> {
  const { notices, failure } = await keepDeployments(dependencies, run, facts);
  const commentFailure = await failureOf(dependencies.comments.keep(run, facts, decisions));
  const told = await reportRun(dependencies, run, facts, { decisions, notices });
  const first = failure ?? commentFailure;
  return { told, ...(first === undefined ? {} : { failure: first }) };
}

async function failureOf(work: Promise<unknown>): Promise<GitHubError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof GitHubError) return error;
    throw error;
  }
}

async function tryToKeepToken(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
): Promise<GitHubError | undefined> {
  if (run.stopped !== undefined) return undefined;
  return failureOf(keepToken(dependencies, run, facts));
}
