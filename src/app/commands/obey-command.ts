import { mayCommand } from "../../policy/authorize.js";
import { parseCommand, type Command } from "../../policy/command.js";
import type { CommentEvent, Permission } from "../../policy/event.js";
import type { Run } from "../../run/read-run.js";
import type { Dependencies } from "../dependencies.js";
import { hasHeard } from "../heard.js";
import { referenceOf } from "../occasion.js";
import { GitHubError, type Reaction, type StoredReaction } from "../ports.js";
import { runsOfPullRequest } from "../runs-of.js";
import type { CommandContext, CommandModule } from "./command-module.js";
import { headUnseen } from "./head-unseen.js";
import { commands } from "./table.js";

/** Put on a comment when all is done: the same comment, delivered again, is then left alone. */
const ends: readonly Reaction[] = ["rocket", "-1", "confused"];

interface Answer {
  said: string | undefined;
  end: Reaction;
}

/** Which reaction was to follow is not known any more; the reply says what became of it. */
const replied: Answer = { said: undefined, end: "confused" };

/** Obeys a command in a comment: a reaction first, then at most one reply. Who may is asked of GitHub now. */
export async function obeyCommand(dependencies: Dependencies, event: CommentEvent): Promise<void> {
  if (event.actor.type !== "User") return;
  const command = parseCommand(event.body);
  if (command === undefined) return;
  const { comments } = dependencies.github;
  const reference = referenceOf(event);
  const seen = await comments.reactions(reference, event.commentId);
  if (seen.some(({ content }) => ends.some((end) => end === content))) return;
  await claim(dependencies, event, seen);
  const reply = { to: event.commentId, since: event.createdAt };
  // The reply comes last: who came before had done all else.
  const isDone =
    seen.some(({ content }) => content === "eyes") &&
    (await comments.hasReply(reference, event.number, reply));
  const { said, end } = isDone ? replied : await answer(dependencies, event, command);
  if (said !== undefined) await comments.reply(reference, event.number, { ...reply, markdown: said });
  await comments.react(reference, event.commentId, end);
}

/** Less than `firstWaitMs`: who comes again then finds the comment free. */
export const claimMs = 45_000;

/**
 * Sees to it that one delivery of a comment is worked on at a time, whichever replicas they come to: GitHub has the
 * reaction once. Rejects when another is at work. One that has not ended it in time has died, or its answer was lost.
 */
async function claim(
  { github, clock }: Dependencies,
  event: CommentEvent,
  seen: readonly StoredReaction[],
): Promise<void> {
  const { commentId } = event;
  const { comments } = github;
  const reference = referenceOf(event);
  const taken = seen.find(({ content }) => content === "eyes");
  const isFree =
    taken === undefined ||
    (clock() - Date.parse(taken.createdAt) >= claimMs &&
      (await comments.unreact(reference, commentId, taken.id)));
  if (isFree && (await comments.react(reference, commentId, "eyes"))) return;
  throw new GitHubError(`comment ${commentId} of ${reference.slug} is being obeyed`, { retryable: true });
}

async function answer(
  dependencies: Dependencies,
  event: CommentEvent,
  command: Command | { hint: string },
): Promise<Answer> {
  if ("hint" in command) return { said: command.hint, end: "confused" };
  const module = commands[command.name];
  const reference = referenceOf(event);
  const permission = await dependencies.github.permissions.of(reference, event.actor);
  const facts = { repository: reference.slug, number: event.number, command: command.name };
  const who = { ...facts, actor: event.actor.login, permission };
  const refuse = (answered: Answer): Answer => {
    dependencies.log.info({ ...who, refused: answered.said }, "command");
    return answered;
  };
  const begun = await begunBy(dependencies, event);
  const denial = denialOf(module, command, permission);
  if (denial !== undefined && begun.length === 0) return refuse(denial);
  const pullRequest = await dependencies.github.pullRequests.get(reference, event.number);
  const context = { dependencies, event, reference, command, pullRequest, begun };
  const refusal = denial ?? (await refusalOf(context, module));
  if (refusal === undefined) {
    dependencies.log.info(who, "command");
    return { said: await module.obey(context), end: "rocket" };
  }
  if (begun.length === 0) return refuse(refusal);
  // It was obeyed when it might be: to refuse it now would be a lie.
  dependencies.log.info({ ...who, runs: begun.map(({ key }) => key.name) }, "command, begun before");
  await module.finish?.(context);
  return { said: undefined, end: "rocket" };
}

/** See `CommandContext.begun`. */
async function begunBy({ engine }: Dependencies, event: CommentEvent): Promise<Run[]> {
  const runs = await runsOfPullRequest(engine, event.repository.id, event.number, {
    finished: true,
    outline: true,
  });
  return runs.filter((run) => hasHeard(run, event.commentId));
}

function denialOf(module: CommandModule, { name }: Command, permission: Permission): Answer | undefined {
  if (isFor(module, permission)) return undefined;
  return {
    said: `\`/${name}\` needs write permission on this repository; you have ${permission}.`,
    end: "-1",
  };
}

/** Why a command may not be obeyed now by somebody who may; undefined when it may. */
async function refusalOf(
  { dependencies, event, command, pullRequest }: CommandContext,
  module: CommandModule,
): Promise<Answer | undefined> {
  if (module.for === "writer" && pullRequest.state !== "open")
    return { said: "The pull request is not open, so there is nothing to do.", end: "confused" };
  const unseen = module.onHead ? await headUnseen(dependencies, event, pullRequest) : undefined;
  if (unseen !== undefined)
    return { said: `\`/${command.name}\` was not obeyed: ${unseen}`, end: "confused" };
  return undefined;
}

function isFor(module: CommandModule, permission: Permission): boolean {
  return module.for === "reader" ? permission !== "none" : mayCommand(permission);
}
