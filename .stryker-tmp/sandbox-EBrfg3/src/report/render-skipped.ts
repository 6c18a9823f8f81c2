import { maskSecrets } from "../lib/mask-secrets.js";
import { escapeMarkdown, truncateBytes } from "../lib/text.js";
import type { CheckPayload } from "./check.js";
import { plainTitle, timestamp } from "./plain.js";

export interface SkippedInput {
  checkName: string;
  /** Why the manifest did not run, one sentence; may quote what people wrote. */
  reason: string;
  externalId: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The check of a manifest that listens to the event but is ruled out: a required check must not hang. */
export function renderSkipped({ checkName, reason, externalId, now }: SkippedInput): CheckPayload {
  const masked = maskSecrets(reason, []);
  return {
    name: checkName,
    externalId,
    status: "completed",
    conclusion: "skipped",
    startedAt: timestamp(now),
    completedAt: timestamp(now),
    title: plainTitle(`Skipped: ${masked}`),
    summary: `${escapeMarkdown(truncateBytes(masked, 4000))}\n\nNothing was run for this commit.`,
    annotations: [],
    actions: [],
  };
}
