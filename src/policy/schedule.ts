import { Cron } from "croner";

/** A cron rule of five fields, or a word such as `@daily`; UTC unless a time zone is named. */
export interface Schedule {
  cron: string;
  timezone?: string;
}

/** What is wrong with a schedule; undefined when it can be followed. */
export function scheduleFault(schedule: Schedule): string | undefined {
  try {
    return cronOf(schedule).nextRun(new Date(0)) === null ? "it is never due" : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
  }
}

/**
 * The newest time in (after, until] at which a schedule was due, in milliseconds since the epoch. Times that were
 * missed before it are not made up for, as by Argo's controller.
 */
export function newestDue(schedule: Schedule, after: number, until: number): number | undefined {
  const cron = cronOf(schedule);
  let newest: number | undefined;
  for (let from = after; ;) {
    const next = cron.nextRun(new Date(from))?.getTime();
    if (next === undefined || next > until || next <= from) return newest;
    newest = next;
    from = next;
  }
}

/** Without a function it only calculates: no timer is started. */
function cronOf({ cron, timezone }: Schedule): Cron {
  return new Cron(cron, { mode: "5-part", timezone: timezone ?? "UTC" });
}
