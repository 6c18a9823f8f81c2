import { createKeyedQueue } from "../lib/keyed-queue.js";
import { EngineError, type RunKey } from "../engine/engine.js";
import { readRun } from "../run/read-run.js";
import { isFinished } from "../run/phases.js";
import type { Event } from "../policy/event.js";
import type { Dependencies } from "./dependencies.js";
import { measureReconcile } from "./measure-reconcile.js";
import { GitHubError, noMetrics, type Metrics } from "./ports.js";
import { receive } from "./receive.js";

export interface App {
  /** Resolves when the event's effect is durable; rejects when it should be delivered again. */
  receive(event: Event): Promise<void>;
  /** Resolves when no reconcile is waiting or under way. */
  idle(): Promise<void>;
  /** Lets started reconciles end and takes no more. */
  close(): Promise<void>;
}

/** Everything unfinished is looked at again this often, whatever events were lost. */
const sweepMs = 2 * 60_000;
/** A running check is updated at most this often. */
const paceMs = 1000;
/** Reconciles that run at one time. */
const concurrency = 8;
/** A failure that another try hardly mends is tried this often; the next sweep tries again. */
const triesOfRefused = 4;

/** Runs reconciles by key, as the engine and the events ask for them, and all unfinished ones now and then. */
export async function openApp(
  parts: Omit<Dependencies, "wake" | "pace" | "metrics"> & { metrics?: Metrics },
): Promise<App> {
  const { engine, log, clock, metrics = noMetrics } = parts;
  const updated = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  const dependencies: Dependencies = { ...parts, metrics, wake: (key) => queue.add(textOf(key)), pace };

  function pace(key: RunKey): boolean {
    const text = textOf(key);
    const left = (updated.get(text) ?? 0) + paceMs - clock();
    if (left <= 0 || left > paceMs) {
      updated.set(text, clock());
      return true;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      queue.add(text);
    }, left);
    timers.add(timer);
    return false;
  }

  const queue = createKeyedQueue({
    concurrency,
    async work(text) {
      const { run, settled } = await measureReconcile(dependencies, keyOf(text));
      if (run === undefined || isFinished(run.phase)) updated.delete(text);
      if (!settled) queue.add(text);
    },
    retry(error, text, failures) {
      const again = isRetryable(error) || failures < triesOfRefused;
      log.error({ run: text, failures, again, err: error }, "failed to reconcile a run");
      return again;
    },
  });
  metrics.countQueue(() => queue.size);
  const watch = engine.watch((key) => queue.add(textOf(key)));
  // Finished runs too: the last thing that a run's check says is the one that must not be lost.
  const all = await engine.list({});
  for (const workflow of all.filter((each) => !isTold(each))) queue.add(textOf(readRun(workflow).key));
  const sweep = setInterval(() => {
    engine.list({ unfinished: true }).then(
      (workflows) => workflows.forEach((workflow) => queue.add(textOf(readRun(workflow).key))),
      (error: unknown) => log.error({ err: error }, "failed to list unfinished runs"),
    );
  }, sweepMs);

  return {
    receive: (event) => receive(dependencies, event),
    idle: () => queue.idle(),
    async close() {
      clearInterval(sweep);
      for (const timer of timers) clearTimeout(timer);
      await watch.close();
      await queue.close();
    },
  };
}

/** A finished run whose last leg is completed and waits for nothing. */
function isTold(workflow: Parameters<typeof readRun>[0]): boolean {
  const { phase, report } = readRun(workflow);
  const last = report.legs.at(-1);
  return isFinished(phase) && last?.completed === true && last.gates === undefined;
}

function isRetryable(error: unknown): boolean {
  return (error instanceof GitHubError || error instanceof EngineError) && error.retryable;
}

function textOf({ namespace, name }: RunKey): string {
  return `${namespace}/${name}`;
}

function keyOf(text: string): RunKey {
  const [namespace = "", name = ""] = text.split("/");
  return { namespace, name };
}
