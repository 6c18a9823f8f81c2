const longestDelayMs = 2 ** 31 - 1;

/** Rings at each time it was given, never earlier. Times are milliseconds since the epoch by the clock. */
export class WakeTimer {
  readonly #clock: () => number;
  readonly #ring: (at: number) => void;
  readonly #times = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(clock: () => number, ring: (at: number) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  add(at: number): void {
    if (this.#closed) return;
    this.#times.add(at);
    this.#arm();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#times.size === 0) return;
    const delay = Math.min(...this.#times) - this.#clock();
    this.#timer = setTimeout(() => this.#check(), Math.min(Math.max(delay, 0), longestDelayMs));
  }

  #check(): void {
    const now = this.#clock();
    const due = [...this.#times].filter((at) => at <= now);
    for (const at of due) this.#times.delete(at);
    this.#arm();
    if (due.length > 0) this.#ring(now);
  }
}
