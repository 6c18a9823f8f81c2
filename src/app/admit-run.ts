import { trustOfPullRequest, type Trust } from "../policy/trust.js";
import type { Dependencies } from "./dependencies.js";
import type { Occasion } from "./occasion.js";

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
