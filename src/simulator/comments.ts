import { announceComment } from "./payloads.js";
import type { Account } from "./account.js";
import { nextId, timestamp, type Comment, type PullRequest, type State } from "./state.js";

/** Adds a comment to a pull request's conversation. */
export function addComment(state: State, pull: PullRequest, user: Account, body: string): Comment {
  const now = timestamp(state);
  const comment: Comment = { id: nextId(state), user, body, createdAt: now, updatedAt: now, reactions: [] };
  pull.comments.push(comment);
  pull.updatedAt = now;
  announceComment(state, pull, comment);
  return comment;
}
