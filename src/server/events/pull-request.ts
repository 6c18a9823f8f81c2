import { z } from "zod";
import type { PullRequestEvent } from "../../policy/event.js";
import { common, Common } from "./payload.js";

const Payload = Common.extend({
  action: z.string(),
  number: z.number().int(),
  pull_request: z.object({ head: z.object({ sha: z.string() }) }),
  changes: z.object({ base: z.object({}).optional() }).optional(),
});

export function pullRequest(payload: unknown): PullRequestEvent {
  const parsed = Payload.parse(payload);
  const { number, changes } = parsed;
  // Another base is another diff: what listens to new commits must look at it again.
  const action = parsed.action === "edited" && changes?.base !== undefined ? "synchronize" : parsed.action;
  return { kind: "pull_request", ...common(parsed), action, number, headSha: parsed.pull_request.head.sha };
}
