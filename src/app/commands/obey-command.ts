import { mayCommand } from "../../policy/authorize.js";
import { parseCommand, type Command } from "../../policy/command.js";
import type { CommentEvent, Permission, PullRequest } from "../../policy/event.js";
import type { Dependencies } from "../dependencies.js";
import { referenceOf } from "../occasion.js";
import { GitHubError, type Reaction, type StoredReaction } from "../ports.js";
import type { CommandModule } from "./command-module.js";
import { commands } from "./table.js";

/** Put on a comment when all is done: the same comment, delivered again, is then left alone. */
const ends: readonly Reaction[] = ["rocket", "-1", "confused"];

interface Answer {
  said: string | undefined;
  end: Reaction;
}

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
  const { said, end } = await answer(dependencies, event, command);
  const reply = { to: event.commentId, since: event.createdAt };
  if (said !== undefined) await comments.reply(reference, event.number, { ...reply, markdown: said });
  await comments.react(reference, event.commentId, end);
}

/** Less than GitHub is asked again for a delivery without an effect. */
const claimMs = 45_000;

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
  const { permissions, pullRequests } = dependencies.github;
  const reference = referenceOf(event);
  const permission = await permissions.of(reference, event.actor);
  const facts = { repository: reference.slug, number: event.number, command: command.name };
  const refuse = (said: string, end: Reaction = "-1"): Answer => {
    dependencies.log.info({ ...facts, actor: event.actor.login, permission, refused: said }, "command");
    return { said, end };
  };
  if (!isFor(module, permission))
    return refuse(`\`/${command.name}\` needs write permission on this repository; you have ${permission}.`);
  const pullRequest = await pullRequests.get(reference, event.number);
  if (module.for === "writer" && pullRequest.state !== "open")
    return refuse("The pull request is not open, so there is nothing to do.", "confused");
  const unseen = module.onHead ? await headUnseen(dependencies, event, pullRequest) : undefined;
  if (unseen !== undefined) return refuse(`\`/${command.name}\` was not obeyed: ${unseen}`, "confused");
  dependencies.log.info({ ...facts, actor: event.actor.login, permission }, "command");
  const said = await module.obey({ dependencies, event, reference, command, pullRequest });
  return { said, end: "rocket" };
}

function isFor(module: CommandModule, permission: Permission): boolean {
  return module.for === "reader" ? permission !== "none" : mayCommand(permission);
}

/** Why the comment's author may not have seen the present head; undefined when the head was there before the comment. */
async function headUnseen(
  { github }: Dependencies,
  event: CommentEvent,
  { headRef, headSha }: PullRequest,
): Promise<string | undefined> {
  const push = await github.pullRequests.lastPush(referenceOf(event), headRef, headSha);
  const head = headSha.slice(0, 12);
  if (push === undefined)
    return `GitHub does not tell when \`${head}\` was pushed, so whether you saw it is not known. Try again in a moment.`;
  if (Date.parse(push.at) <= Date.parse(event.createdAt)) return undefined;
  return `\`${head}\` was pushed after your comment. Look at that one, then say it again.`;
}
