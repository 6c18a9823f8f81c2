import type { CheckPayload } from "../report/check.js";
import type { OpenGate } from "../run/gates.js";
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
 * Whether a check run of which it is not known what it says may go on to say this. GitHub reopens none that is completed,
 * and one that waited before a gate opened did not show that gate when GitHub says that it was completed.
 */
export function mayGoOn(
  { status, completedAt }: StoredCheck,
  check: CheckPayload,
  gates: readonly OpenGate[],
): boolean {
  if (status !== "completed") return true;
  if (check.status !== "completed") return false;
  return gates.every(({ startedAt }) => second(startedAt) <= second(completedAt));
}

/** GitHub tells times in whole seconds. */
function second(time = ""): number {
  return Math.floor(Date.parse(time) / 1000);
}

/** Notes a leg that is completed on GitHub, with what is not known: the run goes on in another. */
export function leftBehind({ id, leg }: Pick<ReportedLeg, "id" | "leg">): ReportedLeg {
  return { id, leg, completed: true, hash: "", gates: [] };
}

/** Updates a check run; undefined where it is completed on GitHub, and was not known to be. */
export async function updateCheck(
  { github: { checkRuns } }: Dependencies,
  repository: RepositoryRef,
  id: number,
  check: CheckPayload,
): Promise<StoredCheck | undefined> {
  try {
    return await checkRuns.update(repository, id, check);
  } catch (error) {
    const isRefused = error instanceof GitHubError && error.status === 422 && check.status !== "completed";
    if (!isRefused || (await checkRuns.get(repository, id)).status !== "completed") throw error;
    return undefined;
  }
}
