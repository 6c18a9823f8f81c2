import type { Run } from "../../run/read-run.js";
import { commentOf, hasHeard, noteHeard } from "../heard.js";
import { referenceOf } from "../occasion.js";
import { runsOfPullRequest } from "../runs-of.js";
import { isLaterAttempt } from "../../run/attempts.js";
import { stopRun } from "../stop-run.js";
import type { CommandContext, CommandModule } from "./command-module.js";

export const cancel: CommandModule = {
  usage: "/cancel",
  does: "stops the runs of this pull request.",
  for: "writer",
  onHead: false,
  async obey(context) {
    const { dependencies, event, begun } = context;
    const all = await runsOfPullRequest(dependencies.engine, event.repository.id, event.number);
    const later = await startedLater(context, all);
    const runs = all.filter((run) => !later(run));
    for (const run of runs) await noteHeard(dependencies, run.key, event.commentId);
    await stopAll(context, runs);
    if (runs.length > 0 || begun.length > 0) return undefined;
    if (all.length > 0) return "What runs now was started after your comment: nothing was stopped.";
    return "Nothing of this pull request is running.";
  },
  finish: (context) => stopAll(context, context.begun),
};

async function stopAll({ dependencies, event }: CommandContext, runs: readonly Run[]): Promise<void> {
  for (const run of runs)
    if (run.stopped === undefined)
      await stopRun(dependencies, run, { reason: "cancelled", by: event.actor.login });
}

/**
 * Tells what nobody can have meant by the comment: runs of a commit that was pushed after it, that a later comment asked
 * for, or that are another attempt of what it has stopped. Where GitHub does not say when a commit was pushed, that was
 * before, for stopping must not wait for GitHub; unless an earlier delivery has noted what was meant.
 */
async function startedLater(
  { dependencies, event, pullRequest, begun }: CommandContext,
  runs: readonly Run[],
): Promise<(run: Run) => boolean> {
  const { pullRequests } = dependencies.github;
  const pushedLater = new Set<string>();
  for (const sha of new Set(runs.map(({ facts }) => facts?.headSha ?? ""))) {
    const push = await pullRequests
      .lastPush(referenceOf(event), pullRequest.headRef, sha)
      .catch(() => undefined);
    const isLater = push === undefined ? begun.length > 0 : Date.parse(push.at) > Date.parse(event.createdAt);
    if (isLater) pushedLater.add(sha);
  }
  return (run) =>
    !hasHeard(run, event.commentId) &&
    (pushedLater.has(run.facts?.headSha ?? "") ||
      (commentOf(run.facts) ?? 0) > event.commentId ||
      begun.some((earlier) => isLaterAttempt(run, earlier)));
}
