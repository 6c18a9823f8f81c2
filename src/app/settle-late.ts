import { externalIdOf } from "../report/external-id.js";
import { annotation, type ReportState, type RunFacts } from "../run/metadata.js";
import { isFinished } from "../run/phases.js";
import type { Run } from "../run/read-run.js";
import { amendRun } from "./amend-run.js";
import type { Dependencies } from "./dependencies.js";
import { repositoryOf } from "./repository-of.js";
import { settleDouble } from "./settle-double.js";

/**
 * A check run may arrive after whoever asked for it has died, and after its successor has looked for one in vain. GitHub
 * ends a request after 10 s (REST docs, "Troubleshooting the REST API"), so that once more than that has passed all are
 * there: of two of one leg, one is left on display. Returns false when the run is to be read again.
 */
export async function settleLate(dependencies: Dependencies, run: Run, facts: RunFacts): Promise<boolean> {
  const { unsure, legs } = run.report;
  if (unsure !== true || !dependencies.hasWaited(run.key)) return true;
  const repository = repositoryOf(facts);
  const stored = await dependencies.github.checkRuns.list(repository, facts.headSha, facts.checkName);
  for (const known of legs) {
    const check = { name: facts.checkName, externalId: externalIdOf(run.key, known.leg) };
    for (const { id, externalId, status } of stored) {
      if (externalId !== check.externalId || id === known.id) continue;
      const completed = status === "completed";
      // GitHub reopens none that is completed: as one that waits for nothing that is known, it is gone on from in another leg.
      const gates = completed && !isFinished(run.phase) ? { gates: known.gates ?? [] } : {};
      const told = { id, leg: known.leg, completed, hash: "", ...gates };
      await settleDouble(dependencies, run, repository, check, told);
    }
  }
  await amendRun(dependencies, run.key, annotation.report, ({ uid, report }) => {
    const { unsure: left, ...sure }: ReportState = report;
    return uid === run.uid && left === true ? JSON.stringify(sure) : undefined;
  });
  return false;
}
