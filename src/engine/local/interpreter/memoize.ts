import { parseDuration } from "../../../lib/duration.js";
import type { NodeStatus, Outputs, Template } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import { CallError } from "./call-error.js";
import type { Memo } from "./facts.js";
import { publishGlobals } from "./outputs.js";
import type { RunState } from "./run-state.js";

interface Memoize {
  key?: string;
  maxAge?: string;
  cache?: { configMap?: { name?: string } };
}

/** The cache entry of a template; undefined when it has none. Throws a CallError for a key that cannot be one. */
export function memoOf(template: Template): Memo | undefined {
  const memoize = template["memoize"] as Memoize | undefined;
  if (!memoize) return undefined;
  const { key = "", maxAge = "" } = memoize;
  if (!/^[a-zA-Z0-9][-a-zA-Z0-9]*$/.test(key)) throw new CallError(`invalid cache key: ${key}`);
  const age = maxAge === "" ? undefined : ageOf(maxAge);
  return { cache: memoize.cache?.configMap?.name ?? "", key, ...(age === undefined ? {} : { maxAge: age }) };
}

/** Milliseconds; unlike other durations a bare number is none. */
function ageOf(text: string): number {
  if (/^[1-9]\d*$/.test(text)) throw invalidAge(`missing unit in duration "${text}"`);
  const age = parseDuration(text);
  if (age === undefined) throw invalidAge(`invalid duration "${text}"`);
  return age;
}

function invalidAge(why: string): CallError {
  return new CallError(`invalid maxAge: time: ${why}`);
}

/** Asks the cache once; true when it had nothing, so that the node must do its work. */
export function mustWork(run: RunState, node: NodeStatus, memo: Memo): boolean {
  run.memos.set(node.id, memo);
  if (node.phase !== "Pending" || run.recalls.get(node.id) === "missed") return true;
  if (run.recalls.has(node.id)) return false;
  run.recalls.set(node.id, "asked");
  run.act({ type: "recall", nodeId: node.id, memo });
  return false;
}

/** The cache has answered: a hit ends the node with the outputs of then. */
export function nodeRecalled(run: RunState, nodeId: string, outputs: Outputs | undefined): void {
  const node = run.nodes[nodeId];
  const memo = run.memos.get(nodeId);
  if (!node || !memo || isFulfilled(node.phase)) return;
  run.recalls.set(nodeId, "missed");
  node.memoizationStatus = { hit: outputs !== undefined, key: memo.key, cacheName: memo.cache };
  if (!outputs) return run.touch(node);
  run.memos.delete(nodeId);
  if (Object.keys(outputs).length > 0) node.outputs = outputs;
  run.mark(node, "Succeeded");
  publishGlobals(run, node);
}
