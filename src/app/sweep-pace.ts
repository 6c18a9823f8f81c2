import { standingOf } from "../report/standing.js";
import type { Run } from "../run/read-run.js";

/**
 * To look at a gate takes about six requests. A thousand an hour is a fifth of the least that GitHub gives an
 * installation (REST docs, "Rate limits for the REST API": 5,000); webhooks wake runs at once besides.
 */
const looksAnHour = 160;
const hour = 3_600_000;

/** How long a run that waits for people may go unseen when so many of its installation wait, in milliseconds. */
export function lookEvery(waiting: number): number {
  return Math.ceil((waiting * hour) / looksAnHour);
}

export interface SweepPace {
  /** The run was reconciled, and nothing is left to do for it now. */
  settled(key: string, run: Run | undefined): void;
  /** Whether a sweep should look at the run. */
  isDue(key: string): boolean;
}

interface Waiting {
  installationId: number;
  lookedAt: number;
}

/**
 * Keeps sweeps within GitHub's limits: the more runs of an installation wait for people, the less often each is looked at
 * without a cause. All other runs are due at every sweep.
 */
export function openSweepPace(clock: () => number): SweepPace {
  const waiting = new Map<string, Waiting>();
  const counts = new Map<number, number>();

  function forget(key: string): void {
    const known = waiting.get(key);
    if (known === undefined) return;
    waiting.delete(key);
    counts.set(known.installationId, (counts.get(known.installationId) ?? 1) - 1);
  }

  return {
    settled(key, run) {
      forget(key);
      const installationId = run?.facts?.installationId;
      if (run === undefined || installationId === undefined || standingOf(run).state !== "waiting") return;
      waiting.set(key, { installationId, lookedAt: clock() });
      counts.set(installationId, (counts.get(installationId) ?? 0) + 1);
    },
    isDue(key) {
      const known = waiting.get(key);
      if (known === undefined) return true;
      const since = clock() - known.lookedAt;
      // A clock that was set back makes everything due.
      return since < 0 || since >= lookEvery(counts.get(known.installationId) ?? 1);
    },
  };
}
