import { mayCommand } from "../policy/authorize.js";
import { parseCommand, type Command } from "../policy/command.js";
import type { CommentEvent, PullRequest } from "../policy/event.js";
import type { GateDecision } from "../policy/gate.js";
import { openGates } from "../run/gates.js";
import { escapeMarkdown } from "../lib/text.js";
import type { Dependencies } from "./dependencies.js";
import { occasionOfComment, referenceOf } from "./occasion.js";
import { stopRun } from "./reconcile-run.js";
import type { Reaction } from "./ports.js";
import { runsOfPullRequest } from "./runs-of.js";
import { startRuns } from "./start-runs.js";

const help = [
  "`/apply` opens a waiting gate when the pull request satisfies it; else it starts the manifests that listen to it.",
  "`/cancel` stops the runs of this pull request.",
].join("\n\n");

/** Put on a comment when all is done: the same comment, delivered again, is then left alone. */
const ends: readonly Reaction[] = ["rocket", "-1", "confused"];

/** Obeys a command in a comment: a reaction first, then at most one reply. Who may is asked of GitHub now. */
export async function obeyCommand(dependencies: Dependencies, event: CommentEvent): Promise<void> {
  if (event.actor.type !== "User") return;
  const command = parseCommand(event.body);
  if (command === undefined) return;
  const { comments } = dependencies.github;
  const reference = referenceOf(event);
  const seen = await comments.reactions(reference, event.commentId);
  if (ends.some((reaction) => seen.includes(reaction))) return;
  await comments.react(reference, event.commentId, "eyes");
  const { said, end } = await answer(dependencies, event, command);
  if (said !== undefined) await comments.reply(reference, event.number, said);
  await comments.react(reference, event.commentId, end);
}

async function answer(
  dependencies: Dependencies,
  event: CommentEvent,
  command: Command | { hint: string },
): Promise<{ said: string | undefined; end: Reaction }> {
  if ("hint" in command) return { said: command.hint, end: "confused" };
  const { permissions, pullRequests } = dependencies.github;
  const reference = referenceOf(event);
  const permission = await permissions.of(reference, event.actor.login);
  const facts = {
    repository: reference.slug,
    number: event.number,
    command: command.name,
    actor: event.actor.login,
  };
  dependencies.log.info({ ...facts, permission, obeyed: mayCommand(permission) }, "command");
  if (!mayCommand(permission)) {
    const said = `\`/${command.name}\` needs write permission on this repository; you have ${permission}.`;
    return { said, end: "-1" };
  }
  const pullRequest = await pullRequests.get(reference, event.number);
  return { said: await obey(dependencies, event, command, pullRequest), end: "rocket" };
}

/** What to answer with; undefined when the checks say it all. */
async function obey(
  dependencies: Dependencies,
  event: CommentEvent,
  command: Command,
  pullRequest: PullRequest,
): Promise<string | undefined> {
  if (command.name === "help") return help;
  if (pullRequest.state !== "open") return "The pull request is not open, so there is nothing to do.";
  if (command.name === "cancel") return cancel(dependencies, event);
  return apply(dependencies, event, command, pullRequest);
}

async function cancel(dependencies: Dependencies, event: CommentEvent): Promise<string | undefined> {
  const runs = await runsOfPullRequest(dependencies.engine, event.repository.id, event.number);
  for (const run of runs) await stopRun(dependencies, run, { reason: "cancelled", by: event.actor.login });
  return runs.length === 0 ? "Nothing of this pull request is running." : undefined;
}

async function apply(
  dependencies: Dependencies,
  event: CommentEvent,
  command: Command,
  pullRequest: PullRequest,
): Promise<string | undefined> {
  const runs = await runsOfPullRequest(dependencies.engine, event.repository.id, event.number);
  const waiting = runs.filter(
    (run) => run.facts?.headSha === pullRequest.headSha && openGates(run).length > 0,
  );
  if (waiting.length > 0 && Object.keys(command.arguments).length > 0) {
    return "A gate waits, and its run has its parameters already: `/apply` alone opens it, nothing was done.";
  }
  if (waiting.length > 0)
    return openWaiting(
      dependencies,
      waiting.map(({ key }) => key),
    );
  const occasion = occasionOfComment(dependencies, event, pullRequest, command);
  const results = await startRuns(dependencies, occasion);
  if (results.some(({ result }) => result !== "no")) return undefined;
  const running = runs.some((run) => run.facts?.headSha === pullRequest.headSha);
  if (running) return "The runs of this commit have no gate that waits now; see their checks.";
  const why = results.map(
    ({ manifest, reason }) => `- ${escapeMarkdown(manifest)}: ${escapeMarkdown(reason)}`,
  );
  if (why.length === 0) return "There are no manifests in `.workflows/` at this commit.";
  return `No gate waits, and no manifest listens to \`/apply\`:\n\n${why.join("\n")}`;
}

/** Opens nothing by itself: the gates are decided on as always, only now. */
async function openWaiting(
  dependencies: Dependencies,
  keys: { namespace: string; name: string }[],
): Promise<string | undefined> {
  const reasons: string[] = [];
  for (const key of keys) {
    const { run, decisions, released } = await dependencies.reconcile(key);
    dependencies.wake(key);
    if (released || run === undefined) continue;
    for (const [id, decision] of decisions) {
      const gate = run.nodes.get(id)?.displayName ?? id;
      if (decision.state === "waiting") reasons.push(describe(gate, decision));
    }
  }
  return reasons.length === 0 ? undefined : `The gate stays closed.\n\n${reasons.join("\n")}`;
}

function describe(gate: string, { reasons, ignored }: GateDecision): string {
  const lines = [...reasons, ...ignored.map(({ reason }) => reason)].map(
    (text) => `  - ${escapeMarkdown(text)}`,
  );
  return [`- ${escapeMarkdown(gate)}:`, ...lines].join("\n");
}
