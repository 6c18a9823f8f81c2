import { trustOfPullRequest } from "../../policy/trust.js";
import { occasionOfPullRequest } from "../occasion.js";
import { withdrawRefusal } from "../report-unstarted.js";
import { startRuns } from "../start-runs.js";
import type { CommandModule } from "./command-module.js";

export const okToTest: CommandModule = {
  usage: "/ok-to-test SHA",
  does: "runs this commit of a fork, where the server's configuration lets forks run: without Secrets.",
  for: "writer",
  onHead: false,
  async obey({ dependencies, event, reference, pullRequest, command }) {
    const named = (command.target ?? "").toLowerCase();
    const { headSha } = pullRequest;
    if (headSha !== named) {
      if (headSha.startsWith(named))
        return `Name the whole commit, so that it is this one only: \`${headSha}\`.`;
      return `\`${named}\` is not the head of this pull request any more: that is \`${headSha}\`. Look at that one first.`;
    }
    const { forks } = dependencies.policyOf(reference.slug);
    const facts = { pullRequest, engine: dependencies.engine.kind, forks, okToTest: named };
    const trust = trustOfPullRequest(facts);
    if (trust.level === "trusted")
      return "The branch is in this repository, so its commits run without this.";
    if (trust.level === "refused") return trust.reason;
    const occasion = occasionOfPullRequest(
      dependencies,
      { ...event, action: "synchronize" },
      pullRequest,
      undefined,
    );
    const asked = { ...occasion, okToTest: named };
    await startRuns(dependencies, asked);
    await withdrawRefusal(dependencies, asked);
    return undefined;
  },
};
