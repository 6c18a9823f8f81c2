import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import { backoff } from "../../lib/backoff.js";
import { ApiError, hasStatus } from "./api-error.js";
import { metadataListOnly, metadataOnly, type KubernetesClient } from "./kubernetes-client.js";
import type { Named, ObjectList, WatchTimings } from "./resources.js";

export interface MetadataWatchOptions {
  client: KubernetesClient;
  /** The collection, such as `/apis/argoproj.io/v1alpha1/namespaces/ci/workflows`. */
  path: string;
  labelSelector: string;
  /** Called with each object that changed or went since it was seen last; `before` is what was known of it. */
  onChange: (now: Named, before: Seen | undefined) => void;
  /** What to remember of an object besides its version. */
  isCompleted: (object: Named) => boolean;
  /** Whether what the first listing finds is told too. */
  tellFirst: boolean;
  timings: WatchTimings;
  clock: () => number;
  log: (event: object, message: string) => void;
  /** Called each time that the watch broke and will be opened again. */
  onRestart?: (() => void) | undefined;
}

export interface Seen {
  version: string;
  completed: boolean;
}

interface WatchEvent {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: Named & { code?: number; message?: string; reason?: string };
}

const pageSize = "500";
const longestLine = 8 * 1024 * 1024;

/**
 * Follows one collection for as long as it is open. Only metadata is asked for, and of each object only the version is
 * kept. Whatever happens to a watch, it goes on from the last version seen; when the API server has forgotten that
 * one (410), and every now and then anyway, everything is listed and compared with what was seen.
 */
export class MetadataWatch {
  readonly #options: MetadataWatchOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #closing = new AbortController();
  #version: string | undefined;
  #relistAt = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: MetadataWatchOptions) {
    this.#options = options;
  }

  /** Lists once, and throws when that fails; then follows. Changes from the listing on are told. */
  async start(): Promise<void> {
    await this.#relist();
    if (!this.#closing.signal.aborted) this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log, path } = this.#options;
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (this.#version === undefined || this.#options.clock() >= this.#relistAt) await this.#relist();
        if (await this.#follow(this.#version ?? "")) failures = 0;
        else await this.#pause(failures++);
      } catch (error) {
        if (signal.aborted) return;
        const gone = hasStatus(error, 410);
        if (gone) this.#version = undefined;
        log({ path, failures, err: textOf(error) }, gone ? "the watch is too old" : "the watch was cut");
        await this.#pause(failures++);
      }
    }
  }

  async #pause(failures: number): Promise<void> {
    const { timings, onRestart } = this.#options;
    await pause(backoff(failures, timings.firstRetryMs, timings.longestRetryMs), this.#closing.signal);
    if (!this.#closing.signal.aborted) onRestart?.();
  }

  async #relist(): Promise<void> {
    const { items, version } = await this.#list();
    const first = this.#relistAt === 0;
    const names = new Set(items.map(({ metadata }) => metadata.name ?? ""));
    for (const item of items) this.#note(item, !first || this.#options.tellFirst);
    for (const name of [...this.#seen.keys()].filter((known) => !names.has(known))) {
      this.#note({ metadata: { name } }, true, true);
    }
    this.#version = version;
    this.#relistAt = this.#options.clock() + this.#options.timings.relistMs * (0.8 + 0.4 * Math.random());
  }

  async #list(): Promise<{ items: Named[]; version: string }> {
    const { client, path, labelSelector } = this.#options;
    const items: Named[] = [];
    let from: string | undefined;
    for (;;) {
      const page: ObjectList<Named> = await client.list({
        path,
        accept: metadataListOnly,
        query: { labelSelector, limit: pageSize, continue: from },
      });
      // Held until the list is complete: no more of each than is needed.
      items.push(...page.items.map(slim));
      from = page.metadata.continue || undefined;
      if (from === undefined) return { items, version: page.metadata.resourceVersion ?? "" };
    }
  }

  /** Returns whether anything came; false is no fault but no reason to ask again at once either. */
  async #follow(version: string): Promise<boolean> {
    const { client, path, labelSelector, timings } = this.#options;
    const seconds = Math.ceil((timings.watchMs * (1 + Math.random() / 5)) / 1000);
    const response = await client.open(
      {
        path,
        accept: metadataOnly,
        query: {
          watch: "true",
          allowWatchBookmarks: "true",
          resourceVersion: version,
          timeoutSeconds: String(seconds),
          labelSelector,
        },
      },
      this.#closing.signal,
    );
    const silence = setTimeout(() => {
      response.destroy(new ApiError(`nothing came for ${timings.silentMs} ms`, {}));
    }, timings.silentMs);
    let any = false;
    try {
      for await (const line of linesOf(response as AsyncIterable<Buffer>, () => silence.refresh())) {
        this.#take(JSON.parse(line) as WatchEvent);
        any = true;
      }
    } finally {
      clearTimeout(silence);
      response.destroy();
    }
    return any;
  }

  #take({ type, object }: WatchEvent): void {
    if (type === "ERROR") {
      const { code = 500, message = "the watch ended with an error", reason = "" } = object;
      throw new ApiError(message, { status: code, reason });
    }
    if (type !== "BOOKMARK") this.#note(object, true, type === "DELETED");
    this.#version = object.metadata.resourceVersion ?? this.#version;
  }

  #note(object: Named, tell: boolean, gone = false): void {
    const { name = "", resourceVersion = "" } = object.metadata;
    const before = this.#seen.get(name);
    if (gone) this.#seen.delete(name);
    else if (before?.version === resourceVersion) return;
    else {
      this.#seen.set(name, { version: resourceVersion, completed: this.#options.isCompleted(object) });
    }
    if (tell) this.#options.onChange(object, before);
  }
}

function slim({ metadata: { name, resourceVersion, labels } }: Named): Named {
  return {
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(labels === undefined ? {} : { labels }),
    },
  };
}

async function* linesOf(chunks: AsyncIterable<Buffer>, onBytes: () => void): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let text = "";
  for await (const chunk of chunks) {
    onBytes();
    text += decoder.write(chunk);
    if (text.length > longestLine) throw new ApiError("a watch event is too long", { status: 413 });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      if (line.trim() !== "") yield line;
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
