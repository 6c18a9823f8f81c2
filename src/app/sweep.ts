import { isFinished } from "../run/phases.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import type { Leadership } from "./leadership.js";
import type { Reconciled } from "./reconciled.js";
import { keyText } from "./run-key.js";
import { openSweepPace } from "./sweep-pace.js";
import { isTold } from "./told.js";

/** Everything unfinished is looked at again this often, whatever events were lost. */
export const sweepMs = 2 * 60_000;

/** Asks for reconciles of runs now and then, and for those that failed. */
export interface Sweep {
  /** Of all runs that are not told to their end; rejects when the engine cannot list them. */
  all(): Promise<void>;
  settled(key: string, reconciled: Reconciled): void;
  /** The next sweep looks at it again, also when it has finished. */
  failed(key: string): void;
  stop(): void;
}

/** Works only while this replica leads; when that begins, it tells of all runs that have `ended`, whoever saw their end. */
export function openSweep(
  { engine, clock, log }: Pick<Dependencies, "engine" | "clock" | "log">,
  leadership: Leadership,
  add: (key: string) => void,
  ended: (run: Run) => void,
): Sweep {
  const pace = openSweepPace(clock);
  const failed = new Set<string>();
  let missed = false;

  async function look(unfinished: boolean): Promise<void> {
    const workflows = await engine.list({ unfinished, outline: true });
    const all = workflows.map(readRun);
    if (!unfinished) for (const run of all) if (isFinished(run.phase)) ended(run);
    const runs = all.filter((run) => !isTold(run));
    // Where another may have led meanwhile, no look of ours says how a run stands.
    for (const key of runs.map((run) => keyText(run.key))) if (!unfinished || pace.isDue(key)) add(key);
  }
  function sweep(unfinished: boolean): void {
    if (!leadership.isLeader()) return;
    for (const key of failed) add(key);
    missed ||= !unfinished;
    look(!missed).then(
      () => (missed = false),
      (error: unknown) => log.error({ err: error }, "failed to list runs"),
    );
  }

  leadership.onChange((leads) => leads && sweep(false));
  const sweeping = setInterval(() => sweep(true), sweepMs);
  return {
    // Finished runs too: the last thing that a run's check says is the one that must not be lost.
    all: () => look(false),
    settled(key, { run, settled }) {
      failed.delete(key);
      pace.settled(key, settled ? run : undefined);
    },
    failed: (key) => void failed.add(key),
    stop: () => clearInterval(sweeping),
  };
}
