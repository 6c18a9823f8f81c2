import { escapeMarkdown } from "../../lib/text.js";
import type { Run } from "../../run/read-run.js";
import { noteHeard } from "../heard.js";
import { occasionOfComment } from "../occasion.js";
import { runsOfPullRequest } from "../runs-of.js";
import { startRuns } from "../start-runs.js";
import type { CommandContext, CommandModule } from "./command-module.js";
import { describeGate, waitingRuns } from "./gates.js";

export const apply: CommandModule = {
  usage: "/apply [key=value]",
  does: "opens a waiting gate when the pull request satisfies it; else it starts the manifests that listen to it.",
  for: "writer",
  onHead: true,
  async obey(context) {
    const { dependencies, event, command, begun } = context;
    const waiting = await waitingRuns(context);
    // The same comment, delivered again: it goes on with what it was for, whatever waits by now.
    const told = begun.filter(({ heard }) => heard.includes(event.commentId));
    if (told.length > 0)
      return openWaiting(context, waiting.filter(isAmong(told)), Date.parse(event.createdAt));
    if (begun.length > 0 || waiting.length === 0) return start(context);
    if (Object.keys(command.arguments).length > 0) {
      return "A gate waits, and its run has its parameters already: `/apply` alone opens it, nothing was done.";
    }
    for (const { key } of waiting) await noteHeard(dependencies, key, event.commentId);
    return openWaiting(context, waiting);
  },
};

function isAmong(runs: readonly Run[]): (run: Run) => boolean {
  const uids = new Set(runs.map(({ uid }) => uid));
  return ({ uid }) => uids.has(uid);
}

async function start({
  dependencies,
  event,
  pullRequest,
  command,
}: CommandContext): Promise<string | undefined> {
  const occasion = occasionOfComment(dependencies, event, pullRequest, command.name);
  const results = await startRuns(dependencies, { ...occasion, arguments: command.arguments });
  if (results.some(({ result }) => result !== "no")) return undefined;
  const runs = await runsOfPullRequest(dependencies.engine, event.repository.id, event.number);
  if (runs.some((run) => run.facts?.headSha === pullRequest.headSha))
    return "The runs of this commit have no gate that waits now; see their checks.";
  const why = results.map(
    ({ manifest, reason }) => `- ${escapeMarkdown(manifest)}: ${escapeMarkdown(reason)}`,
  );
  if (why.length === 0) return "There are no manifests in `.workflows/` at this commit.";
  return `No gate waits, and no manifest listens to \`/apply\`:\n\n${why.join("\n")}`;
}

/** Opens nothing by itself: the gates are decided on as always, only now. */
async function openWaiting(
  { dependencies }: CommandContext,
  runs: readonly Run[],
  openedBefore = Infinity,
): Promise<string | undefined> {
  const reasons: string[] = [];
  for (const { key } of runs) {
    const { run, decisions, released } = await dependencies.reconcile(key);
    dependencies.wake(key);
    if (released || run === undefined) continue;
    for (const [id, decision] of decisions) {
      const { displayName: gate = id, startedAt = "" } = run.nodes.get(id) ?? {};
      if (decision.state === "waiting" && !(Date.parse(startedAt) > openedBefore))
        reasons.push(describeGate(gate, decision));
    }
  }
  return reasons.length === 0 ? undefined : `The gate stays closed.\n\n${reasons.join("\n")}`;
}
