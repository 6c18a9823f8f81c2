import type { RunFacts } from "../run/metadata.js";
import type { RepositoryRef } from "./ports.js";

/** Where a run's repository is at GitHub. */
export function repositoryOf(facts: RunFacts): RepositoryRef {
  return { installationId: facts.installationId, id: facts.repositoryId, slug: facts.repository };
}
