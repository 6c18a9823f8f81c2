/** One attempt of GitHub to deliver an event to the App; attempts of one event share their `guid`. */
export interface DeliveryAttempt {
  id: number;
  guid: string;
  /** RFC 3339. */
  deliveredAt: string;
  /** 0 when nobody answered. */
  statusCode: number;
}

/** GitHub keeps deliveries, and delivers again, for three days (docs, "Redelivering webhooks"). */
export const redeliveryWindowMs = 3 * 24 * 60 * 60_000;

/** GitHub is asked for a delivery without an effect this long after it at the earliest. */
export const firstWaitMs = 60_000;
const longestWaitMs = 60 * 60_000;
/** What was refused as wrong hardly becomes right; a secret that was mended is why it is tried at all. */
const triesOfRefused = 3;
const mostAtOnce = 50;

/**
 * The attempts to ask GitHub for again: the newest one of each event of which none had an effect, once it has had
 * time, ever more rarely, and not too many at a time.
 */
export function attemptsToRepeat(attempts: readonly DeliveryAttempt[], now: number): DeliveryAttempt[] {
  const events = new Map<string, DeliveryAttempt[]>();
  for (const attempt of attempts) events.set(attempt.guid, [...(events.get(attempt.guid) ?? []), attempt]);
  return [...events.values()]
    .filter((tries) => !tries.some(hadEffect))
    .map((tries) => ({ tries, last: newest(tries) }))
    .filter(({ tries, last }) => isDue(tries, last, now))
    .map(({ last }) => last)
    .toSorted((a, b) => Date.parse(a.deliveredAt) - Date.parse(b.deliveredAt))
    .slice(0, mostAtOnce);
}

/** When the first attempt at an event was made of which none had an effect; infinite when all had. */
export function oldestWithoutEffect(attempts: readonly DeliveryAttempt[]): number {
  const settled = new Set(attempts.filter(hadEffect).map(({ guid }) => guid));
  const open = attempts.filter(({ guid }) => !settled.has(guid));
  return open.reduce((oldest, { deliveredAt }) => Math.min(oldest, Date.parse(deliveredAt)), Infinity);
}

function hadEffect({ statusCode }: DeliveryAttempt): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function newest(tries: readonly DeliveryAttempt[]): DeliveryAttempt {
  return tries.reduce((a, b) => (Date.parse(b.deliveredAt) > Date.parse(a.deliveredAt) ? b : a));
}

function isDue(tries: readonly DeliveryAttempt[], last: DeliveryAttempt, now: number): boolean {
  const age = now - Date.parse(last.deliveredAt);
  if (!(age >= 0 && age < redeliveryWindowMs)) return false;
  if (tries.filter(({ statusCode }) => statusCode >= 400 && statusCode < 500).length >= triesOfRefused)
    return false;
  return age >= Math.min(longestWaitMs, firstWaitMs * 2 ** (tries.length - 1));
}
