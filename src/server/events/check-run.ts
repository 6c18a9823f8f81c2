import { z } from "zod";
import type { CheckRunEvent } from "../../policy/event.js";
import { common, Common, type Delivery } from "./payload.js";

const Payload = Common.extend({
  action: z.string(),
  check_run: z.object({
    id: z.number().int(),
    name: z.string(),
    external_id: z.string().nullable(),
    head_sha: z.string(),
  }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
});

/** Only what a person asked for; GitHub sends these two to the App that owns the check run. */
export function checkRun(payload: unknown, { id, receivedAt }: Delivery): CheckRunEvent | undefined {
  const parsed = Payload.parse(payload);
  const { action } = parsed;
  if (action !== "rerequested" && action !== "requested_action") return undefined;
  return {
    kind: "check_run",
    ...common(parsed),
    action,
    checkRunId: parsed.check_run.id,
    checkName: parsed.check_run.name,
    externalId: parsed.check_run.external_id ?? "",
    headSha: parsed.check_run.head_sha,
    delivery: id,
    receivedAt,
    ...(parsed.requested_action ? { identifier: parsed.requested_action.identifier } : {}),
  };
}
