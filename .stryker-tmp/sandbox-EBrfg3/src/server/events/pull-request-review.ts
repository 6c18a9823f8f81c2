import { z } from "zod";
import type { ReviewEvent } from "../../policy/event.js";
import { common, Common } from "./payload.js";

const Payload = Common.extend({
  action: z.enum(["submitted", "edited", "dismissed"]),
  pull_request: z.object({ number: z.number().int() }),
});

export function pullRequestReview(payload: unknown): ReviewEvent {
  const parsed = Payload.parse(payload);
  return { kind: "review", ...common(parsed), action: parsed.action, number: parsed.pull_request.number };
}
