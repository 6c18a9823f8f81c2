import { forkRefusal } from "../../policy/authorize.js";
import type { CommandModule } from "./command-module.js";

export const okToTest: CommandModule = {
  usage: "/ok-to-test SHA",
  does: "answers whether this commit of a fork can be run, and what to do instead.",
  for: "writer",
  onHead: false,
  obey({ dependencies, pullRequest, command }) {
    const named = (command.target ?? "").toLowerCase();
    if (!pullRequest.headSha.startsWith(named)) {
      const head = pullRequest.headSha.slice(0, 12);
      return Promise.resolve(
        `\`${named}\` is not the head of this pull request any more: that is \`${head}\`. Look at that one first.`,
      );
    }
    const refusal = forkRefusal(pullRequest, dependencies.engine.kind);
    return Promise.resolve(refusal ?? "The branch is in this repository, so its commits run without this.");
  },
};
