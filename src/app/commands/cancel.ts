import type { Run } from "../../run/read-run.js";
import { commentOf, noteHeard } from "../heard.js";
import { referenceOf } from "../occasion.js";
import { runsOfPullRequest } from "../runs-of.js";
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
    const later = await startedLater(context);
    const runs = all.filter((run) => !later(run));
    for (const run of runs) {
      await noteHeard(dependencies, run.key, event.commentId);
      await stopRun(dependencies, run, { reason: "cancelled", by: event.actor.login });
    }
    if (runs.length > 0 || begun.length > 0) return undefined;
    if (all.length > 0) return "What runs now was started after your comment: nothing was stopped.";
    return "Nothing of this pull request is running.";
  },
};

/**
 * Tells what nobody can have meant by the comment: runs of a head that was pushed after it, or that a later comment asked
 * for. Where GitHub does not say when the head was pushed, it was before: stopping must not wait for that.
 */
async function startedLater({ dependencies, event, pullRequest }: CommandContext) {
  const { headRef, headSha } = pullRequest;
  const push = await dependencies.github.pullRequests
    .lastPush(referenceOf(event), headRef, headSha)
    .catch(() => undefined);
  const isNew = push !== undefined && Date.parse(push.at) > Date.parse(event.createdAt);
  return ({ facts }: Run): boolean =>
    (isNew && facts?.headSha === headSha) || (commentOf(facts) ?? 0) > event.commentId;
}
