import type { CheckPayload } from "../report/check.js";
import { renderDouble } from "../report/render-double.js";
import { annotation, type ReportedLeg, type ReportState } from "../run/metadata.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { GitHubError, type RepositoryRef } from "./ports.js";

const mostTries = 5;

/**
 * A leader that was held up and the one that took its place may both create the check run of a leg. Whoever comes second
 * to write it down ends the older of the two, since GitHub shows the newest check run of a name. Does nothing where the
 * run knows of no other.
 */
export async function settleDouble(
  dependencies: Dependencies,
  run: Run,
  repository: RepositoryRef,
  check: Pick<CheckPayload, "name" | "externalId">,
  told: ReportedLeg,
): Promise<void> {
  const { engine } = dependencies;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const workflow = await engine.get(run.key);
    const now = workflow && readRun(workflow);
    if (now === undefined || now.uid !== run.uid) return;
    const { report } = now;
    const known = report.legs.find(({ leg }) => leg === told.leg);
    if (known === undefined || known.id === told.id) return;
    if (report.legs.at(-1) !== known || known.id > told.id)
      return end(dependencies, repository, check, told.id);
    // When it was shown is not known until the next look has told it what is so now.
    const { completedAt: _shown, ...newer } = { ...told, hash: "" };
    const state: ReportState = { ...report, legs: [...report.legs.slice(0, -1), newer] };
    const result = await engine.annotate(
      run.key,
      { [annotation.report]: JSON.stringify(state) },
      { [annotation.report]: now.workflow.metadata.annotations?.[annotation.report] ?? null },
    );
    if (result === "done") return end(dependencies, repository, check, known.id);
  }
  throw new GitHubError(`check run ${told.id} of ${repository.slug} is one of two, and was not ended`, {
    retryable: true,
  });
}

async function end(
  { github, clock, log }: Dependencies,
  repository: RepositoryRef,
  { name, externalId }: Pick<CheckPayload, "name" | "externalId">,
  id: number,
): Promise<void> {
  await github.checkRuns.update(repository, id, renderDouble({ checkName: name, externalId, now: clock() }));
  log.info({ check: id, externalId }, "ended one of two check runs of one leg");
}
