import { escapeMarkdown } from "../../lib/text.js";
import { occasionOfRun } from "../occasion.js";
import { startRuns } from "../start-runs.js";
import type { CommandModule } from "./command-module.js";

export const run: CommandModule = {
  usage: "/run NAME [key=value]",
  does: "starts the manifest NAME of this commit, if it listens to `dispatch`, with these parameters.",
  for: "writer",
  onHead: true,
  async obey({ dependencies, event, pullRequest, command }) {
    const name = command.target ?? "";
    const occasion = occasionOfRun(dependencies, event, pullRequest, name);
    const results = await startRuns(
      dependencies,
      { ...occasion, arguments: command.arguments },
      { only: (manifest) => manifest.name === name },
    );
    const [first] = results;
    if (first === undefined) return `No manifest of this commit is named ${escapeMarkdown(name)}.`;
    const refused = results.filter(({ result }) => result === "no" || result === "problems");
    if (refused.length < results.length) return undefined;
    const why = first.result === "problems" ? "its check says what is wrong" : first.reason;
    return `${escapeMarkdown(name)} was not started: ${escapeMarkdown(why)}.`;
  },
};
