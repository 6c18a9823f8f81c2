import type { Clock } from "./ports.js";

/** How often something is done for each key. */
export interface Pace {
  /** False when it was done for the key a moment ago: then it is asked for again by itself, later. */
  may(key: string): boolean;
  forget(key: string): void;
  close(): void;
}

export function openPace(everyMs: number, clock: Clock, later: (key: string) => void): Pace {
  const done = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  return {
    may(key) {
      const left = (done.get(key) ?? 0) + everyMs - clock();
      // More than that is left when the clock was set back.
      if (left <= 0 || left > everyMs) {
        done.set(key, clock());
        return true;
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        later(key);
      }, left);
      timers.add(timer);
      return false;
    },
    forget: (key) => void done.delete(key),
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
