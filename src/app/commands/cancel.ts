import { stopRun } from "../stop-run.js";
import { runsOfPullRequest } from "../runs-of.js";
import type { CommandModule } from "./command-module.js";

export const cancel: CommandModule = {
  usage: "/cancel",
  does: "stops the runs of this pull request.",
  for: "writer",
  onHead: false,
  async obey({ dependencies, event }) {
    const runs = await runsOfPullRequest(dependencies.engine, event.repository.id, event.number);
    for (const run of runs) await stopRun(dependencies, run, { reason: "cancelled", by: event.actor.login });
    return runs.length === 0 ? "Nothing of this pull request is running." : undefined;
  },
};
