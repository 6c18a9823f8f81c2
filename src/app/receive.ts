import { assertNever } from "../lib/assert-never.js";
import type {
  Event,
  MergeGroupEvent,
  PullRequest,
  PullRequestEvent,
  PushEvent,
  ReleaseEvent,
} from "../policy/event.js";
import { actOnCheck, rerunSuite } from "./check-action.js";
import { obeyCommand } from "./commands/obey-command.js";
import type { Dependencies } from "./dependencies.js";
import { GitHubError } from "./ports.js";
import {
  occasionOfMergeGroup,
  occasionOfPullRequest,
  occasionOfPush,
  occasionOfRelease,
  referenceOf,
} from "./occasion.js";
import { leaveToPullRequest } from "./leave-to-pull-request.js";
import { stopRun } from "./stop-run.js";
import { runsOfCommit, runsOfPullRequest } from "./runs-of.js";
import { startRuns, type Choice } from "./start-runs.js";
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

export async function receivePush(
  dependencies: Dependencies,
  event: PushEvent,
  choice: Pick<Choice, "isRecorded"> = {},
): Promise<void> {
  const occasion = occasionOfPush(dependencies, event);
  if (occasion === undefined) return;
  // Read while the manifests are; where none is there to ask for it, its failure is none.
  const leaving = leaveToPullRequest(dependencies, occasion, event.headMessage);
  leaving.catch(() => undefined);
  const leave: Choice["leave"] = async (manifest) => (await leaving)(manifest);
  await startRuns(dependencies, occasion, { ...choice, leave });
}

export async function receivePullRequest(
  dependencies: Dependencies,
  event: PullRequestEvent,
  choice: Pick<Choice, "isRecorded"> = {},
): Promise<void> {
  const { github } = dependencies;
  const pullRequest = await github.pullRequests.get(referenceOf(event), event.number);
  await wakeRuns(dependencies, event.repository.id, event.number);
  if (pullRequest.state === "open") await startHead(dependencies, event, pullRequest, choice);
}

/** Starts what the head of an open pull request asks for, as GitHub had it, and stops what that makes pointless. */
export async function startHead(
  dependencies: Dependencies,
  event: Omit<PullRequestEvent, "kind" | "number" | "headSha">,
  pullRequest: PullRequest,
  choice: Pick<Choice, "isRecorded" | "only">,
): Promise<void> {
  const { github } = dependencies;
  const head = await github.contents.commit(referenceOf(event), pullRequest.headSha);
  const occasion = occasionOfPullRequest(dependencies, event, pullRequest, head?.message);
  const results = await startRuns(dependencies, occasion, choice);
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

/** So long after a release was published its tag may yet appear. */
const tagIsNewMs = 10 * 60_000;

async function receiveRelease(dependencies: Dependencies, event: ReleaseEvent): Promise<void> {
  const reference = referenceOf(event);
  const commit = await dependencies.github.contents.commit(reference, `tags/${event.tag}`);
  if (commit === undefined) {
    const facts = { repository: reference.slug, tag: event.tag, action: event.action };
    // Right after its publication not all of GitHub's machines have the tag: that is no release without one.
    if (dependencies.clock() - Date.parse(event.publishedAt ?? "") < tagIsNewMs)
      throw new GitHubError(
        `failed to read tag ${event.tag} of ${reference.slug}: GitHub does not have it yet`,
        {
          retryable: true,
        },
      );
    // A draft has no tag yet, and a deleted release may have lost it.
    dependencies.log.info(facts, "a release without a tag starts nothing");
    return;
  }
  await startRuns(dependencies, occasionOfRelease(event, commit.sha));
}

async function wakeRuns(dependencies: Dependencies, repositoryId: number, number: number): Promise<void> {
  for (const run of await runsOfPullRequest(dependencies.engine, repositoryId, number))
    dependencies.wake(run.key);
}
