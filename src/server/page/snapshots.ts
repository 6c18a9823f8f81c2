import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../app/ports.js";
import type { Engine, RunKey } from "../../engine/engine.js";
import type { GateDecision } from "../../policy/gate.js";
import { failingLeaf, openGates } from "../../run/gates.js";
import { isFinished } from "../../run/phases.js";
import { maskValues } from "../../run/mask-values.js";
import { readRun, type Run } from "../../run/read-run.js";
import { renderRunParts } from "./view/run-page.js";
import { timeOf } from "./view/times.js";

/** One reading of a run, shared by everybody who looks at it. */
export interface Snapshot {
  run: Run;
  /** Rendered when first asked for. */
  parts(): Promise<Rendered>;
}
export interface Rendered {
  html: string;
  /** Another one when the page reads otherwise. */
  version: string;
}

export interface Snapshots {
  /** A reading that is not older than a few seconds and than the last change that was told; undefined: no such run. */
  read(key: RunKey): Promise<Snapshot | undefined>;
  /** Calls back, at most once a second, when a run may read otherwise; until the function that it gives is called. */
  follow(key: RunKey, changed: () => void): () => void;
  close(): Promise<void>;
}

export interface SnapshotParts {
  engine: Pick<Engine, "get" | "log" | "watch">;
  /** How the open gates stand now. */
  gatesOf: (run: Run) => Promise<ReadonlyMap<string, GateDecision>>;
  /** Takes what the run's steps asked to mask out of a text; undefined when that is nothing. */
  maskOf: (run: Run) => Promise<((text: string) => string) | undefined>;
  clock: Clock;
}

/** A reading serves that long without a change. */
const freshMs = 3000;
/** Bars and gates move on without a change of the Workflow. */
const tickMs = 5000;
const paceMs = 1000;
/** Who approved is asked of GitHub that often for one run, and after each change of its check or votes. */
const decisionsMs = 60_000;
/** The page does not wait longer for GitHub; a later reading has it. */
const patienceMs = 2500;
const tailBytes = 16 * 1024;
/** Of all readings together; two kilobytes each or so. */
const mostNodes = 60_000;

type Mask = (text: string) => string;
interface Reading {
  at: number;
  stale: boolean;
  snapshot: Promise<Snapshot | undefined>;
}
interface Followers {
  listeners: Set<() => void>;
  tick: NodeJS.Timeout;
  pending: NodeJS.Timeout | undefined;
}
interface Decided {
  key: string;
  at: number;
  decisions: ReadonlyMap<string, GateDecision>;
}

/** One reading of the engine and one rendering serve all viewers of a run; the last ones are kept for a minute. */
export function openSnapshots({ engine, gatesOf, maskOf, clock }: SnapshotParts): Snapshots {
  const readings = new LRUCache<string, Reading>({ max: 50, maxSize: mostNodes, ttl: 60_000 });
  const decided = new LRUCache<string, Decided>({ max: 200 });
  const followers = new Map<string, Followers>();
  const watch = engine.watch((key) => {
    const text = textOf(key);
    const reading = readings.get(text);
    if (reading !== undefined) reading.stale = true;
    tell(text);
  });

  function tell(text: string): void {
    const found = followers.get(text);
    if (found === undefined || found.pending !== undefined) return;
    found.pending = setTimeout(() => {
      found.pending = undefined;
      for (const listener of found.listeners) listener();
    }, paceMs);
  }

  async function load(key: RunKey): Promise<Snapshot | undefined> {
    const workflow = await engine.get(key);
    if (workflow === undefined) return undefined;
    const stored = readRun(workflow);
    const mask = await maskOf(stored);
    const run = mask === undefined ? stored : readRun(maskValues(workflow, mask));
    let rendered: Promise<Rendered> | undefined;
    return { run, parts: () => (rendered ??= render(run, mask)) };
  }

  async function render(run: Run, mask: Mask = (text) => text): Promise<Rendered> {
    const leaf = failingLeaf(run);
    const log = leaf && (await engine.log(run.key, leaf.id, tailBytes));
    const decisions = await decisionsOf(run);
    // A run that waits does not read otherwise every second: durations are counted on by the script.
    const step = decisions.size > 0 ? 60_000 : tickMs;
    const now = Math.max(Math.floor(clock() / step) * step, lastMoment(run));
    const { text } = renderRunParts({ run, decisions, now, failingLog: log && mask(log.text) });
    return { html: text, version: createHash("sha256").update(text).digest("base64url").slice(0, 16) };
  }

  async function decisionsOf(run: Run): Promise<ReadonlyMap<string, GateDecision>> {
    const gates = openGates(run);
    if (gates.length === 0) return new Map();
    const open = gates.map(({ node, startedAt }) => `${node.id}@${startedAt}`);
    const key = JSON.stringify([open, run.report, run.votes]);
    const known = decided.get(run.uid);
    if (known?.key === key && clock() - known.at < decisionsMs) return known.decisions;
    const asked = gatesOf(run).then((decisions) => {
      decided.set(run.uid, { key, at: clock(), decisions });
      return decisions;
    });
    const late = sleep(patienceMs, undefined, { ref: false });
    const decisions = await Promise.race([asked.catch(() => undefined), late]);
    if (decisions !== undefined) return decisions;
    void asked.then(
      () => tell(textOf(run.key)),
      () => undefined,
    );
    return known?.key === key ? known.decisions : new Map(gates.map(({ node }) => [node.id, unread]));
  }

  return {
    read(key) {
      const text = textOf(key);
      const known = readings.get(text);
      if (known !== undefined && !known.stale && clock() - known.at < freshMs) return known.snapshot;
      const reading: Reading = { at: clock(), stale: false, snapshot: load(key) };
      readings.set(text, reading, { size: 1 });
      reading.snapshot.then(
        (snapshot) => {
          const size = 1 + (snapshot?.run.nodes.size ?? 0);
          if (readings.peek(text) === reading) readings.set(text, reading, { size });
        },
        () => readings.delete(text),
      );
      return reading.snapshot;
    },
    follow(key, changed) {
      const text = textOf(key);
      const found = followers.get(text) ?? startFollowers(() => tell(text));
      followers.set(text, found);
      found.listeners.add(changed);
      return () => {
        found.listeners.delete(changed);
        if (found.listeners.size > 0) return;
        stopFollowers(found);
        if (followers.get(text) === found) followers.delete(text);
      };
    },
    async close() {
      for (const found of followers.values()) stopFollowers(found);
      followers.clear();
      await watch.close();
    },
  };
}

/** The latest moment that the run itself knows. */
function lastMoment(run: Run): number {
  let last = 0;
  for (const { startedAt, finishedAt } of run.nodes.values()) {
    last = Math.max(last, timeOf(startedAt) ?? 0, timeOf(finishedAt) ?? 0);
  }
  return last;
}

const unread: GateDecision = {
  state: "waiting",
  needed: 1,
  approvals: [],
  ignored: [],
  reasons: ["GitHub has not said yet who approved"],
};

function startFollowers(tick: () => void): Followers {
  const timer = setInterval(tick, tickMs);
  timer.unref();
  return { listeners: new Set(), tick: timer, pending: undefined };
}

function stopFollowers({ tick, pending }: Followers): void {
  clearInterval(tick);
  clearTimeout(pending);
}

/** A run that has ended reads the same for ever, apart from what people set on it. */
export function isOver(run: Run): boolean {
  return isFinished(run.phase);
}

function textOf({ namespace, name }: RunKey): string {
  return `${namespace}/${name}`;
}
