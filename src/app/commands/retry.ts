import { escapeMarkdown } from "../../lib/text.js";
import { isFinished } from "../../run/phases.js";
import { notYetRetried } from "../../run/attempts.js";
import { retryRun } from "../retry-run.js";
import { runsOfCommit } from "../runs-of.js";
import type { CommandModule } from "./command-module.js";

export const retry: CommandModule = {
  usage: "/retry",
  does: "runs again what has failed or was cancelled on this commit.",
  for: "writer",
  onHead: true,
  async obey({ dependencies, event, reference, pullRequest }) {
    const all = await runsOfCommit(dependencies.engine, event.repository.id, pullRequest.headSha, {
      finished: true,
    });
    const own = all.filter(({ facts }) => facts?.pullRequest?.number === event.number);
    // The same comment, delivered again, asks for no third attempt.
    const isDone = own.some(({ facts }) => facts?.retriedBy === event.commentId);
    const ended = notYetRetried(own, event.commentId).filter(
      ({ phase }) => isFinished(phase) && phase !== "Succeeded",
    );
    const refused: string[] = [];
    for (const run of ended) {
      const asking = { reference, repository: event.repository, by: event.commentId };
      const started = await retryRun(dependencies, asking, run);
      if (started?.key === undefined) refused.push(run.facts?.manifest ?? run.key.name);
    }
    if (ended.length === 0 && !isDone)
      return "Nothing of this commit has failed, so there is nothing to run again.";
    if (refused.length === 0) return undefined;
    return `Not run again, as their checks say: ${refused.map((name) => escapeMarkdown(name)).join(", ")}.`;
  },
};
