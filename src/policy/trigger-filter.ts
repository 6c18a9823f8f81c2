import { TriggerFault } from "./trigger-fault.js";

/** Filters of one event; patterns as in GitHub Actions. `X` and `XIgnore` never stand together. */
export interface EventFilter {
  branches?: string[];
  branchesIgnore?: string[];
  tags?: string[];
  tagsIgnore?: string[];
  paths?: string[];
  pathsIgnore?: string[];
  /** Of a pull request: Sluice's own filters, with the same patterns. One label that matches is enough. */
  labels?: string[];
  labelsIgnore?: string[];
}

/** The activity types that GitHub Actions knows of each event, those first that start without `types`. */
export const activities = {
  pull_request: (
    "opened synchronize reopened assigned unassigned labeled unlabeled edited closed converted_to_draft locked " +
    "unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested " +
    "review_request_removed auto_merge_enabled auto_merge_disabled"
  ).split(" "),
  merge_group: ["checks_requested"],
  release: ["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"],
} as const;

export const defaultTypes = ["opened", "synchronize", "reopened"];

type Subject = "branches" | "tags" | "paths" | "types" | "labels";
const ignoreKey = {
  branches: "branchesIgnore",
  tags: "tagsIgnore",
  paths: "pathsIgnore",
  labels: "labelsIgnore",
} as const;

/** Reads one event's filters; throws a TriggerFault at what Actions would not take either. */
export function readFilter(
  event: string,
  value: unknown,
  subjects: readonly Subject[],
): { filter: EventFilter; types: string[] | undefined } {
  const filter: EventFilter = {};
  let types: string[] | undefined;
  for (const [key, entry] of Object.entries(readMap(event, value))) {
    const subject = subjects.find((name) => key === name || (name !== "types" && key === `${name}-ignore`));
    if (subject === undefined) {
      const known = subjects.flatMap((name) => (name === "types" ? [name] : [name, `${name}-ignore`]));
      throw new TriggerFault(
        `\`${event}\` has no filter \`${key}\`.`,
        `Its filters are ${known.join(", ")}.`,
      );
    }
    const words = readWords(`${event}.${key}`, entry);
    if (subject === "types") types = readTypes(event, words);
    else if (key === subject) filter[subject] = readPatterns(`${event}.${key}`, words);
    else filter[ignoreKey[subject]] = words;
  }
  rejectPairs(event, filter);
  return { filter, types };
}

export function readMap(event: string, value: unknown): object {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value;
  throw new TriggerFault(
    `\`${event}\` must hold filters.`,
    `Write \`${event}: {}\` for all of them, or e.g. \`${event}: { branches: [main] }\`.`,
  );
}

/** One text or a list of texts; an empty list is a fault, as it would match nothing. */
export function readWords(name: string, value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const words = list.filter((word): word is string => typeof word === "string" && word !== "");
  if (words.length === list.length && words.length > 0) return words;
  throw new TriggerFault(
    `\`${name}\` must be a list of texts.`,
    "Put numbers and empty texts in quotes, or leave it out.",
  );
}

/** `event` is a key of `activities`. */
export function readTypes(event: string, words: string[]): string[] {
  const known: readonly string[] = activities[event as keyof typeof activities];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown === undefined) return words;
  throw new TriggerFault(
    `\`${unknown}\` is not an activity of ${event}.`,
    `Usual are ${known.slice(0, 3).join(", ")}.`,
  );
}

function readPatterns(name: string, words: string[]): string[] {
  if (words.some((word) => !word.startsWith("!"))) return words;
  throw new TriggerFault(
    `\`${name}\` only takes away, so it matches nothing.`,
    "Put a pattern without `!` first, or use the `-ignore` filter.",
  );
}

function rejectPairs(event: string, filter: EventFilter): void {
  for (const subject of ["branches", "tags", "paths", "labels"] as const) {
    if (filter[subject] === undefined || filter[ignoreKey[subject]] === undefined) continue;
    throw new TriggerFault(
      `\`${event}\` has both \`${subject}\` and \`${subject}-ignore\`.`,
      `Use \`${subject}\` alone, with \`!\` before what to leave out.`,
    );
  }
}
