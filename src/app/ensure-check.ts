import { openTurns } from "../lib/in-turn.js";
import type { CheckPayload } from "../report/check.js";
import type { GitHub, RepositoryRef, StoredCheck } from "./ports.js";

/** Creates the check run, or finds the one that an earlier try with the same external id has left. */
export type EnsureCheck = (
  repository: RepositoryRef,
  sha: string,
  check: CheckPayload,
) => Promise<StoredCheck>;

/** Two deliveries, or one and the look at a head, may report the same at once: only one of them finds nothing. */
export function openEnsureCheck({ checkRuns }: Pick<GitHub, "checkRuns">): EnsureCheck {
  const inTurn = openTurns();
  return (repository, sha, check) =>
    inTurn(`${repository.slug} ${sha} ${check.externalId}`, async () => {
      const stored = await checkRuns.list(repository, sha, check.name);
      const same = stored.find(({ externalId }) => externalId === check.externalId);
      return same ?? checkRuns.create(repository, sha, check);
    });
}
