import { createKeyedQueue } from "../lib/keyed-queue.js";
import { EngineError, type RunKey } from "../engine/engine.js";
import { annotation } from "../run/metadata.js";
import { readRun } from "../run/read-run.js";
import { isFinished } from "../run/phases.js";
import type { Event } from "../policy/event.js";
import type { Dependencies } from "./dependencies.js";
import { measureReconcile } from "./measure-reconcile.js";
import { GitHubError, noMetrics, type Metrics } from "./ports.js";
import { receive } from "./receive.js";
import type { Reconciled } from "./reconciled.js";
import { openRecovery } from "./recover-deliveries.js";
import { startRounds } from "../lib/rounds.js";
import { openSchedules } from "./schedules.js";

export interface App {
  /** Resolves when the event's effect is durable; rejects when it should be delivered again. */
  receive(event: Event): Promise<void>;
  /** Resolves when no reconcile is waiting or under way. */
  idle(): Promise<void>;
  /** Lets started reconciles end and takes no more. */
  close(): Promise<void>;
}

/** Whether this replica is the one that reconciles. */
export interface Leadership {
  isLeader(): boolean;
  onChange(listener: (leads: boolean) => void): void;
}

/** Everything unfinished is looked at again this often, whatever events were lost. */
const sweepMs = 2 * 60_000;
/** Schedules are looked at this often; their finest step is a minute. */
const lookMs = 15_000;
/** A running check is updated at most this often. */
const paceMs = 1000;
/** Reconciles that run at one time. */
const concurrency = 8;
/** A failure that another try hardly mends is tried this often; the next sweep tries again. */
const triesOfRefused = 4;

/**
 * Runs reconciles by key, as the engine and the events ask for them, and all unfinished ones now and then. With a
 * `leadership`, only while it leads; otherwise what an event asks for is passed on to the leader.
 */
export async function openApp(
  parts: Omit<Dependencies, "wake" | "pace" | "reconcile" | "metrics"> & { metrics?: Metrics },
  leadership: Leadership = { isLeader: () => true, onChange: () => undefined },
): Promise<App> {
  const { engine, log, clock, metrics = noMetrics } = parts;
  const updated = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  const wake = (key: RunKey) => queue.add(textOf(key));
  const dependencies: Dependencies = { ...parts, metrics, wake, pace, reconcile };
  const underWay = new Map<string, Promise<unknown>>();
  /** Runs whose last reconcile failed: the next sweep looks at them again, finished ones too. */
  const failed = new Set<string>();

  async function reconcile(key: RunKey): Promise<Reconciled> {
    const text = textOf(key);
    const before = underWay.get(text) ?? Promise.resolve();
    // Checks are the leader's: two writers would make two check runs of one leg.
    const work = () => measureReconcile(dependencies, key, { report: leadership.isLeader() });
    const now = before.then(work, work);
    underWay.set(text, now);
    try {
      return await now;
    } finally {
      if (underWay.get(text) === now) underWay.delete(text);
    }
  }

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
      if (!leadership.isLeader()) return tellLeader(dependencies, keyOf(text));
      const { run, settled } = await reconcile(keyOf(text));
      failed.delete(text);
      if (run === undefined || isFinished(run.phase)) updated.delete(text);
      if (!settled) queue.add(text);
    },
    retry(error, text, failures) {
      const again = isRetryable(error) || failures < triesOfRefused;
      failed.add(text);
      log.error({ run: text, failures, again, err: error }, "failed to reconcile a run");
      return again;
    },
  });
  metrics.countQueue(() => queue.size);
  const watch = engine.watch((key) => leadership.isLeader() && queue.add(textOf(key)));
  const addAll = async (unfinished: boolean) => {
    const workflows = (await engine.list({ unfinished, outline: true })).filter((each) => !isTold(each));
    for (const workflow of workflows) queue.add(textOf(readRun(workflow).key));
  };
  let missed = false;
  const sweep = (unfinished: boolean) => {
    if (!leadership.isLeader()) return;
    for (const text of failed) queue.add(text);
    missed ||= !unfinished;
    addAll(!missed).then(
      () => (missed = false),
      (error: unknown) => log.error({ err: error }, "failed to list runs"),
    );
  };
  leadership.onChange((leads) => leads && sweep(false));
  // Finished runs too: the last thing that a run's check says is the one that must not be lost.
  if (leadership.isLeader()) await addAll(false);
  const sweeping = setInterval(() => sweep(true), sweepMs);
  const schedules = openSchedules(dependencies);
  const recovery = openRecovery(dependencies);
  const rounds = [
    startRounds(
      () => schedules.look(),
      lookMs,
      (error) => log.error({ err: error }, "failed to look at schedules"),
    ),
    startRounds(
      () => (leadership.isLeader() ? recovery.look() : Promise.resolve()),
      sweepMs,
      (error) => log.error({ err: error }, "failed to recover deliveries"),
    ),
  ];

  return {
    async receive(event) {
      await receive(dependencies, event);
      const { repository } = event;
      if (event.kind === "push" && event.ref === `refs/heads/${repository.defaultBranch}`)
        schedules.pushed(repository.id);
    },
    idle: () => queue.idle(),
    async close() {
      clearInterval(sweeping);
      await Promise.all(rounds.map((each) => each.stop()));
      for (const timer of timers) clearTimeout(timer);
      await watch.close();
      await queue.close();
    },
  };
}

/** The leader's watch shows it this write. Any number of them, and none when the run is gone, is right. */
async function tellLeader({ engine, clock }: Dependencies, key: RunKey): Promise<void> {
  await engine.annotate(key, { [annotation.woken]: new Date(clock()).toISOString() });
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
