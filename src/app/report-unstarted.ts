import type { Problem } from "../manifest/problem.js";
import { renderProblems } from "../report/render-problems.js";
import { renderRefused } from "../report/render-refused.js";
import { renderSkipped } from "../report/render-skipped.js";
import type { Dependencies } from "./dependencies.js";
import type { Occasion } from "./occasion.js";
import { reportId } from "./report-id.js";
import { checkName } from "./run-facts.js";
import { runsOfCommit } from "./runs-of.js";

/** What the check of a whole commit says when it has nothing to refuse any more. */
export const notRefused = "What was refused here is not any more: see the other checks.";

/** The check of a whole commit. */
export const commitCheck = "sluice";

interface Asked {
  /** Set when somebody asked for the report anew: what tells it from the one before. */
  check?: { again: string };
}

/** A check that says why nothing is run; of one manifest, or named `sluice` for the whole commit. */
export async function reportRefusal(
  dependencies: Dependencies,
  occasion: Occasion,
  { check }: Asked,
  name: string,
  reason: string,
): Promise<void> {
  const refused = {
    checkName: name,
    reason,
    externalId: reportId("refused", reason, occasion, check?.again),
    now: dependencies.clock(),
  };
  await dependencies.ensureCheck(occasion.reference, occasion.sha, renderRefused(refused));
  const { slug } = occasion.repository;
  dependencies.log.info({ repository: slug, sha: occasion.sha, event: occasion.event, reason }, "refused");
}

/** Not over a run of another event on this commit: its check has the same name, and would look passed. */
export async function reportSkipped(
  { engine, ensureCheck, clock }: Dependencies,
  occasion: Occasion,
  { check }: Asked,
  name: string,
  reason: string,
): Promise<void> {
  const { reference, repository, sha } = occasion;
  const runs = await runsOfCommit(engine, repository.id, sha, { finished: true });
  if (runs.some(({ facts }) => facts?.checkName === name)) return;
  const skipped = {
    checkName: name,
    reason,
    externalId: reportId("skipped", reason, occasion, check?.again),
    now: clock(),
  };
  await ensureCheck(reference, sha, renderSkipped(skipped));
}

/** The check that refused the whole commit says that it is refused no more: an open demand would stay on it for good. */
export async function withdrawRefusal(dependencies: Dependencies, occasion: Occasion): Promise<void> {
  const { reference, sha } = occasion;
  const name = checkName(commitCheck, occasion);
  const checks = await dependencies.github.checkRuns.list(reference, sha, name);
  if (!checks.some(({ externalId }) => externalId.startsWith("refused/"))) return;
  await reportSkipped(dependencies, occasion, {}, name, notRefused);
}

export async function reportProblems(
  dependencies: Dependencies,
  occasion: Occasion,
  choice: Asked,
  name: string,
  problems: Problem[],
): Promise<void> {
  const externalId = reportId("problems", JSON.stringify(problems), occasion, choice.check?.again);
  const now = dependencies.clock();
  const check = renderProblems({
    checkName: name,
    title: name,
    problems,
    externalId,
    headSha: occasion.sha,
    now,
  });
  await dependencies.ensureCheck(occasion.reference, occasion.sha, check);
}
