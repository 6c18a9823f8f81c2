import { escapeMarkdown } from "../../lib/text.js";
import type { Explanation } from "../../policy/explain.js";
import { explainOccasion } from "../explain-occasion.js";
import { occasionOfComment, occasionOfPullRequest } from "../occasion.js";
import type { CommandContext, CommandModule } from "./command-module.js";
import { describeGate, waitingRuns } from "./gates.js";

export const explain: CommandModule = {
  usage: "/explain",
  does: "says what each manifest does with this pull request and why, and what its gates wait for.",
  for: "reader",
  onHead: false,
  async obey(context) {
    const { dependencies, event, pullRequest, reference } = context;
    const head = await dependencies.github.contents.commit(reference, pullRequest.headSha);
    const pushed = occasionOfPullRequest(
      dependencies,
      { ...event, action: "synchronize" },
      pullRequest,
      head?.message,
    );
    const applied = occasionOfComment(dependencies, event, pullRequest, "apply");
    const sections = [
      list("A push to this pull request", await explainOccasion(dependencies, pushed)),
      list("`/apply`", await explainOccasion(dependencies, applied)),
      await gates(context),
    ];
    return sections.filter((section) => section !== "").join("\n\n");
  },
};

const words: Record<Explanation["result"], string> = {
  run: "runs",
  skipped: "is skipped",
  problems: "does not run",
  no: "does not run",
};

function list(what: string, explanations: Explanation[]): string {
  if (explanations.length === 0) return `${what}: there are no manifests in \`.workflows/\` at this commit.`;
  const lines = explanations.map(
    ({ manifest, result, reason }) =>
      `- ${escapeMarkdown(manifest)} ${words[result]}: ${escapeMarkdown(reason)}`,
  );
  return `${what}:\n\n${lines.join("\n")}`;
}

async function gates(context: CommandContext): Promise<string> {
  const lines: string[] = [];
  for (const { key } of await waitingRuns(context)) {
    const { run, decisions } = await context.dependencies.reconcile(key);
    context.dependencies.wake(key);
    for (const [id, decision] of decisions)
      lines.push(describeGate(run?.nodes.get(id)?.displayName ?? id, decision));
  }
  return lines.length === 0 ? "" : `Gates that wait:\n\n${lines.join("\n")}`;
}
