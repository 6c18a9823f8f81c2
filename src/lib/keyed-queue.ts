/**
 * Work by key, one at a time per key. A key added while it waits is worked once; one added while it is being
 * worked is worked again. `work` must not throw: what it throws goes to `onError`.
 */
export class KeyedQueue {
  readonly #work: (key: string) => Promise<void>;
  readonly #onError: (key: string, error: unknown) => void;
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();

  constructor(work: (key: string) => Promise<void>, onError: (key: string, error: unknown) => void) {
    this.#work = work;
    this.#onError = onError;
  }

  add(key: string): void {
    if (this.#running.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#running.set(key, this.#drain(key));
  }

  /** Resolves when nothing is queued or being worked. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async #drain(key: string): Promise<void> {
    do {
      await Promise.resolve();
      this.#again.delete(key);
      try {
        await this.#work(key);
      } catch (error) {
        this.#onError(key, error);
      }
    } while (this.#again.has(key));
    this.#running.delete(key);
  }
}
