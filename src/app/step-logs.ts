import { LRUCache } from "lru-cache";
import type { Engine } from "../engine/engine.js";
import { LogReader, type LogDigest } from "../report/log-reader.js";
import { failingLeaves } from "../run/gates.js";
import { isCompleted } from "../run/phases.js";
import { isLeaf, type Node, type Run } from "../run/read-run.js";
import { sortNodes } from "../run/tree.js";
import type { Log } from "./ports.js";

/** What the logs of a run's ended steps hold for its check. */
export interface StepLogs {
  /** By node id; steps whose log cannot be read now are left out. */
  of(run: Run): Promise<ReadonlyMap<string, LogDigest>>;
}

/** Of a run of very many steps, the logs of so many are read: those that failed and the newest. */
const mostLogs = 50;
const mostFailed = 20;
/** A log that is longer is read so far; no engine keeps more by itself. */
const mostBytes = 256 * 1024 * 1024;
const keptCharacters = 32 * 1024 * 1024;

/** The log of a step that has ended does not change: it is read once, as long as there is room to remember it. */
export function openStepLogs(engine: Engine, log: Log): StepLogs {
  const kept = new LRUCache<string, LogDigest>({ maxSize: keptCharacters, sizeCalculation: sizeOf });
  const digestOf = async (run: Run, node: Node): Promise<LogDigest | undefined> => {
    const name = JSON.stringify([run.uid, node.id, node.startedAt, node.finishedAt]);
    const known = kept.get(name);
    if (known !== undefined) return known;
    try {
      const digest = await read(engine, run, node);
      if (digest !== undefined) kept.set(name, digest);
      return digest;
    } catch (error) {
      // A check without a log is better than none.
      log.warn({ run: run.key.name, node: node.displayName, err: error }, "failed to read a step's log");
      return undefined;
    }
  };
  return {
    async of(run) {
      const digests = new Map<string, LogDigest>();
      for (const node of nodesToRead(run)) {
        const digest = await digestOf(run, node);
        if (digest !== undefined) digests.set(node.id, digest);
      }
      return digests;
    },
  };
}

function nodesToRead(run: Run): Node[] {
  const ended = [...run.nodes.values()].filter(
    (node) => isLeaf(node) && node.type === "Pod" && isCompleted(node.phase),
  );
  const failed = failingLeaves(run)
    .filter(({ type }) => type === "Pod")
    .slice(0, mostFailed);
  const newest = sortNodes(ended.filter((node) => !failed.includes(node))).slice(failed.length - mostLogs);
  return [...failed, ...newest];
}

async function read(engine: Engine, run: Run, node: Node): Promise<LogDigest | undefined> {
  const pieces = await engine.readLog(run.key, node.id);
  if (pieces === undefined) return undefined;
  const reader = new LogReader();
  let bytes = 0;
  for await (const piece of pieces) {
    reader.push(piece);
    bytes += piece.length;
    if (bytes >= mostBytes) break;
  }
  return reader.end();
}

function sizeOf({ parts, notes, masks }: LogDigest): number {
  const lines = parts.flatMap((part) => part.lines);
  return [...lines, ...masks, ...notes.map(({ message }) => message)].reduce(
    (sum, text) => sum + text.length + 50,
    200,
  );
}
