import { z } from "zod";
import type { CommentEvent } from "../../policy/event.js";
import { common, Common } from "./payload.js";

const Payload = Common.extend({
  action: z.string(),
  issue: z.object({ number: z.number().int(), pull_request: z.object({}).nullish() }),
  comment: z.object({ id: z.number().int(), body: z.string(), created_at: z.string() }),
});

/** Only new comments on pull requests: an edited comment must not act, its text may be another's. */
export function issueComment(payload: unknown): CommentEvent | undefined {
  const parsed = Payload.parse(payload);
  if (parsed.action !== "created" || !parsed.issue.pull_request) return undefined;
  return {
    kind: "comment",
    ...common(parsed),
    number: parsed.issue.number,
    commentId: parsed.comment.id,
    body: parsed.comment.body,
    createdAt: parsed.comment.created_at,
  };
}
