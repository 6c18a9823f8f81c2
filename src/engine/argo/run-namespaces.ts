import { setTimeout as sleep } from "node:timers/promises";
import { backoff } from "../../lib/backoff.js";
import type { MetadataWatch } from "./metadata-watch.js";
import type { WatchTimings } from "./resources.js";

export interface RunNamespacesOptions {
  /** A watch of the namespace's Workflows, not started; with `tellFirst` it tells of what it finds at its start. */
  open: (namespace: string, tellFirst: boolean) => MetadataWatch;
  timings: Pick<WatchTimings, "firstRetryMs" | "longestRetryMs">;
  log: (event: object, message: string) => void;
}

/**
 * The namespaces whose Workflows are followed. One that cannot be listed is tried again until it can, and takes no
 * part until then: it must not keep the others from being read.
 */
export class RunNamespaces {
  readonly #options: RunNamespacesOptions;
  readonly #watches = new Map<string, MetadataWatch>();
  readonly #ready = new Set<string>();
  readonly #faults = new Map<string, unknown>();
  readonly #closing = new AbortController();
  readonly #opening = new Set<Promise<void>>();

  constructor(options: RunNamespacesOptions) {
    this.#options = options;
  }

  /** Those that can be read. */
  get ready(): readonly string[] {
    return [...this.#ready];
  }

  has(namespace: string): boolean {
    return this.#ready.has(namespace);
  }

  /** Why a namespace is not ready; undefined when it is, or is none of Sluice's. */
  fault(namespace: string): unknown {
    return this.#faults.get(namespace);
  }

  /** Throws when the first cannot be listed. */
  async start(namespaces: readonly string[]): Promise<void> {
    const [first, ...others] = namespaces;
    if (first !== undefined) await this.#begin(first, false);
    await Promise.all(others.map((namespace) => this.#tryFirst(namespace, false)));
  }

  /** Follows these too. Those that are followed already stay: runs in them go on. */
  follow(namespaces: readonly string[]): void {
    for (const namespace of namespaces) {
      if (this.#closing.signal.aborted || this.#watches.has(namespace)) continue;
      this.#options.log({ namespace }, "following a further namespace");
      this.#keep(this.#tryFirst(namespace, true));
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#watches.values()].map((watch) => watch.close()));
    await Promise.all(this.#opening);
  }

  async #begin(namespace: string, tellFirst: boolean): Promise<void> {
    const watch = this.#options.open(namespace, tellFirst);
    this.#watches.set(namespace, watch);
    await watch.start();
    this.#faults.delete(namespace);
    this.#ready.add(namespace);
  }

  async #tryFirst(namespace: string, tellFirst: boolean): Promise<void> {
    try {
      await this.#begin(namespace, tellFirst);
    } catch (error) {
      this.#note(namespace, error);
      this.#keep(this.#tryOn(namespace));
    }
  }

  async #tryOn(namespace: string): Promise<void> {
    const { signal } = this.#closing;
    const { firstRetryMs, longestRetryMs } = this.#options.timings;
    for (let failures = 0; !signal.aborted; failures++) {
      await sleep(backoff(failures, firstRetryMs, longestRetryMs), undefined, { signal }).catch(
        () => undefined,
      );
      if (signal.aborted) return;
      try {
        await this.#begin(namespace, true);
        this.#options.log({ namespace }, "the namespace can be read now");
        return;
      } catch (error) {
        this.#note(namespace, error);
      }
    }
  }

  #note(namespace: string, error: unknown): void {
    this.#faults.set(namespace, error);
    const err = error instanceof Error ? error.message : String(error);
    this.#options.log({ namespace, err }, "the runs of a namespace cannot be listed; trying again");
  }

  #keep(work: Promise<void>): void {
    this.#opening.add(work);
    void work.finally(() => this.#opening.delete(work));
  }
}
