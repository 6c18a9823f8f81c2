import { ExpressionError } from "../expression-error.js";
import type { Budget } from "./budget.js";
import { isMap } from "./values.js";

type Selector =
  | { type: "key"; keys: (string | number)[] }
  | { type: "all" }
  | { type: "slice"; from?: number; to?: number };
type Segment = { deep: boolean; selector: Selector };

const SEGMENT =
  /(\.\.|\.)?(?:\[\s*(?:(\*)|(-?\d*):(-?\d*)|((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+)(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+))*))\s*\]|(\*)|([\p{L}_][\p{L}\p{N}_-]*))/uy;
const KEY = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)/g;

/**
 * The value at a path such as `$.a[0]['b-c']`; a list of values when the path has `*`, `..`, a slice or
 * several keys. No filters. Throws when a definite path leads nowhere.
 */
export function jsonPath(value: unknown, path: string, budget: Budget): unknown {
  const segments = segmentsOf(path);
  let found: unknown[] = [value];
  for (const { deep, selector } of segments) {
    budget.spend(found.length);
    const from = deep ? found.flatMap((item) => withDescendants(item, budget)) : found;
    found = from.flatMap((item) => selected(item, selector, budget));
    budget.spend(found.length);
  }
  if (segments.some(isIndefinite)) return found;
  if (found.length === 0) throw new ExpressionError(`key: invalid token target. not found: '${path}'`);
  return found[0];
}

function isIndefinite({ deep, selector }: Segment): boolean {
  return deep || selector.type !== "key" || selector.keys.length > 1;
}

function segmentsOf(path: string): Segment[] {
  const text = path.trim();
  const invalid = (): ExpressionError => new ExpressionError(`invalid JSONPath expression '${path}'`);
  if (!text.startsWith("$")) throw invalid();
  const segments: Segment[] = [];
  for (let at = 1; at < text.length;) {
    SEGMENT.lastIndex = at;
    const match = SEGMENT.exec(text);
    if (match === null) throw invalid();
    const [all, dots, bracketAll, from, to, keys, star, name] = match;
    if (dots === undefined && (star !== undefined || name !== undefined)) throw invalid();
    at += all.length;
    const deep = dots === "..";
    if (star !== undefined || bracketAll !== undefined) segments.push({ deep, selector: { type: "all" } });
    else if (name !== undefined) segments.push({ deep, selector: { type: "key", keys: [name] } });
    else if (keys !== undefined) segments.push({ deep, selector: { type: "key", keys: keysIn(keys) } });
    else segments.push({ deep, selector: { type: "slice", ...bound("from", from), ...bound("to", to) } });
  }
  return segments;
}

function bound<K extends string>(key: K, text: string | undefined): Partial<Record<K, number>> {
  return text === undefined || text === "" || text === "-"
    ? {}
    : ({ [key]: Number(text) } as Partial<Record<K, number>>);
}

function keysIn(text: string): (string | number)[] {
  return [...text.matchAll(KEY)].map(([, single, double, index]) =>
    index === undefined ? (single ?? double ?? "").replace(/\\(.)/g, "$1") : Number(index),
  );
}

function selected(value: unknown, selector: Selector, budget: Budget): unknown[] {
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    budget.spend(1);
    if (selector.type === "all") return items;
    if (selector.type === "slice") return items.slice(selector.from, selector.to);
    return selector.keys.flatMap((key) => {
      const index = typeof key === "number" && key < 0 ? items.length + key : key;
      return typeof index === "number" && index < items.length ? [items[index]] : [];
    });
  }
  if (!isMap(value) || selector.type === "slice") return [];
  if (selector.type === "all") return sortedKeys(value).map((key) => value[key]);
  return selector.keys.flatMap((key) => (Object.hasOwn(value, String(key)) ? [value[String(key)]] : []));
}

function withDescendants(value: unknown, budget: Budget): unknown[] {
  const found: unknown[] = [];
  const rest = [value];
  while (rest.length > 0) {
    budget.spend(1);
    const next = rest.pop();
    found.push(next);
    if (Array.isArray(next)) for (let index = next.length - 1; index >= 0; index -= 1) rest.push(next[index]);
    else if (isMap(next)) for (const key of sortedKeys(next).reverse()) rest.push(next[key]);
  }
  return found;
}

function sortedKeys(value: object): string[] {
  return Object.keys(value).sort();
}
