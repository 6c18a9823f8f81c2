/** What is done only some time after it was thought of, by key. */
export interface Patience {
  /** The time begins, anew where it had begun; `later` is called when it has passed. */
  begin(key: string): void;
  /** Whether it has passed; begins it where it had not begun. */
  isOver(key: string): boolean;
  forget(key: string): void;
  close(): void;
}

/** The time is counted by no clock that can be set. */
export function openPatience(ms: number, later: (key: string) => void): Patience {
  const waiting = new Map<string, NodeJS.Timeout | "over">();
  function forget(key: string): void {
    const known = waiting.get(key);
    if (known !== "over") clearTimeout(known);
    waiting.delete(key);
  }
  function begin(key: string): void {
    forget(key);
    const timer = setTimeout(() => {
      waiting.set(key, "over");
      later(key);
    }, ms);
    waiting.set(key, timer.unref());
  }
  return {
    begin,
    isOver(key) {
      if (!waiting.has(key)) begin(key);
      return waiting.get(key) === "over";
    },
    forget,
    close() {
      for (const key of waiting.keys()) forget(key);
    },
  };
}
