import { assertNever } from "../lib/assert-never.js";
import type { Event, PullRequestEvent, PushEvent } from "../policy/event.js";
import { matchTrigger } from "../policy/match.js";
import { parseTrigger } from "../policy/trigger.js";
import { actOnCheck } from "./check-action.js";
import type { Dependencies } from "./dependencies.js";
import { obeyCommand } from "./obey-command.js";
import { occasionOfPullRequest, occasionOfPush, referenceOf } from "./occasion.js";
import { runsOfPullRequest } from "./runs-of.js";
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
    default:
      return assertNever(event, "event");
  }
}

/** Where an open pull request has this head and the manifest listens to it, the pull request's run is the one run. */
async function receivePush(dependencies: Dependencies, event: PushEvent): Promise<void> {
  const occasion = occasionOfPush(dependencies, event);
  if (occasion === undefined) return;
  const isBranch = event.ref.startsWith("refs/heads/");
  const open = isBranch
    ? await dependencies.github.pullRequests.openForCommit(occasion.reference, event.after)
    : [];
  // A fork's pull request, or one of another branch, must not keep this branch's run from starting.
  const pulls = open.filter(
    (pull) => pull.headRepositoryId === event.repository.id && `refs/heads/${pull.headRef}` === event.ref,
  );
  await startRuns(dependencies, occasion, {
    leave: (manifest) =>
      pulls.some(({ baseRef }) => {
        const match = { event: "pull_request", action: "synchronize", baseRef } as const;
        return matchTrigger(parseTrigger(manifest).trigger, match, undefined).result === "run";
      }),
  });
}

async function receivePullRequest(dependencies: Dependencies, event: PullRequestEvent): Promise<void> {
  const pullRequest = await dependencies.github.pullRequests.get(referenceOf(event), event.number);
  await wakeRuns(dependencies, event.repository.id, event.number);
  if (pullRequest.state !== "open") return;
  const occasion = occasionOfPullRequest(dependencies, event, pullRequest);
  const results = await startRuns(dependencies, occasion);
  const started = results.filter(({ key }) => key !== undefined).map(({ manifest }) => manifest);
  await supersede(dependencies, occasion, started);
}

async function wakeRuns(dependencies: Dependencies, repositoryId: number, number: number): Promise<void> {
  for (const run of await runsOfPullRequest(dependencies.engine, repositoryId, number))
    dependencies.wake(run.key);
}
