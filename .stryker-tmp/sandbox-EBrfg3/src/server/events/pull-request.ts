import { z } from "zod";
import type { PullRequestEvent } from "../../policy/event.js";
import { common, Common } from "./payload.js";

const Payload = Common.extend({
  action: z.string(),
  number: z.number().int(),
  pull_request: z.object({ head: z.object({ sha: z.string() }) }),
});

export function pullRequest(payload: unknown): PullRequestEvent {
  const parsed = Payload.parse(payload);
  const { action, number } = parsed;
  return { kind: "pull_request", ...common(parsed), action, number, headSha: parsed.pull_request.head.sha };
}
