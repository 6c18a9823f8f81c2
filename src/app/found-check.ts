import type { CheckPayload } from "../report/check.js";
import type { ReportedLeg } from "../run/metadata.js";
import type { Dependencies } from "./dependencies.js";
import { GitHubError, type RepositoryRef, type StoredCheck } from "./ports.js";

/** Finds the check run that an earlier try has left, by its external id: of several, the newest. */
export async function findCheck(
  { github }: Dependencies,
  repository: RepositoryRef,
  sha: string,
  check: CheckPayload,
): Promise<StoredCheck | undefined> {
  const stored = await github.checkRuns.list(repository, sha, check.name);
  const own = stored.filter(({ externalId }) => externalId === check.externalId);
  return own.toSorted((a, b) => b.id - a.id)[0];
}

/**
 * Whether a check run of which it is not known what it says may go on to say this. GitHub reopens none that is completed;
 * and since when one of these has shown the gates that wait now nobody knows.
 */
export function mayGoOn({ status }: StoredCheck, check: CheckPayload): boolean {
  return status !== "completed" || (check.status === "completed" && check.conclusion !== "action_required");
}

/** Notes a leg that is completed on GitHub, with what is not known: the run goes on in another. */
export function leftBehind({ id, leg }: Pick<ReportedLeg, "id" | "leg">): ReportedLeg {
  return { id, leg, completed: true, hash: "", gates: [] };
}

/** Whether it is not known which gates the leg shows. */
export function isLeftBehind({ completed, hash, gates }: ReportedLeg): boolean {
  return completed && hash === "" && gates?.length === 0;
}

/** Updates the check run of a leg; undefined where it was completed on GitHub before, and was not known to be. */
export async function updateCheck(
  { github: { checkRuns } }: Dependencies,
  repository: RepositoryRef,
  { id, completed }: ReportedLeg,
  check: CheckPayload,
): Promise<StoredCheck | undefined> {
  try {
    const stored = await checkRuns.update(repository, id, check);
    const isUnknown = stored.completedBefore === true && !completed && check.conclusion === "action_required";
    return isUnknown ? undefined : stored;
  } catch (error) {
    const isRefused = error instanceof GitHubError && error.status === 422 && check.status !== "completed";
    if (!isRefused || (await checkRuns.get(repository, id)).status !== "completed") throw error;
    return undefined;
  }
}
