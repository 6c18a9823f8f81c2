import { backoff } from "./backoff.js";
import { createFairLine, type Waiting } from "./fair-line.js";

export interface KeyedQueue {
  /** Asks for one more work on the key; ignored once the queue is closed. Never throws. */
  add(key: string): void;
  /** Resolves when no key is queued, being worked or waiting for its retry. */
  idle(): Promise<void>;
  /** Takes no more keys, drops those that wait, and resolves when the work under way has ended. */
  close(): Promise<void>;
  /** Keys that are queued, being worked or waiting for their retry. */
  readonly size: number;
}

export interface KeyedQueueOptions {
  work: (key: string) => Promise<void>;
  /** Keys worked at a time, at least 1. */
  concurrency: number;
  /** Groups take turns, and have at most `perGroup` keys worked at a time. By default all keys are of one. */
  groupOf?: (key: string) => string;
  perGroup?: number;
  /** Asked each time that work throws; `failures` counts from 1 and starts anew after a success. Must not throw. */
  retry: (error: unknown, key: string, failures: number) => boolean;
  /** Milliseconds until the retry after this many failures. */
  delay?: (failures: number) => number;
}

interface Entry {
  state: "queued" | "working" | "delayed";
  /** Added while it was being worked. */
  again: boolean;
  failures: number;
  timer?: NodeJS.Timeout;
}

/**
 * Work by key: one at a time per key, first come first served over the keys of a group. A key added while it waits is worked
 * once; one added while it is being worked is worked once more, at the end of the line. A key added during the
 * delay before its retry keeps that delay, so that a burst of events on a failing key makes no storm.
 * The delays do not keep the Node process alive.
 */
export function createKeyedQueue(options: KeyedQueueOptions): KeyedQueue {
  const { work, concurrency, retry, delay = (failures) => backoff(failures) } = options;
  const { groupOf = () => "", perGroup = concurrency } = options;
  const entries = new Map<string, Entry>();
  const line = createFairLine<Waiting>(perGroup);
  let resolvers: (() => void)[] = [];
  let working = 0;
  let closed = false;

  function add(key: string): void {
    if (closed) return;
    const entry = entries.get(key);
    if (entry === undefined) enqueue(key, 0);
    else if (entry.state === "working") entry.again = true;
  }

  function enqueue(key: string, failures: number): void {
    entries.set(key, { state: "queued", again: false, failures });
    line.push({ group: groupOf(key), key });
    pump();
  }

  function pump(): void {
    while (working < concurrency) {
      const next = line.take();
      if (next === undefined) break;
      const entry = entries.get(next.key);
      if (entry === undefined) {
        line.end(next);
        continue;
      }
      entry.state = "working";
      working += 1;
      void run(next, entry);
    }
    if (entries.size > 0) return;
    const waiting = resolvers;
    resolvers = [];
    for (const resolve of waiting) resolve();
  }

  async function run(turn: Waiting, entry: Entry): Promise<void> {
    const { key } = turn;
    let again = false;
    try {
      await work(key);
      entry.failures = 0;
    } catch (error) {
      entry.failures += 1;
      again = retry(error, key, entry.failures);
    }
    working -= 1;
    line.end(turn);
    settle(key, entry, again);
    pump();
  }

  function settle(key: string, entry: Entry, retried: boolean): void {
    if (closed) entries.delete(key);
    else if (retried) {
      entry.state = "delayed";
      entry.timer = setTimeout(() => enqueue(key, entry.failures), delay(entry.failures));
      entry.timer.unref();
    } else if (entry.again) enqueue(key, 0);
    else entries.delete(key);
  }

  function idle(): Promise<void> {
    return entries.size === 0 ? Promise.resolve() : new Promise((resolve) => resolvers.push(resolve));
  }

  function close(): Promise<void> {
    closed = true;
    line.clear();
    for (const [key, entry] of entries) {
      clearTimeout(entry.timer);
      if (entry.state !== "working") entries.delete(key);
    }
    const ended = idle();
    pump();
    return ended;
  }

  return {
    add,
    idle,
    close,
    get size() {
      return entries.size;
    },
  };
}
