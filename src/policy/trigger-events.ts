import type { ManifestObject } from "../manifest/argo.js";
import { startable, commandNames } from "./command.js";
import { scheduleFault, type Schedule } from "./schedule.js";
import { TriggerFault } from "./trigger-fault.js";
import {
  activities,
  defaultTypes,
  readFilter,
  readMap,
  readTypes,
  readWords,
  type EventFilter,
} from "./trigger-filter.js";

/**
 * Without `types` a filter brings the activity along that changes its answer: a label that is put on later, a draft
 * that becomes ready.
 */
export function readPullRequest(value: unknown): EventFilter & { types: string[]; drafts?: boolean } {
  const { drafts, ...rest } = readMap("pull_request", value) as { drafts?: unknown };
  if (drafts !== undefined && typeof drafts !== "boolean") {
    throw new TriggerFault(
      "`pull_request.drafts` must be true or false.",
      "`drafts: false` leaves drafts out until they are ready for review.",
    );
  }
  const { filter, types } = readFilter("pull_request", rest, ["branches", "paths", "types", "labels"]);
  const labels = filter.labels !== undefined || filter.labelsIgnore !== undefined;
  const usual = [
    ...defaultTypes,
    ...(drafts === false ? ["ready_for_review"] : []),
    ...(labels ? ["labeled", "unlabeled"] : []),
  ];
  return { ...filter, types: types ?? usual, ...(drafts === undefined ? {} : { drafts }) };
}

/** `[published]`, or `{ types: [published] }`; without types every activity, as in GitHub Actions. */
export function readRelease(value: unknown): { types: string[] } {
  if (Array.isArray(value) || typeof value === "string") {
    return { types: readTypes("release", readWords("release", value)) };
  }
  return { types: readFilter("release", value, ["types"]).types ?? [...activities.release] };
}

/** `['0 4 * * 1-5']`; in UTC, as in GitHub Actions. */
export function readSchedule(value: unknown): Schedule[] {
  // Actions writes `- cron: '...'`.
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const crons = list.map((entry) =>
    typeof entry === "object" && entry !== null && "cron" in entry ? entry.cron : entry,
  );
  return readWords("schedule", crons).map((cron) => checked({ cron }));
}

/** The schedules that a CronWorkflow's own spec has; none while it is suspended. */
export function schedulesOf(object: ManifestObject): Schedule[] {
  if (object.kind !== "CronWorkflow" || object.spec.suspend === true) return [];
  const { schedules, schedule, timezone } = object.spec;
  const crons = [schedules ?? [], schedule ?? []].flat().filter((cron) => typeof cron === "string");
  const zone = typeof timezone === "string" && timezone !== "" ? { timezone } : {};
  return crons.map((cron) => checked({ cron, ...zone }));
}

function checked(schedule: Schedule): Schedule {
  const fault = scheduleFault(schedule);
  if (fault === undefined) return schedule;
  const zone = schedule.timezone === undefined ? "" : ` in ${schedule.timezone}`;
  throw new TriggerFault(
    `The schedule \`${schedule.cron}\`${zone} cannot be followed: ${fault}.`,
    "Write five fields: minute, hour, day of the month, month, day of the week.",
  );
}

export function readDispatch(value: unknown): true {
  const [key] = Object.keys(readMap("dispatch", value));
  if (key === undefined) return true;
  throw new TriggerFault(
    `\`dispatch\` has no filter \`${key}\`.`,
    "Write `dispatch: {}`; the inputs are the workflow's own parameters.",
  );
}

/** The words of commands that start manifests, without their slash; `unknown` is told of words that nobody can say yet. */
export function readComment(value: unknown, unknown: (word: string) => void): string[] {
  const words = readWords("comment", value).map((word) => word.replace(/^\//, "").toLowerCase());
  for (const word of words) {
    if (startable.includes(word)) continue;
    if (!/^[a-z][a-z0-9-]*$/.test(word)) {
      throw new TriggerFault(
        `\`${word}\` is not a command word.`,
        "Write the words without the slash: `[apply]`.",
      );
    }
    if (commandNames.some((name) => name === word)) {
      throw new TriggerFault(`\`/${word}\` is Sluice's own and starts no manifest.`, "Use `apply`.");
    }
    unknown(word);
  }
  return words;
}
