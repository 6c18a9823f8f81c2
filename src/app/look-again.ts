import type { Actor, Repository } from "../policy/event.js";
import type { Dependencies } from "./dependencies.js";
import { leaveToPullRequest } from "./leave-to-pull-request.js";
import {
  occasionOfPullRequest,
  occasionOfPush,
  occasionOfRelease,
  referenceOf,
  type Occasion,
} from "./occasion.js";
import { readCause, type Cause } from "./report-id.js";
import { notRefused, reportSkipped } from "./report-unstarted.js";
import { checkName } from "./run-facts.js";
import { startRuns } from "./start-runs.js";

/** A check that somebody wants to be made anew. */
export interface Asked {
  installationId: number;
  repository: Repository;
  actor: Actor;
  headSha: string;
  check: { id: number; name: string; externalId: string };
  /** What tells this asking from others; by default the check: it is asked for anew once. */
  again?: string;
}

/**
 * Looks again at what a check without a run reports: problems, a refusal, or that there was nothing to do. What it is of
 * starts if it can by now, as the event would have started it. Does nothing for other checks, for a pull request that has
 * moved on, and for what only a comment or a time can start.
 */
export async function lookAgain(dependencies: Dependencies, asked: Asked): Promise<void> {
  const { check, headSha } = asked;
  const cause = readCause(check.externalId);
  const occasion = cause && (await occasionOf(dependencies, asked, cause));
  if (occasion === undefined || occasion.sha !== headSha) {
    dependencies.log.info({ check: check.name, sha: headSha }, "nothing to look at again");
    return;
  }
  const leave =
    occasion.match.event === "push"
      ? await leaveToPullRequest(dependencies, occasion, occasion.match.message ?? "")
      : () => Promise.resolve(false);
  const again = { name: check.name, again: asked.again ?? String(check.id) };
  const marked = asked.again === undefined ? occasion : { ...occasion, retriedBy: asked.again };
  const results = await startRuns(dependencies, marked, { check: again, leave });
  if (results.some(({ manifest }) => checkName(manifest, occasion) === check.name)) return;
  // It was of the whole commit, and its manifests have checks of their own by now.
  await reportSkipped(dependencies, occasion, { check: again }, check.name, notRefused);
}

async function occasionOf(
  dependencies: Dependencies,
  asked: Asked,
  cause: Cause,
): Promise<Occasion | undefined> {
  const { github } = dependencies;
  const reference = referenceOf(asked);
  if (cause.event === "push") return pushAgain(dependencies, asked, cause.ref);
  if (cause.event === "release") {
    const commit = await github.contents.commit(reference, `tags/${cause.tag}`);
    const { id: releaseId, action, tag } = cause;
    const event = { ...asked, kind: "release", releaseId, action, tag, draft: false } as const;
    return commit && occasionOfRelease(event, commit.sha);
  }
  const pullRequest = await github.pullRequests.get(reference, cause.number);
  if (pullRequest.state !== "open") return undefined;
  const head = await github.contents.commit(reference, pullRequest.headSha);
  return occasionOfPullRequest(dependencies, { ...asked, action: "synchronize" }, pullRequest, head?.message);
}

/** Who pushed stays the one who cannot open its gates; where GitHub does not tell, nobody is known to have. */
async function pushAgain(
  dependencies: Dependencies,
  { headSha, ...asked }: Asked,
  ref: string,
): Promise<Occasion | undefined> {
  const { github } = dependencies;
  const reference = referenceOf(asked);
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined;
  const push =
    branch === undefined ? undefined : await github.pullRequests.lastPush(reference, branch, headSha);
  const commit = await github.contents.commit(reference, headSha);
  const pusher: Actor = { id: push?.by ?? 0, login: push?.login ?? "unknown", type: "Unknown" };
  const occasion = occasionOfPush(dependencies, {
    ...asked,
    kind: "push",
    actor: pusher,
    ref,
    before: push?.before ?? "0".repeat(40),
    after: headSha,
    created: push?.before === undefined,
    deleted: false,
    forced: false,
    headMessage: commit?.message ?? "",
  });
  // Without the push there is no telling what it changed: then everything counts as changed.
  return push === undefined && occasion !== undefined
    ? { ...occasion, changedFiles: () => Promise.resolve(undefined) }
    : occasion;
}
