import type { Manifest } from "../manifest/manifest.js";
import { matchTrigger, needsPaths } from "../policy/match.js";
import { parseTrigger } from "../policy/trigger.js";
import type { RunFacts } from "../run/metadata.js";
import type { Dependencies } from "./dependencies.js";
import { matchOf, type Occasion } from "./occasion.js";
import { runsOfCommit } from "./runs-of.js";

/**
 * One commit, one run: where an open pull request has this head and its push starts the manifest, or its run is there
 * already, the pull request's run is the one. It knows the base, and its gates can be reviewed.
 */
export async function leaveToPullRequest(
  dependencies: Dependencies,
  { reference, repository, sha, ref }: Occasion,
  headMessage: string,
): Promise<(manifest: Manifest) => Promise<boolean>> {
  if (!ref.startsWith("refs/heads/")) return () => Promise.resolve(false);
  const { engine, github } = dependencies;
  // A fork's pull request, or one of another branch, must not keep this branch's run from starting.
  const pulls = (await github.pullRequests.openForCommit(reference, sha)).filter(
    (pull) => pull.headRepositoryId === repository.id && `refs/heads/${pull.headRef}` === ref,
  );
  const runs = await runsOfCommit(engine, repository.id, sha, { finished: true });
  const standing = new Set(
    runs.flatMap(({ facts }) => (facts !== undefined && isOfBranch(facts, ref) ? [facts.manifest] : [])),
  );
  const files = new Map<number, Promise<string[] | undefined>>();
  const filesOf = (number: number) => {
    const known = files.get(number) ?? github.pullRequests.files(reference, number);
    files.set(number, known);
    return known;
  };
  return async (manifest) => {
    if (standing.has(manifest.name)) return true;
    const { trigger } = parseTrigger(manifest);
    for (const pull of pulls) {
      const changed = needsPaths(trigger, "pull_request") ? await filesOf(pull.number) : undefined;
      const match = matchOf(pull, "synchronize", headMessage);
      if (matchTrigger(trigger, match, changed).result === "run") return true;
    }
    return false;
  };
}

/** Another branch may have had this very commit, as before a fast-forward; a fork's run has less than this branch's. */
function isOfBranch({ event, pullRequest }: RunFacts, ref: string): boolean {
  return (
    event === "pull_request" && pullRequest?.fork === false && `refs/heads/${pullRequest.headRef}` === ref
  );
}
