import { assertNever } from "../lib/assert-never.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Event, MergeGroupEvent, PullRequestEvent, PushEvent, ReleaseEvent } from "../policy/event.js";
import { matchTrigger, needsPaths } from "../policy/match.js";
import { parseTrigger } from "../policy/trigger.js";
import { actOnCheck, rerunSuite } from "./check-action.js";
import { obeyCommand } from "./commands/obey-command.js";
import type { Dependencies } from "./dependencies.js";
import {
  matchOf,
  occasionOfMergeGroup,
  occasionOfPullRequest,
  occasionOfPush,
  occasionOfRelease,
  referenceOf,
  type Occasion,
} from "./occasion.js";
import { stopRun } from "./stop-run.js";
import { runsOfCommit, runsOfPullRequest } from "./runs-of.js";
import { startRuns } from "./start-runs.js";
import { supersede } from "./supersede.js";

/** Acts on one event; its effect is durable when this resolves. Any event may come late, twice or never. */
export async function receive(dependencies: Dependencies, event: Event): Promise<void> {
  switch (event.kind) {
    case "push":
      return receivePush(dependencies, event);
    case "pull_request":
      return receivePullRequest(dependencies, event);
    case "comment":
      return obeyCommand(dependencies, event);
    case "review":
      return wakeRuns(dependencies, event.repository.id, event.number);
    case "check_run":
      return actOnCheck(dependencies, event);
    case "check_suite":
      return rerunSuite(dependencies, event);
    case "merge_group":
      return receiveMergeGroup(dependencies, event);
    case "release":
      return receiveRelease(dependencies, event);
    default:
      return assertNever(event, "event");
  }
}

async function receivePush(dependencies: Dependencies, event: PushEvent): Promise<void> {
  const occasion = occasionOfPush(dependencies, event);
  if (occasion === undefined) return;
  const isBranch = event.ref.startsWith("refs/heads/");
  const leave = isBranch ? await leaveToPullRequest(dependencies, occasion, event) : undefined;
  await startRuns(dependencies, occasion, leave === undefined ? {} : { leave });
}

/**
 * One commit, one run: where an open pull request has this head and its push starts the manifest, or its run is there
 * already, the pull request's run is the one. It knows the base, and its gates can be reviewed.
 */
async function leaveToPullRequest(
  dependencies: Dependencies,
  { reference, repository, sha }: Occasion,
  { headMessage, ref }: PushEvent,
): Promise<(manifest: Manifest) => Promise<boolean>> {
  const { engine, github } = dependencies;
  // A fork's pull request, or one of another branch, must not keep this branch's run from starting.
  const pulls = (await github.pullRequests.openForCommit(reference, sha)).filter(
    (pull) => pull.headRepositoryId === repository.id && `refs/heads/${pull.headRef}` === ref,
  );
  const runs = await runsOfCommit(engine, repository.id, sha, { finished: true });
  const standing = new Set(
    runs.flatMap(({ facts }) => (facts?.event === "pull_request" ? [facts.manifest] : [])),
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

async function receivePullRequest(dependencies: Dependencies, event: PullRequestEvent): Promise<void> {
  const { github } = dependencies;
  const pullRequest = await github.pullRequests.get(referenceOf(event), event.number);
  await wakeRuns(dependencies, event.repository.id, event.number);
  if (pullRequest.state !== "open") return;
  const head = await github.contents.commit(referenceOf(event), pullRequest.headSha);
  const occasion = occasionOfPullRequest(dependencies, event, pullRequest, head?.message);
  const results = await startRuns(dependencies, occasion);
  const started = results.filter(({ key }) => key !== undefined).map(({ manifest }) => manifest);
  await supersede(dependencies, occasion, started);
}

/** A group that left the queue needs no answer any more. */
async function receiveMergeGroup(dependencies: Dependencies, event: MergeGroupEvent): Promise<void> {
  if (event.action === "checks_requested") {
    await startRuns(dependencies, occasionOfMergeGroup(event));
    return;
  }
  const runs = await runsOfCommit(dependencies.engine, event.repository.id, event.headSha);
  for (const run of runs.filter(({ facts }) => facts?.event === "merge_group" && facts.ref === event.headRef))
    await stopRun(dependencies, run, { reason: "cancelled", by: "the merge queue, which dropped the group" });
}

async function receiveRelease(dependencies: Dependencies, event: ReleaseEvent): Promise<void> {
  const reference = referenceOf(event);
  const commit = await dependencies.github.contents.commit(reference, `tags/${event.tag}`);
  if (commit === undefined) {
    // A draft has no tag yet, and a deleted release may have lost it.
    const facts = { repository: reference.slug, tag: event.tag, action: event.action };
    dependencies.log.info(facts, "a release without a tag starts nothing");
    return;
  }
  await startRuns(dependencies, occasionOfRelease(event, commit.sha));
}

async function wakeRuns(dependencies: Dependencies, repositoryId: number, number: number): Promise<void> {
  for (const run of await runsOfPullRequest(dependencies.engine, repositoryId, number))
    dependencies.wake(run.key);
}
