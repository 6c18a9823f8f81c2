import type { PoolOptions, PoolRunnerInitializer, PoolWorker } from "vitest/node";
import { ThreadsPoolWorker } from "vitest/node";

/** Each run leaves a listener behind in a kept thread: a new thread now and then keeps the runs equally fast. */
const RUNS_PER_THREAD = 50;

interface Kept {
  readonly thread: PoolWorker;
  runs: number;
  /** A mutant was active while its modules loaded. */
  stale: boolean;
}

/**
 * A Vitest pool whose thread, with the modules it has loaded, goes on to the next mutant: starting a thread and
 * loading the modules costs ten times what the tests of one mutant cost. `reloaded` are the absolute paths that are
 * loaded again for a mutant that acts while its module loads (Stryker: "static"), and once more after it.
 *
 * What a mutant leaves in the state of other modules would be seen by the next one: the core keeps none but caches
 * keyed by their inputs. The dry run has a thread of its own.
 */
export function warmThreads(reloaded: readonly string[]): PoolRunnerInitializer & { close(): Promise<void> } {
  let kept: Kept | undefined;
  return {
    name: "warm-threads",
    createPoolWorker(options) {
      const { mode, mutantActivation } = provided(options);
      if (mode !== "mutant") return new ThreadsPoolWorker(options);
      if (kept === undefined || kept.runs >= RUNS_PER_THREAD) {
        void kept?.thread.stop();
        kept = { thread: new ThreadsPoolWorker(options), runs: 0, stale: false };
      }
      const isStatic = mutantActivation === "static";
      const worker = keepsThread(kept.thread, isStatic || kept.stale ? reloaded : []);
      kept.runs += 1;
      kept.stale = isStatic;
      return worker;
    },
    async close() {
      await kept?.thread.stop();
    },
  };
}

/** Stryker's runner provides these for each run. */
function provided({ project }: PoolOptions): { mode?: unknown; mutantActivation?: unknown } {
  return project.getProvidedContext();
}

type Listener = (message: unknown) => void;

/** The thread for one run: asked to stop, it says that it has and stays. */
function keepsThread(thread: PoolWorker, reloaded: readonly string[]): PoolWorker {
  const listeners: [string, Listener][] = [];
  return {
    name: "warm-threads",
    on(event, listener: Listener) {
      listeners.push([event, listener]);
      thread.on(event, listener);
    },
    off(event, listener: Listener) {
      thread.off(event, listener);
    },
    send(message) {
      if (message.type === "run") message.context.invalidates = [...reloaded];
      if (message.type !== "stop") return thread.send(message);
      const stopped = { type: "stopped", __vitest_worker_response__: true };
      for (const [event, listener] of listeners) if (event === "message") listener(stopped);
    },
    deserialize: (message) => thread.deserialize(message),
    start: () => thread.start(),
    async stop() {
      for (const [event, listener] of listeners) thread.off(event, listener);
    },
  };
}
