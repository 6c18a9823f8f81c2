import type { Library, Lock } from "./interpreter/facts.js";

interface Claim {
  holder: string;
  locks: { name: string; limit: number }[];
  priority: number;
  order: number;
  tell: (news: LockNews) => void;
  said?: string;
}

export type LockNews = { type: "locked"; fault?: string } | { type: "waiting"; message: string };

/**
 * The mutexes and semaphores of all runs of an engine. A holder gets all of its locks at once; who waits is served
 * by priority, then in the order of asking. Held in memory: after a restart the runs ask again.
 */
export class LockTable {
  readonly #library: Library;
  readonly #held = new Map<string, Set<string>>();
  readonly #owned = new Map<string, Claim>();
  #waiting: Claim[] = [];
  #order = 0;

  constructor(library: Library) {
    this.#library = library;
  }

  ask(holder: string, locks: readonly Lock[], priority: number, tell: (news: LockNews) => void): void {
    this.release(holder);
    const limited = locks.map((lock) => ({ name: nameOf(lock), limit: limitOf(lock, this.#library) }));
    const faulty = limited.find(({ limit }) => limit === undefined);
    if (faulty) return tell({ type: "locked", fault: `failed to get the limit of semaphore ${faulty.name}` });
    const known = limited.map(({ name, limit = 1 }) => ({ name, limit }));
    this.#waiting.push({ holder, locks: known, priority, order: this.#order++, tell });
    this.#waiting.sort((a, b) => b.priority - a.priority || a.order - b.order);
    this.#serve();
  }

  /** Gives back what the holder has or waits for. */
  release(holder: string): void {
    this.#waiting = this.#waiting.filter((claim) => claim.holder !== holder);
    const claim = this.#owned.get(holder);
    if (!claim) return;
    this.#owned.delete(holder);
    for (const { name } of claim.locks) this.#held.get(name)?.delete(holder);
    this.#serve();
  }

  /** Gives back what all nodes of a run have. */
  releaseRun(uid: string): void {
    const mine = (holder: string) => holder.startsWith(`${uid}/`);
    this.#waiting = this.#waiting.filter(({ holder }) => !mine(holder));
    for (const holder of [...this.#owned.keys()].filter(mine)) this.release(holder);
  }

  #serve(): void {
    // Who waits longer keeps what it waits for from those behind it.
    const wanted = new Set<string>();
    const served: Claim[] = [];
    for (const claim of this.#waiting) {
      const missing = claim.locks.find(({ name, limit }) => wanted.has(name) || this.#count(name) >= limit);
      if (missing) {
        claim.locks.forEach(({ name }) => wanted.add(name));
        this.#sayWaiting(claim, missing);
        continue;
      }
      for (const { name } of claim.locks) this.#take(name, claim.holder);
      this.#owned.set(claim.holder, claim);
      served.push(claim);
    }
    if (served.length === 0) return;
    this.#waiting = this.#waiting.filter((claim) => !served.includes(claim));
    for (const claim of served) claim.tell({ type: "locked" });
  }

  #count(name: string): number {
    return this.#held.get(name)?.size ?? 0;
  }

  #take(name: string, holder: string): void {
    const holders = this.#held.get(name);
    if (holders) holders.add(holder);
    else this.#held.set(name, new Set([holder]));
  }

  #sayWaiting(claim: Claim, { name, limit }: { name: string; limit: number }): void {
    const message = `Waiting for ${name} lock. Lock status: ${limit - this.#count(name)}/${limit}`;
    if (claim.said === message) return;
    claim.said = message;
    claim.tell({ type: "waiting", message });
  }
}

function nameOf(lock: Lock): string {
  return lock.kind === "Mutex"
    ? `${lock.namespace}/Mutex/${lock.name}`
    : `${lock.namespace}/ConfigMap/${lock.configMap}/${lock.key}`;
}

function limitOf(lock: Lock, { configMaps }: Library): number | undefined {
  if (lock.kind === "Mutex") return 1;
  const limit = Number(configMaps[lock.configMap]?.[lock.key]);
  return Number.isInteger(limit) && limit > 0 ? limit : undefined;
}
