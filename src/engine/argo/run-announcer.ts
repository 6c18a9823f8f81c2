import type { RunKey, WatchHandle } from "../engine.js";

/** Tells watchers which runs changed, each run once per turn of the event loop. */
export class RunAnnouncer {
  readonly #watchers = new Set<(key: RunKey) => void>();
  #noted = new Map<string, RunKey>();
  #timer: NodeJS.Immediate | undefined;

  note(key: RunKey): void {
    this.#noted.set(`${key.namespace}/${key.name}`, key);
    this.#timer ??= setImmediate(() => this.#tell());
  }

  watch(onChange: (key: RunKey) => void): WatchHandle {
    const watcher = (key: RunKey) => onChange(key);
    this.#watchers.add(watcher);
    return { close: () => Promise.resolve(void this.#watchers.delete(watcher)) };
  }

  close(): void {
    this.#watchers.clear();
    clearImmediate(this.#timer);
  }

  #tell(): void {
    const noted = this.#noted;
    this.#noted = new Map();
    this.#timer = undefined;
    for (const key of noted.values()) for (const watcher of this.#watchers) watcher(key);
  }
}
