import { trustOfPullRequest, type Trust } from "../policy/trust.js";
import { newestAttempts } from "../run/attempts.js";
import { wasGivenUp } from "../run/given-up.js";
import type { Dependencies } from "./dependencies.js";
import type { Occasion } from "./occasion.js";
import { runsOfCommit } from "./runs-of.js";

/** Who is behind the occasion's commit; a commit of the repository itself is as trusted as its writers. */
export function trustOf(
  { pullRequest, repository, okToTest }: Occasion,
  { engine, policyOf }: Dependencies,
): Trust {
  if (pullRequest === undefined) return { level: "trusted" };
  const { forks } = policyOf(repository.slug);
  const given = okToTest === undefined ? {} : { okToTest };
  return trustOfPullRequest({ pullRequest, engine: engine.kind, forks, ...given });
}

/** What has run of a fork's commit, by one pull request into one branch. */
export type EarlierRuns =
  | "none"
  /** The event comes once more, or late: it refuses nothing that was admitted. */
  | "standing"
  /** Manifests whose newest run was given up, of a commit that a writer had called good to run. */
  | { givenUp: ReadonlySet<string> };

/** See `EarlierRuns`; `none` where to be called good does not suffice any more. */
export async function earlierRuns(
  { engine }: Dependencies,
  { event, okToTest, pullRequest, repository, sha, trigger }: Occasion,
): Promise<EarlierRuns> {
  if (event !== "pull_request" || pullRequest === undefined || okToTest !== undefined) return "none";
  const all = await runsOfCommit(engine, repository.id, sha, { finished: true });
  const runs = all.filter(({ facts }) => facts?.trigger === trigger);
  if (runs.length === 0) return "none";
  const givenUp = newestAttempts(runs).filter(wasGivenUp);
  if (givenUp.length === 0) return "standing";
  const wasCalledGood = runs.some(({ facts }) => facts?.calledGoodBy !== undefined);
  return wasCalledGood ? { givenUp: new Set(givenUp.map(({ facts }) => facts?.manifest ?? "")) } : "none";
}
