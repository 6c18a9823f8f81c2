import { createHash, randomUUID } from "node:crypto";
import type { Engine, NodeLog, RunKey } from "../../engine/engine.js";
import { openLogWindow, type LogWindow } from "./log-window.js";

/** The log of one step, read once for all who look at it. */
export interface LogFeed {
  window: LogWindow;
  /** Calls back when there is more; until the function that it gives is called. */
  follow(changed: () => void): () => void;
}
export interface LogFeeds {
  /** Reads the log and keeps reading it while somebody follows. */
  open(key: RunKey, nodeId: string): Promise<LogFeed>;
  close(): void;
}

/** The end of a log that is read; the browser gets as much at most. */
export const tailBytes = 512 * 1024;
const lookMs = 250;
const shortestPauseMs = 1000;
const longestPauseMs = 5000;
/** A feed that nobody follows is forgotten after this time. */
const idleMs = 30_000;
const mostFeeds = 40;

interface Feed extends LogFeed {
  key: RunKey;
  nodeId: string;
  listeners: Set<() => void>;
  lastUsed: number;
  reading: Promise<void> | undefined;
  /** Of what was read last. */
  hash: string;
  pauseMs: number;
  nextAt: number;
}

/** Thrown when as many logs are being read as may be. */
export class TooManyLogsError extends Error {
  override readonly name = "TooManyLogsError";
}

/**
 * Reads the end of each log that somebody looks at: every second while it grows, less often when it does not or when
 * the engine is slow to answer. Forty logs at one time.
 */
export function openLogFeeds(engine: Pick<Engine, "log">): LogFeeds {
  const feeds = new Map<string, Feed>();
  const timer = setInterval(() => {
    const now = Date.now();
    for (const [name, feed] of feeds) {
      if (feed.listeners.size === 0 && now - feed.lastUsed > idleMs) feeds.delete(name);
      else if (feed.listeners.size > 0 && now >= feed.nextAt) void refresh(feed);
    }
  }, lookMs);
  timer.unref();

  function refresh(feed: Feed): Promise<void> {
    feed.reading ??= read(engine, feed).finally(() => (feed.reading = undefined));
    return feed.reading;
  }

  function makeRoom(): void {
    if (feeds.size < mostFeeds) return;
    const idle = [...feeds].filter(([, feed]) => feed.listeners.size === 0);
    const [oldest] = idle.sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    if (oldest === undefined) throw new TooManyLogsError("too many logs are being read");
    feeds.delete(oldest[0]);
  }

  return {
    async open(key, nodeId) {
      const name = `${key.namespace}/${key.name}/${nodeId}`;
      let feed = feeds.get(name);
      if (feed === undefined) {
        makeRoom();
        feed = createFeed(key, nodeId);
        feeds.set(name, feed);
      }
      feed.lastUsed = Date.now();
      await refresh(feed);
      return feed;
    },
    close: () => clearInterval(timer),
  };
}

async function read(engine: Pick<Engine, "log">, feed: Feed): Promise<void> {
  const start = Date.now();
  const log = await engine.log(feed.key, feed.nodeId, tailBytes).catch(() => undefined);
  const changed = log !== undefined && takeNew(feed, log);
  feed.pauseMs = changed ? shortestPauseMs : Math.min(longestPauseMs, feed.pauseMs * 1.3);
  feed.nextAt = Date.now() + Math.max(feed.pauseMs, 4 * (Date.now() - start));
  if (changed) for (const listener of feed.listeners) listener();
}

/** False when it reads as before. */
function takeNew(feed: Feed, { text, truncated }: NodeLog): boolean {
  const hash = createHash("sha256").update(text).digest("base64url");
  if (hash === feed.hash) return false;
  feed.hash = hash;
  feed.window.take(text, truncated);
  return true;
}

function createFeed(key: RunKey, nodeId: string): Feed {
  const listeners = new Set<() => void>();
  const feed: Feed = {
    key,
    nodeId,
    window: openLogWindow(randomUUID().slice(0, 8)),
    listeners,
    lastUsed: Date.now(),
    reading: undefined,
    hash: "",
    pauseMs: shortestPauseMs,
    nextAt: 0,
    follow(changed) {
      listeners.add(changed);
      feed.nextAt = 0;
      return () => {
        listeners.delete(changed);
        feed.lastUsed = Date.now();
      };
    },
  };
  return feed;
}
