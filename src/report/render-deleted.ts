import type { CheckPayload } from "./check.js";
import { timestamp } from "./plain.js";

/** The check of a run whose Workflow object was deleted before it had ended: nothing will ever finish it. */
export function renderDeleted({
  checkName,
  externalId,
  now,
}: {
  checkName: string;
  externalId: string;
  /** Milliseconds since the epoch. */
  now: number;
}): CheckPayload {
  const [namespaceAndName = ""] = externalId.split("#");
  return {
    name: checkName,
    externalId,
    status: "completed",
    conclusion: "cancelled",
    completedAt: timestamp(now),
    title: "Deleted before it had ended",
    summary: [
      `The Workflow object \`${namespaceAndName.replace(/[^\w./-]/g, "")}\` of this run was deleted in the cluster, so the run cannot go on.`,
      "**What to do:** push again, or close and reopen the pull request, to start a new run.",
    ].join("\n\n"),
    annotations: [],
    actions: [],
  };
}
