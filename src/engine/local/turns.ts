import type { Action, Fact, Library } from "./interpreter/facts.js";
import { LockTable } from "./lock-table.js";
import type { RunStore } from "./run-store.js";

/** A run that asks for locks or for what a cache has. */
export interface Asker {
  uid: string;
  namespace: string;
  /** Called later, never from within. */
  tell: (fact: Fact) => void;
}

type Ask = Extract<Action, { type: "lock" | "unlock" | "recall" | "remember" }>;

/** Whose turn it is: the locks that runs share, and the caches that spare them work. */
export class Turns {
  readonly #locks: LockTable;
  readonly #store: RunStore;
  readonly #clock: () => number;
  readonly #log: (event: object, message: string) => void;

  constructor(options: {
    library: Library;
    store: RunStore;
    clock: () => number;
    log: (event: object, message: string) => void;
  }) {
    this.#log = options.log;
    this.#locks = new LockTable(options.library);
    this.#store = options.store;
    this.#clock = options.clock;
  }

  act({ uid, namespace, tell }: Asker, action: Ask): void {
    const { nodeId } = action;
    const holder = `${uid}/${nodeId}`;
    const later = (fact: Fact) => queueMicrotask(() => tell(fact));
    switch (action.type) {
      case "lock":
        return this.#locks.ask(holder, action.locks, action.priority, (news) =>
          later({ ...news, at: this.#clock(), nodeId }),
        );
      case "unlock":
        return this.#locks.release(holder);
      case "recall": {
        const { cache, key, maxAge = Infinity } = action.memo;
        const outputs = this.#orLess(() => this.#store.recall(namespace, cache, key, this.#clock() - maxAge));
        return later({ type: "recalled", at: this.#clock(), nodeId, ...(outputs ? { outputs } : {}) });
      }
      case "remember": {
        const { cache, key } = action.memo;
        const entry = { outputs: action.outputs, at: this.#clock() };
        return this.#orLess(() => this.#store.remember(namespace, cache, key, entry));
      }
    }
  }

  /** A cache that cannot be used only spares no work. */
  #orLess<T>(use: () => T): T | undefined {
    try {
      return use();
    } catch (error) {
      this.#log({ err: error }, "a cache could not be used");
      return undefined;
    }
  }

  releaseRun(uid: string): void {
    this.#locks.releaseRun(uid);
  }
}
