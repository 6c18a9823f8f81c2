import { createKeyedQueue } from "../lib/keyed-queue.js";
import { openTurns } from "../lib/in-turn.js";
import type { RunKey } from "../engine/engine.js";
import { annotation } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import { isFinished } from "../run/phases.js";
import type { Event } from "../policy/event.js";
import type { GateDecision } from "../policy/gate.js";
import { openCauses } from "./causes.js";
import { startChores } from "./chores.js";
import type { Dependencies } from "./dependencies.js";
import { learnGroups } from "./groups-of-runs.js";
import { openEnsureCheck } from "./ensure-check.js";
import type { Leadership } from "./leadership.js";
import { measureReconcile } from "./measure-reconcile.js";
import { openPace } from "./pace.js";
import { openPatience } from "./patience.js";
import { noMetrics, type Metrics } from "./ports.js";
import { receive } from "./receive.js";
import { isRetryable } from "./is-retryable.js";
import { keyText, readKey } from "./run-key.js";
import { openDeletedRuns } from "./deleted-runs.js";
import { openComments } from "./keep-comment.js";
import { maskOfRun } from "./mask-of-run.js";
import { readGates } from "./settle-gates.js";
import { openStepLogs } from "./step-logs.js";
import { openGivenUpRecovery } from "./recover-given-up.js";
import { openSweep } from "./sweep.js";

export interface App {
  /** Resolves when the event's effect is durable; rejects when it should be delivered again. */
  receive(event: Event): Promise<void>;
  /** How the open gates of a run stand now, by node id, as GitHub says; nothing is decided by it. */
  gatesOf(run: Run): Promise<Map<string, GateDecision>>;
  /** Takes what the run's steps asked to mask out of a text; undefined when that is nothing. */
  maskOf(run: Run): Promise<((text: string) => string) | undefined>;
  /** Resolves when no reconcile is waiting or under way. */
  idle(): Promise<void>;
  /** Lets started reconciles end and takes no more. */
  close(): Promise<void>;
}

/** A running check is updated at most this often. */
const paceMs = 1000;
/** Longer than a request to GitHub lives without who sent it; gates of a run wait for it, where that may be. */
const lateMs = 15_000;
/** Reconciles that run at one time: with the deliveries under way, fewer than the requests that GitHub allows an App at once. */
const concurrency = 24;
/** Of these, for the runs of one repository. */
const ofOneRepository = 4;
/** A failure that another try hardly mends is tried this often; the next sweep tries again. */
const triesOfRefused = 4;

/** What an App is made of; the rest it makes itself. */
export type AppParts = Omit<
  Dependencies,
  "wake" | "pace" | "late" | "reconcile" | "metrics" | "logs" | "comments" | "deleted" | "ensureCheck"
> & { metrics?: Metrics };

/**
 * Runs reconciles by key, as the engine and the events ask for them, and all unfinished ones now and then. With a
 * `leadership`, only while it leads; otherwise what an event asks for is passed on to the leader.
 */
export async function openApp(
  parts: AppParts,
  leadership: Leadership = { isLeader: () => true, onChange: () => undefined },
): Promise<App> {
  const { log, clock, metrics = noMetrics } = parts;
  const groups = learnGroups(parts.engine);
  const { engine } = groups;
  const logs = openStepLogs(engine, log);
  const causes = openCauses();
  const ask = (text: string) => {
    causes.ask(text);
    queue.add(text);
  };
  const pace = openPace(paceMs, clock, ask);
  const patience = openPatience(lateMs, ask);
  const inTurn = openTurns();
  const reconcile = (text: string) => inTurn(text, () => look(text));
  // Checks are the leader's: two writers would make two check runs of one leg.
  const look = async (text: string) => {
    const known = causes.take(text);
    const report = leadership.isLeader();
    const options = { report, ...(known === undefined ? {} : { known }) };
    try {
      const reconciled = await measureReconcile(dependencies, readKey(text), options);
      causes.settled(text, report ? reconciled : undefined);
      return reconciled;
    } catch (error) {
      causes.ask(text);
      throw error;
    }
  };
  const dependencies: Dependencies = {
    ...parts,
    engine,
    logs,
    comments: openComments({ ...parts, engine, logs }),
    deleted: openDeletedRuns(parts),
    ensureCheck: openEnsureCheck(parts.github),
    metrics,
    wake: (key) => ask(keyText(key)),
    pace: (key) => pace.may(keyText(key)),
    late: {
      begin: (key) => patience.begin(keyText(key)),
      isOver: (key) => patience.isOver(keyText(key)),
      forget: (key) => patience.forget(keyText(key)),
    },
    reconcile(key) {
      causes.ask(keyText(key));
      return reconcile(keyText(key));
    },
  };
  const givenUp = openGivenUpRecovery(dependencies);
  const queue = createKeyedQueue({
    concurrency,
    groupOf: (text) => groups.groupOf(readKey(text)),
    perGroup: ofOneRepository,
    async work(text) {
      if (!leadership.isLeader()) {
        patience.forget(text);
        return tellLeader(dependencies, readKey(text));
      }
      const reconciled = await reconcile(text);
      const { run, settled } = reconciled;
      sweep.settled(text, reconciled);
      if (run === undefined || isFinished(run.phase)) pace.forget(text);
      if (run !== undefined && isFinished(run.phase)) givenUp.ended(run);
      if (run === undefined) patience.forget(text);
      if (!settled) ask(text);
    },
    retry(error, text, failures) {
      const again = isRetryable(error) || failures < triesOfRefused;
      sweep.failed(text);
      log.error({ run: text, failures, again, err: error }, "failed to reconcile a run");
      return again;
    },
  });
  metrics.countQueue(() => queue.size);
  const watch = engine.watch((key) => leadership.isLeader() && queue.add(keyText(key)));
  const sweep = openSweep(dependencies, leadership, ask, (run) => givenUp.ended(run));
  if (leadership.isLeader()) await sweep.all();
  const chores = startChores(dependencies, leadership, givenUp);

  return {
    async receive(event) {
      await receive(dependencies, event);
      chores.received(event);
    },
    async idle() {
      await chores.idle();
      await queue.idle();
    },
    maskOf: (run) => maskOfRun(dependencies.logs, run),
    gatesOf: async (run) => (run.facts === undefined ? new Map() : readGates(dependencies, run, run.facts)),
    async close() {
      sweep.stop();
      await chores.stop();
      pace.close();
      patience.close();
      await watch.close();
      await queue.close();
    },
  };
}

/** The leader's watch shows it this write. Any number of them, and none when the run is gone, is right. */
async function tellLeader({ engine, clock }: Dependencies, key: RunKey): Promise<void> {
  await engine.annotate(key, { [annotation.woken]: new Date(clock()).toISOString() });
}
