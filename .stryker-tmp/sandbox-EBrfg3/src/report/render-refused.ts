import { maskSecrets } from "../lib/mask-secrets.js";
import { escapeMarkdown, truncateBytes } from "../lib/text.js";
import type { CheckPayload } from "./check.js";
import { plainTitle, timestamp } from "./plain.js";

export interface RefusedInput {
  checkName: string;
  /** Why Sluice will not run it and what would work. */
  reason: string;
  externalId: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The check of a run that is not allowed: never `neutral` or `skipped`, which would satisfy a required check. */
export function renderRefused({ checkName, reason, externalId, now }: RefusedInput): CheckPayload {
  const masked = maskSecrets(reason, []);
  return {
    name: checkName,
    externalId,
    status: "completed",
    conclusion: "action_required",
    startedAt: timestamp(now),
    completedAt: timestamp(now),
    title: plainTitle(`Not run: ${masked}`),
    summary: `${escapeMarkdown(truncateBytes(masked, 4000))}\n\nNothing was run for this commit.`,
    annotations: [],
    actions: [],
  };
}
