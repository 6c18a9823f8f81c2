/** What is done only some time after it was first thought of, by key. */
export interface Patience {
  /** True once the time has passed, which then begins anew; `later` was called when it had. */
  isOver(key: string): boolean;
  close(): void;
}

/** The time is counted by no clock that can be set. */
export function openPatience(ms: number, later: (key: string) => void): Patience {
  const waiting = new Map<string, NodeJS.Timeout | "over">();
  return {
    isOver(key) {
      const known = waiting.get(key);
      if (known === "over") return waiting.delete(key);
      if (known !== undefined) return false;
      const timer = setTimeout(() => {
        waiting.set(key, "over");
        later(key);
      }, ms);
      waiting.set(key, timer.unref());
      return false;
    },
    close() {
      for (const timer of waiting.values()) if (timer !== "over") clearTimeout(timer);
      waiting.clear();
    },
  };
}
