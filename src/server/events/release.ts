import { z } from "zod";
import type { ReleaseEvent } from "../../policy/event.js";
import { common, Common } from "./payload.js";

const Payload = Common.extend({
  action: z.string(),
  release: z.object({
    id: z.number().int(),
    tag_name: z.string(),
    draft: z.boolean(),
    published_at: z.string().nullish(),
  }),
});

export function release(payload: unknown): ReleaseEvent {
  const parsed = Payload.parse(payload);
  const { action, release: about } = parsed;
  return {
    kind: "release",
    ...common(parsed),
    action,
    releaseId: about.id,
    tag: about.tag_name,
    draft: about.draft,
    ...(about.published_at ? { publishedAt: about.published_at } : {}),
  };
}
