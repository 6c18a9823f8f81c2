import { createHash } from "node:crypto";
import type { Occasion } from "./occasion.js";

/** What a check without a run reports. */
export type ReportKind = "problems" | "refused" | "skipped";

/** Longer ones leave out what they were made for: nobody can ask for them again, but each is told from the others. */
const longest = 200;

/**
 * The external id of a check that has no run: the same report of the same occasion has the same. It says what it was made
 * for, so that "Re-run" can look again. `again` tells a report that was asked for from the one before.
 */
export function reportId(kind: ReportKind, text: string, occasion: Occasion, again?: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([text, again]))
    .digest("hex")
    .slice(0, 16);
  const whole = `${kind}/${hash}#${causeOf(occasion)}`;
  return whole.length <= longest ? whole : `${kind}/${hash}`;
}

/** What started it, where that is enough to begin anew: comments are commanded again, schedules come again. */
export type Cause =
  | { event: "push"; ref: string }
  | { event: "pull_request"; number: number }
  | { event: "release"; id: number; action: string; tag: string };

function causeOf({ event, trigger, ref, pullRequest }: Occasion): string {
  if (event === "push") return `push:${ref}`;
  if (event === "pull_request") return `pull_request:${pullRequest?.number ?? 0}`;
  if (event === "release") return `${trigger}:${ref}`;
  return event;
}

/** Undefined for the id of a run's check, and for a report that only its own event can bring again. */
export function readCause(externalId: string): Cause | undefined {
  const match = /^(?:problems|refused|skipped)\/[0-9a-f]{16}#(\w+):(.+)$/s.exec(externalId);
  const [, event, rest = ""] = match ?? [];
  if (event === "push" && rest.startsWith("refs/")) return { event, ref: rest };
  if (event === "pull_request" && /^[1-9]\d*$/.test(rest)) return { event, number: Number(rest) };
  const release = /^(\d+):(\w+):refs\/tags\/(.+)$/s.exec(rest);
  if (event !== "release" || release === null) return undefined;
  const [, id, action = "", tag = ""] = release;
  return { event, id: Number(id), action, tag };
}
