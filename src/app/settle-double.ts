import { externalIdOf } from "../report/external-id.js";
import { renderDouble } from "../report/render-double.js";
import { annotation, type ReportedLeg, type ReportState, type RunFacts } from "../run/metadata.js";
import { isFinished } from "../run/phases.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { leftBehind } from "./found-check.js";
import { GitHubError, type StoredCheck } from "./ports.js";
import { repositoryOf } from "./repository-of.js";

const mostTries = 5;

/** A check run of one of the run's legs that the run may not know of. */
export type Double = Pick<StoredCheck, "id" | "status" | "externalId">;

/**
 * GitHub shows the newest check run of a name, and a leg may have two: of a leader that was held up, or has died, and of the
 * one in its place. Ends one, and sees to it that what is on display in the end tells of the run. Does nothing where the
 * run knows no other.
 */
export async function settleDouble(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  double: Double,
): Promise<void> {
  const { engine } = dependencies;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const workflow = await engine.get(run.key);
    const now = workflow && readRun(workflow);
    const last = now?.report.legs.at(-1);
    if (now === undefined || now.uid !== run.uid || last === undefined) return;
    // Somebody is about to look for it, and to note that a second may come.
    if (now.report.announced !== undefined) return;
    if (now.report.legs.some(({ id }) => id === double.id)) return;
    const hidden = { id: last.id, externalId: externalIdOf(run.key, last.leg) };
    if (double.id < last.id) return end(dependencies, facts, double);
    const state: ReportState = {
      ...now.report,
      legs: [...now.report.legs.slice(0, -1), behind(now, last, double)],
    };
    const result = await engine.annotate(
      run.key,
      { [annotation.report]: JSON.stringify(state) },
      { [annotation.report]: now.workflow.metadata.annotations?.[annotation.report] ?? null },
    );
    if (result === "done") return end(dependencies, facts, last.gates === undefined ? hidden : double);
  }
  throw new GitHubError(`check run ${double.id} of ${facts.repository} is one of two, and was not ended`, {
    retryable: true,
  });
}

/**
 * What becomes of the last leg when a newer check run hides its own. One with gates stays as it is and the run goes on in
 * another, which shows them. Any other goes on in the newer check run; GitHub reopens none that is completed, so where
 * more is to be told of the run that is left to one more leg, too.
 */
function behind({ phase }: Run, last: ReportedLeg, { id, status }: Double): ReportedLeg {
  if (last.gates !== undefined) return { ...last, hidden: true };
  const { leg } = last;
  return status === "completed" && !isFinished(phase)
    ? leftBehind({ id, leg })
    : { id, leg, completed: false, hash: "" };
}

async function end(
  { github, clock, log }: Dependencies,
  facts: RunFacts,
  { id, externalId }: Pick<Double, "id" | "externalId">,
): Promise<void> {
  const check = renderDouble({ checkName: facts.checkName, externalId, now: clock() });
  await github.checkRuns.update(repositoryOf(facts), id, check);
  log.info({ check: id, externalId }, "ended one of two check runs of one leg");
}
