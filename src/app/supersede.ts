import { standingOf } from "../report/standing.js";
import { annotation, type GateAudit } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import type { Occasion } from "./occasion.js";
import { stopRun } from "./stop-run.js";
import { runsOfCommit, runsOfPullRequest } from "./runs-of.js";

/**
 * Stops what a new head makes pointless: older runs of the same pull request, and runs that a push started of this
 * very commit where the pull request's own run now stands. A run at work behind an opened gate is left alone: stopping
 * an apply half way is worse than letting it end.
 */
export async function supersede(
  dependencies: Dependencies,
  occasion: Occasion,
  started: string[],
): Promise<void> {
  const { pullRequest, reference, repository, sha } = occasion;
  if (pullRequest === undefined) return;
  const all = await runsOfPullRequest(dependencies.engine, repository.id, pullRequest.number);
  // The event may be an old one that took its time: what is superseded is decided by the head of this moment, which is
  // asked for last, since a run that begins meanwhile may be of a head that is newer still.
  const { headSha } = await dependencies.github.pullRequests.get(reference, pullRequest.number);
  const older = all.filter((run) => run.facts?.headSha !== headSha && run.facts?.headSha !== sha);
  const doubled = (await runsOfCommit(dependencies.engine, repository.id, sha)).filter(
    ({ facts }) =>
      facts?.event === "push" &&
      facts.ref === `refs/heads/${pullRequest.headRef}` &&
      pullRequest.headRepositoryId === repository.id &&
      started.includes(facts.manifest),
  );
  for (const run of [...older, ...doubled].filter(
    (run) => run.stopped === undefined && !(hasOpenedGate(run) && standingOf(run).state !== "waiting"),
  )) {
    const by =
      run.facts?.headSha === sha ? `pull request #${pullRequest.number}` : `commit ${headSha.slice(0, 7)}`;
    await stopRun(dependencies, run, { reason: "superseded", by });
  }
}

function hasOpenedGate(run: Run): boolean {
  return Object.entries(run.workflow.metadata.annotations ?? {}).some(
    ([name, text]) =>
      name.startsWith(annotation.gatePrefix) && (JSON.parse(text) as GateAudit).decision === "approved",
  );
}
