import { maskerOf } from "../lib/mask-secrets.js";
import type { Run } from "../run/read-run.js";
import type { StepLogs } from "./step-logs.js";

const withheld = "(not shown: it is not known for certain what to mask in it)";

/**
 * Takes out of a text what the steps of a run asked to have masked (`::add-mask::`), or all of it where a log that asked
 * is gone, or asks for more than can be masked. Undefined when there is nothing to take out.
 */
export async function maskOfRun(logs: StepLogs, run: Run): Promise<((text: string) => string) | undefined> {
  const digests = [...(await logs.of(run)).values()];
  const masks = digests.flatMap((digest) => digest.masks);
  const uncertain = masks.length < (run.report.masked ?? 0) || digests.some((digest) => digest.maskedTooMuch);
  if (uncertain) return () => withheld;
  return masks.length === 0 ? undefined : maskerOf(masks);
}
