import { z } from "zod";
import type { CheckSuiteEvent } from "../../policy/event.js";
import { common, Common, type Delivery } from "./payload.js";

const Payload = Common.extend({
  action: z.string(),
  check_suite: z.object({ head_sha: z.string() }),
});

/** Only "Re-run all checks"; GitHub sends it to the App that owns the suite. */
export function checkSuite(payload: unknown, { id }: Delivery): CheckSuiteEvent | undefined {
  const parsed = Payload.parse(payload);
  if (parsed.action !== "rerequested") return undefined;
  return {
    kind: "check_suite",
    ...common(parsed),
    action: parsed.action,
    headSha: parsed.check_suite.head_sha,
    delivery: id,
  };
}
