import { LRUCache } from "lru-cache";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics } from "../app/ports.js";
import { eventNames } from "./events/parse-event.js";

/** The metrics of one server, and their text for Prometheus. */
export interface ServerMetrics extends Metrics {
  contentType: string;
  /** Everything in Prometheus' text format. */
  render(): Promise<string>;
}

interface KnownRun {
  phase: string;
  gates: readonly string[];
  /** When it was reconciled last, in milliseconds. */
  at: number;
}

/** A run that ended is counted once; so many are remembered for it. */
const rememberedRuns = 20_000;
/**
 * Every unfinished run is reconciled every two minutes, by the replica that leads. One that this replica has not touched
 * for so long is another's to count.
 */
const keptMs = 10 * 60_000;
const day = 86_400;

/** README and docs/operating.md name all of these; deploy/ draws them. */
export function openMetrics(clock: () => number): ServerMetrics {
  const registry = new Registry();
  const unfinished = new Map<string, KnownRun>();
  collectDefaultMetrics({ register: registry });
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    ...deliveries(registry),
    ...runs(registry, unfinished, clock),
    ...reconciles(registry, unfinished, clock),
    ...gitHub(registry),
  };
}

function deliveries(registry: Registry): Pick<Metrics, "delivered" | "countWaiting"> {
  const registers = [registry];
  const total = new Counter({
    name: "sluice_deliveries_total",
    help: "Webhook deliveries by event and HTTP status of the answer",
    labelNames: ["event", "answer"],
    registers,
  });
  const duration = new Histogram({
    name: "sluice_delivery_seconds",
    help: "Time until a webhook delivery was answered",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 10],
    registers,
  });
  return {
    delivered(event, status, seconds) {
      // The header comes from anyone: it must not make new time series.
      total.inc({ event: eventNames.includes(event) ? event : "other", answer: String(status) });
      duration.observe(seconds);
    },
    countWaiting: (size) =>
      gaugeOf(registry, "sluice_deliveries_waiting", "Deliveries that wait for their turn", size),
  };
}

/** A gauge that is asked when it is read. */
function gaugeOf(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function runs(
  registry: Registry,
  unfinished: Map<string, KnownRun>,
  clock: () => number,
): Pick<Metrics, "sawRun" | "gateDecided"> {
  const registers = [registry];
  const ended = new LRUCache<string, true>({ max: rememberedRuns });
  const finished = new Counter({
    name: "sluice_runs_finished_total",
    help: "Runs that ended, by phase",
    labelNames: ["phase"],
    registers,
  });
  const waited = new Histogram({
    name: "sluice_gate_wait_seconds",
    help: "How long gates had waited when they were decided on",
    labelNames: ["decision"],
    buckets: [60, 300, 900, 3600, 4 * 3600, day, 3 * day, 7 * day, 30 * day],
    registers,
  });
  showRuns(registers, unfinished, clock);
  return {
    sawRun(key, run) {
      if (run === undefined || run.finished) unfinished.delete(key);
      else unfinished.set(key, { phase: run.phase, gates: run.gates, at: clock() });
      if (run?.finished !== true || ended.has(key)) return;
      ended.set(key, true);
      finished.inc({ phase: run.phase });
    },
    gateDecided: (decision, seconds) => waited.observe({ decision }, seconds),
  };
}

/** Counted when they are read. */
function showRuns(registers: Registry[], unfinished: Map<string, KnownRun>, clock: () => number): void {
  const known = () => {
    for (const [key, { at }] of unfinished) if (clock() - at > keptMs) unfinished.delete(key);
    return [...unfinished.values()];
  };
  const gates = () => known().flatMap((run) => run.gates);
  new Gauge({
    name: "sluice_runs",
    help: "Unfinished runs, by phase",
    labelNames: ["phase"],
    registers,
    collect() {
      this.reset();
      for (const phase of ["Pending", "Running"]) this.set({ phase }, 0);
      for (const { phase } of known()) this.inc({ phase });
    },
  });
  new Gauge({
    name: "sluice_gates_waiting",
    help: "Gates that wait for an approval",
    registers,
    collect() {
      this.set(gates().length);
    },
  });
  new Gauge({
    name: "sluice_gate_longest_wait_seconds",
    help: "How long the oldest waiting gate has waited",
    registers,
    collect() {
      const oldest = Math.min(clock(), ...gates().map((since) => Date.parse(since) || clock()));
      this.set((clock() - oldest) / 1000);
    },
  });
}

function reconciles(
  registry: Registry,
  unfinished: Map<string, KnownRun>,
  clock: () => number,
): Pick<Metrics, "reconciled" | "countQueue" | "watchRestarted"> {
  const registers = [registry];
  const duration = new Histogram({
    name: "sluice_reconcile_seconds",
    help: "Time of one reconcile of a run, by how it ended: settled, again or failed",
    labelNames: ["outcome"],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const restarts = new Counter({
    name: "sluice_watch_restarts_total",
    help: "Times that the watch on the engine was opened again",
    registers,
  });
  return {
    reconciled(key, outcome, seconds) {
      duration.observe({ outcome }, seconds);
      const run = unfinished.get(key);
      if (run !== undefined) run.at = clock();
    },
    watchRestarted: () => restarts.inc(),
    countQueue: (size) =>
      gaugeOf(registry, "sluice_queue_depth", "Runs that are being reconciled or wait for it", size),
  };
}

function gitHub(registry: Registry): Pick<Metrics, "gitHubAnswered" | "gitHubRemaining"> {
  const registers = [registry];
  const total = new Counter({
    name: "sluice_github_requests_total",
    help: "Requests to GitHub's API by HTTP status; none: there was no answer",
    labelNames: ["status"],
    registers,
  });
  const remaining = new Gauge({
    name: "sluice_github_rate_limit_remaining",
    help: "What GitHub last said is left of a rate limit",
    labelNames: ["installation", "resource"],
    registers,
  });
  return {
    gitHubAnswered: (status) => total.inc({ status: status === undefined ? "none" : String(status) }),
    gitHubRemaining: (installation, resource, left) =>
      remaining.set({ installation: String(installation), resource }, left),
  };
}
