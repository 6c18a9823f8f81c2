import { isFinished } from "../run/phases.js";
import type { Reconciled } from "./reconciled.js";

/**
 * Why runs are looked at. The engine tells of every write, those of a run's own report too: a look for that alone has
 * nothing to do where the run is as the last look left it. Whatever else asks wants a whole look.
 */
export interface Causes {
  /** Something besides the engine wants the run looked at. */
  ask(key: string): void;
  /** Begins a look; gives the fingerprint that is not news for it, or undefined where everything is. */
  take(key: string): string | undefined;
  /** Ends a look; undefined when it does not count. */
  settled(key: string, reconciled: Reconciled | undefined): void;
}

export function openCauses(): Causes {
  const asked = new Set<string>();
  const known = new Map<string, string>();
  return {
    ask: (key) => void asked.add(key),
    take: (key) => (asked.delete(key) ? undefined : known.get(key)),
    settled(key, reconciled) {
      const { run, fingerprint } = reconciled ?? {};
      if (fingerprint === undefined || run === undefined || isFinished(run.phase)) known.delete(key);
      else known.set(key, fingerprint);
    },
  };
}
