import { z } from "zod";
import type { PushEvent } from "../../policy/event.js";
import { common, Common } from "./payload.js";

const Payload = Common.extend({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  created: z.boolean(),
  deleted: z.boolean(),
  forced: z.boolean(),
  head_commit: z.object({ message: z.string() }).nullish(),
});

export function push(payload: unknown): PushEvent {
  const parsed = Payload.parse(payload);
  const { ref, before, after, created, deleted, forced } = parsed;
  const headMessage = parsed.head_commit?.message ?? "";
  return { kind: "push", ...common(parsed), ref, before, after, created, deleted, forced, headMessage };
}
