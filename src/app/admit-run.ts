import type { RepositoryPolicy } from "../policy/configuration.js";
import { trustOfPullRequest, type Trust } from "../policy/trust.js";
import { label } from "../run/metadata.js";
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

/** Why the repository may not have one run more now; undefined when it may, or when the run is there already. */
export async function crowdOf(
  { engine }: Dependencies,
  { repository }: Occasion,
  { limits }: RepositoryPolicy,
  name: string,
): Promise<string | undefined> {
  if (limits.parallelRuns === undefined) return undefined;
  const labels = { [label.repositoryId]: String(repository.id) };
  const running = await engine.list({ labels, unfinished: true });
  if (running.length < limits.parallelRuns || running.some(({ metadata }) => metadata.name === name))
    return undefined;
  return `This repository has ${running.length} unfinished runs, and the server's configuration lets it have ${limits.parallelRuns}. When one has ended, push again, or close and reopen the pull request.`;
}
