import { standingOf } from "../report/standing.js";
import { annotation, type GateAudit } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import type { Occasion } from "./occasion.js";
import { stopRun } from "./stop-run.js";
import { runsOfCommit, runsOfPullRequest } from "./runs-of.js";
import { twoAnswers } from "./two-answers.js";

/**
 * Stops what a new head makes pointless: older runs of the same pull request, and runs that a push started of this
 * very commit where the pull request's own run now stands. A run at work behind an opened gate is left alone: stopping
 * an apply half way is worse than letting it end. Throws a retryable GitHubError where two answers of GitHub leave open
 * which run is the head's.
 */
export async function supersede(
  dependencies: Dependencies,
  occasion: Occasion,
  started: string[],
): Promise<void> {
  const { pullRequest, reference, repository, sha } = occasion;
  if (pullRequest === undefined) return;
  const { engine, github } = dependencies;
  const all = await runsOfPullRequest(engine, repository.id, pullRequest.number);
  const ofCommit = await runsOfCommit(engine, repository.id, sha);
  // The event may be an old one that took its time: what is superseded is decided by the head of this moment, which is
  // asked for last, since a run that begins meanwhile may be of a head that is newer still.
  const now = await github.pullRequests.get(reference, pullRequest.number);
  const { headSha } = now;
  const older = all.filter(({ facts }) => facts?.headSha !== headSha && facts?.headSha !== sha);
  const doubled = ofCommit.filter(
    ({ facts }) =>
      facts?.event === "push" &&
      facts.ref === `refs/heads/${pullRequest.headRef}` &&
      pullRequest.headRepositoryId === repository.id &&
      started.includes(facts.manifest),
  );
  for (const run of [...older, ...doubled].filter(mayStop)) {
    const by =
      run.facts?.headSha === sha ? `pull request #${pullRequest.number}` : `commit ${headSha.slice(0, 7)}`;
    await stopRun(dependencies, run, { reason: "superseded", by });
  }
  if (sha === headSha || !all.some((run) => run.facts?.headSha === sha && mayStop(run))) return;
  // Where the head has moved on, who started its run may have looked before this one was there.
  throw twoAnswers(pullRequest, now);
}

function mayStop(run: Run): boolean {
  return run.stopped === undefined && !(hasOpenedGate(run) && standingOf(run).state !== "waiting");
}

function hasOpenedGate(run: Run): boolean {
  return Object.entries(run.workflow.metadata.annotations ?? {}).some(
    ([name, text]) =>
      name.startsWith(annotation.gatePrefix) && (JSON.parse(text) as GateAudit).decision === "approved",
  );
}
