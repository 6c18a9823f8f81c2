import type { CommentEvent, PullRequest } from "../../policy/event.js";
import type { Dependencies } from "../dependencies.js";
import { referenceOf } from "../occasion.js";

/** Why the comment's author may not have seen the present head; undefined when the head was there before the comment. */
export async function headUnseen(
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
