import type { CheckPayload } from "./check.js";
import { timestamp } from "./plain.js";

/** A check run that was made beside another one of the same leg: GitHub shows the newer. */
export function renderDouble({
  checkName,
  externalId,
  now,
}: {
  checkName: string;
  /** Of the leg. */
  externalId: string;
  /** Milliseconds since the epoch. */
  now: number;
}): CheckPayload {
  return {
    name: checkName,
    externalId: `${externalId}/double`,
    status: "completed",
    conclusion: "cancelled",
    completedAt: timestamp(now),
    title: "Told in another check of this name",
    summary:
      "Two checks of this run were made, of which one was asked for by a process that died or was held up. The other one goes on telling of it.",
    annotations: [],
    actions: [],
  };
}
