import { externalIdOf } from "../report/external-id.js";
import { annotation, type ReportState, type RunFacts } from "../run/metadata.js";
import { isFinished } from "../run/phases.js";
import type { Run } from "../run/read-run.js";
import { amendRun } from "./amend-run.js";
import type { Dependencies } from "./dependencies.js";
import { GitHubError } from "./ports.js";
import { repositoryOf } from "./repository-of.js";
import { settleDouble } from "./settle-double.js";

/**
 * A check run may arrive after whoever asked for it has died, and after its successor has looked for one in vain. GitHub
 * ends a request after 10 s (REST docs, "Troubleshooting the REST API"), so that once more than that has passed hardly any
 * is still to come, and of two of one leg one is ended. Returns false when the run is to be read again.
 */
export async function settleLate(dependencies: Dependencies, run: Run, facts: RunFacts): Promise<boolean> {
  const { unsure, announced, legs } = run.report;
  const { late } = dependencies;
  if (unsure === undefined) {
    late.forget(run.key);
    return true;
  }
  if (announced !== undefined || !late.isOver(run.key)) return true;
  await settleAll(dependencies, run, facts);
  await amendRun(dependencies, run.key, annotation.report, ({ uid, report }) => {
    const { unsure: left, ...sure }: ReportState = report;
    const isSame = left === unsure && sure.announced === undefined && sure.legs.length === legs.length;
    return uid === run.uid && isSame ? JSON.stringify(sure) : undefined;
  });
  late.forget(run.key);
  return false;
}

/** Where GitHub refuses for good, there is nothing more to do for a run that has ended. */
async function settleAll(dependencies: Dependencies, run: Run, facts: RunFacts): Promise<void> {
  const { github, log } = dependencies;
  const prefix = externalIdOf(run.key, 0).slice(0, -1);
  try {
    const stored = await github.checkRuns.list(repositoryOf(facts), facts.headSha, facts.checkName);
    for (const check of stored) {
      const { externalId } = check;
      if (!externalId.startsWith(prefix) || !/^\d+$/.test(externalId.slice(prefix.length))) continue;
      await settleDouble(dependencies, run, facts, check);
    }
  } catch (error) {
    if (!(error instanceof GitHubError) || error.retryable || !isFinished(run.phase)) throw error;
    log.warn({ run: run.key.name, err: error }, "GitHub does not take back what may be a second check");
  }
}
