import type { CheckPayload } from "../report/check.js";
import type { GitHub, RepositoryRef, StoredCheck } from "./ports.js";

/** Creates the check run, or finds the one that an earlier try with the same external id has left. */
export async function ensureCheck(
  github: GitHub,
  repository: RepositoryRef,
  sha: string,
  check: CheckPayload,
): Promise<StoredCheck> {
  const stored = await github.checkRuns.list(repository, sha, check.name);
  const same = stored.find(({ externalId }) => externalId === check.externalId);
  return same ?? github.checkRuns.create(repository, sha, check);
}
