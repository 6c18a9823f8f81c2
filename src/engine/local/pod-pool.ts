import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { LaunchedPod, PodRoot } from "./launched.js";
import type { Launcher } from "./launcher.js";

const idleMs = 1000;
/** The host's files may change under a pod: none is used again that is much older than its step. */
const oldestMs = 5000;

interface Returned {
  pod: LaunchedPod;
  root: string;
  owner: string;
}

/**
 * Pods for steps that follow each other with the same root. A pod in which a step has left nothing at all is used again,
 * for steps of the same owner. Otherwise pods are made ahead of need, so that a step only enters. What is not used
 * within a second is removed.
 */
export class PodPool {
  readonly #launcher: Launcher;
  readonly #folder: string;
  readonly #size: number;
  #root = "";
  #ready: Promise<LaunchedPod>[] = [];
  #returned: Returned[] = [];
  /** When each was begun, on the clock of `performance`. */
  readonly #made = new WeakMap<LaunchedPod, number>();
  readonly #removals = new Set<Promise<void>>();
  #idle: NodeJS.Timeout | undefined;
  #last = 0;
  #closed = false;

  /** The pods' files are in folders of `folder`; `size` pods are kept ready. */
  constructor(launcher: Launcher, folder: string, size: number) {
    this.#launcher = launcher;
    this.#folder = folder;
    this.#size = size;
  }

  async take(root: PodRoot, owner: string): Promise<LaunchedPod> {
    const text = JSON.stringify(root);
    const used = this.#takeReturned(text, owner);
    if (used) return used;
    if (text !== this.#root) {
      this.#drop();
      this.#root = text;
      return this.#make(root);
    }
    const next = this.#ready.shift();
    setImmediate(() => this.#fill(root, text));
    const pod = await next?.catch(() => undefined);
    if (pod?.isAlive === true && !this.#isOld(pod)) return pod;
    if (pod) this.#remove(pod);
    return this.#make(root);
  }

  /** Takes over a pod that is as new. */
  giveBack(pod: LaunchedPod, root: PodRoot, owner: string): void {
    const text = JSON.stringify(root);
    if (this.#closed || this.#isOld(pod) || text !== this.#root || this.#returned.length >= this.#size) {
      this.#remove(pod);
      return;
    }
    this.#returned.push({ pod, root: text, owner });
    this.#expectUse();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#drop();
    await Promise.all(this.#removals);
  }

  #isOld(pod: LaunchedPod): boolean {
    return performance.now() - (this.#made.get(pod) ?? 0) > oldestMs;
  }

  #takeReturned(root: string, owner: string): LaunchedPod | undefined {
    const at = this.#returned.findLastIndex(
      (each) => each.root === root && each.owner === owner && each.pod.isAsNew,
    );
    if (at < 0) return undefined;
    this.#expectUse();
    return this.#returned.splice(at, 1)[0]?.pod;
  }

  async #make(root: PodRoot): Promise<LaunchedPod> {
    this.#last += 1;
    const state = join(this.#folder, `pod-${this.#last}`);
    mkdirSync(state, { mode: 0o755 });
    const begun = performance.now();
    const pod = await this.#launcher.openPod(state, root);
    this.#made.set(pod, begun);
    return pod;
  }

  #fill(root: PodRoot, text: string): void {
    if (this.#closed || text !== this.#root) return;
    this.#expectUse();
    while (this.#ready.length < this.#size) {
      const pod = this.#make(root);
      pod.catch(() => undefined);
      this.#ready.push(pod);
    }
  }

  #expectUse(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#drop(), idleMs).unref();
  }

  #drop(): void {
    clearTimeout(this.#idle);
    this.#root = "";
    for (const { pod } of this.#returned.splice(0)) this.#remove(pod);
    for (const ready of this.#ready.splice(0)) this.#track(ready.then((pod) => pod.remove()));
  }

  #remove(pod: LaunchedPod): void {
    this.#track(pod.remove());
  }

  #track(removing: Promise<void>): void {
    const removal: Promise<void> = removing
      .catch(() => undefined)
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }
}
