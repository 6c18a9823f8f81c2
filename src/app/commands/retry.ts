import { escapeMarkdown } from "../../lib/text.js";
import { isFinished } from "../../run/phases.js";
import { newestAttempts, retryRun } from "../retry-run.js";
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
    const own = newestAttempts(all.filter(({ facts }) => facts?.pullRequest?.number === event.number));
    const ended = own.filter(({ phase }) => isFinished(phase) && phase !== "Succeeded");
    const refused: string[] = [];
    for (const run of ended) {
      const started = await retryRun(dependencies, { reference, repository: event.repository }, run);
      if (started?.key === undefined) refused.push(run.facts?.manifest ?? run.key.name);
    }
    if (ended.length === 0) return "Nothing of this commit has failed, so there is nothing to run again.";
    if (refused.length === 0) return undefined;
    return `Not run again, as their checks say: ${refused.map((name) => escapeMarkdown(name)).join(", ")}.`;
  },
};
