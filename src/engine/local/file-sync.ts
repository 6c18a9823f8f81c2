import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { deferred, type Deferred } from "../../lib/deferred.js";

const laterMs = 50;

/** Brings a file's content to the disk. */
export type SyncDescriptor = (descriptor: number) => Promise<void>;

/** Brings what was written to a file onto the disk, one sync for all that was written before it begins. */
export class FileSync {
  readonly #sync: SyncDescriptor;
  readonly #descriptor: number;
  #isDirty = false;
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #later: Deferred<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** The file must be there; its name and what it holds are on the disk when this returns. */
  constructor(file: string, sync: SyncDescriptor = promisify(fdatasync)) {
    this.#sync = sync;
    this.#descriptor = openSync(file, "r+");
    fdatasyncSync(this.#descriptor);
    const folder = openSync(dirname(file), "r");
    fsyncSync(folder);
    closeSync(folder);
  }

  /** To be called after each write. */
  written(): void {
    this.#isDirty = true;
  }

  /** Resolves when all that was written before the call is on the disk. Earlier calls resolve first. */
  synced(): Promise<void> {
    if (!this.#isDirty) return this.#current ?? Promise.resolve();
    this.#next ??= (this.#current ?? Promise.resolve()).catch(() => undefined).then(() => this.#begin());
    return this.#next;
  }

  /** The same within `laterMs`, with the next sync that somebody needs at once. */
  syncedLater(): Promise<void> {
    if (!this.#isDirty) return this.#current ?? Promise.resolve();
    this.#timer ??= setTimeout(() => void this.synced().catch(() => undefined), laterMs);
    this.#later ??= deferred();
    return this.#later.promise;
  }

  close(): void {
    clearTimeout(this.#timer);
    const end = () => closeSync(this.#descriptor);
    const last = this.#next ?? this.#current;
    if (last) void last.then(end, end);
    else end();
  }

  #begin(): Promise<void> {
    this.#isDirty = false;
    this.#current = this.#next;
    this.#next = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const later = this.#later;
    this.#later = undefined;
    return this.#sync(this.#descriptor).then(
      () => {
        this.#current = undefined;
        later?.resolve();
      },
      (error: Error) => {
        this.#isDirty = true;
        this.#current = undefined;
        later?.reject(error);
        throw error;
      },
    );
  }
}
