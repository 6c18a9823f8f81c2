import { ExpressionError } from "../expression-error.js";
import { formatValue, marshal } from "../go-format.js";
import type { Arguments, FunctionTable, NativeFunction } from "./arguments.js";
import { parseGoDuration } from "./go-duration.js";
import { GoTime, GoZone, parseGoTime, zoneNamed } from "./go-time.js";
import { jsonPath } from "./jsonpath.js";
import { ordered } from "./predicates.js";
import {
  countOf,
  joined,
  repeated,
  replaced,
  split,
  splitAfter,
  trimmed,
  withoutPrefix,
  withoutSuffix,
} from "./text.js";
import { fetch, identity, isLess, isMap, mapOf } from "./values.js";

const INTEGER = /^[+-]?\d{1,19}$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const NUMBERS: Record<string, NativeFunction> = {
  abs: (args) => Math.abs(args.number(0)),
  ceil: (args) => Math.ceil(args.number(0)),
  floor: (args) => Math.floor(args.number(0)),
  // Go rounds halves away from zero.
  round: (args) => Math.sign(args.number(0)) * Math.round(Math.abs(args.number(0))),
  max: (args) => numbers(args).reduce((most, value) => Math.max(most, value), -Infinity),
  min: (args) => numbers(args).reduce((least, value) => Math.min(least, value), Infinity),
  median: (args) => median(numbers(args)),
  mean: (args) => numbers(args).reduce((sum, value) => sum + value, 0) / Math.max(1, numbers(args).length),
  sum: (args) => numbers(args).reduce((sum, value) => sum + value, 0),
  int: toInteger,
  float: toFloat,
  asInt: toInteger,
  asFloat: toFloat,
  bitand: (args) => bits(args, (a, b) => a & b),
  bitor: (args) => bits(args, (a, b) => a | b),
  bitxor: (args) => bits(args, (a, b) => a ^ b),
  bitnand: (args) => bits(args, (a, b) => a & ~b),
  bitnot: (args) => Number(BigInt.asIntN(64, ~BigInt(args.integer(0)))),
  bitshl: (args) => shifted(args, (a, by) => a << by),
  bitshr: (args) => shifted(args, (a, by) => a >> by),
  bitushr: (args) => shifted(args, (a, by) => BigInt.asUintN(64, a) >> by),
};

const TIMES: Record<string, NativeFunction> = {
  now: (args) => new GoTime(args.now, zoneOf(args, 0)),
  date: (args) => parseGoTime(args.text(0), args.count > 1 ? args.text(1) : undefined, zoneOf(args, 2)),
  duration: (args) => parseGoDuration(args.text(0)),
  timezone: (args) => zoneNamed(args.text(0)),
};

const TEXTS: Record<string, NativeFunction> = {
  string: (args) => formatted(args),
  trim: (args) => trimmed(args.text(0), args.count > 1 ? new Set(args.text(1)) : undefined),
  trimPrefix: (args) => withoutPrefix(args.text(0), args.text(1, " ")),
  trimSuffix: (args) => withoutSuffix(args.text(0), args.text(1, " ")),
  upper: (args) => args.text(0).toUpperCase(),
  lower: (args) => args.text(0).toLowerCase(),
  split: (args) => split(args, args.text(0), args.text(1), args.integer(2, -1)),
  splitAfter: (args) => splitAfter(args, args.text(0), args.text(1), args.integer(2, -1)),
  replace: (args) => replaced(args, args.text(0), args.text(1), args.text(2), args.integer(3, -1)),
  repeat: (args) => repeated(args, args.text(0), args.integer(1)),
  join: (args) => joined(args, args.list(0), args.text(1, "")),
  indexOf: (args) => args.text(0).indexOf(args.text(1)),
  lastIndexOf: (args) => args.text(0).lastIndexOf(args.text(1)),
  hasPrefix: (args) => args.text(0).startsWith(args.text(1)),
  hasSuffix: (args) => args.text(0).endsWith(args.text(1)),
  toBase64: (args) => Buffer.from(args.text(0)).toString("base64"),
  fromBase64: (args) => decoded(args.text(0)),
};

const LISTS: Record<string, NativeFunction> = {
  first: (args) => args.list(0)[0],
  last: (args) => args.list(0).at(-1),
  take: (args) => args.list(0).slice(0, Math.max(0, args.integer(1))),
  sort: (args) => ordered(args.list(0), isLess, args.any(1)),
  reverse: (args) => [...args.list(0)].reverse(),
  concat: (args) => args.values.flatMap((_, index) => args.list(index)),
  flatten: (args) => flattened(args, args.list(0)),
  uniq: (args) => uniq(args),
  count: (args) => args.list(0).filter((item) => item === true).length,
  any: (args) => args.list(0).includes(true),
  all: (args) => args.list(0).every((item) => item === true),
};

const MAPS: Record<string, NativeFunction> = {
  len: (args) => countOf(args),
  get: (args) => got(args),
  keys: (args) => Object.keys(args.map(0)).sort(),
  values: (args) => {
    const map = args.map(0);
    return Object.keys(map)
      .sort()
      .map((key) => map[key]);
  },
  toPairs: (args) => Object.entries(args.map(0)).sort(([a], [b]) => (a < b ? -1 : 1)),
  fromPairs: (args) => mapOf(args.list(0).map((pair) => pairOf(args, pair))),
  type: (args) => kindOf(args.any(0)),
};

const JSONS: Record<string, NativeFunction> = {
  toJSON: (args) => marshalled(args, 2),
  toJson: (args) => marshalled(args, 0),
  fromJSON: (args) => fromJson(args),
  jsonpath: (args) => jsonPath(fromJson(args), args.text(1), args.budget),
};

/** The functions of expr-lang that take values only, and those that Argo adds. */
export const BUILTINS: FunctionTable = new Map(
  Object.entries({ ...NUMBERS, ...TIMES, ...TEXTS, ...LISTS, ...MAPS, ...JSONS }),
);

function numbers(args: Arguments): number[] {
  const values = args.values.flatMap((value, index) => (Array.isArray(value) ? args.list(index) : [value]));
  return values.map((value, index) => (typeof value === "number" ? value : args.refuse(index)));
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function bits(args: Arguments, combine: (a: bigint, b: bigint) => bigint): number {
  return Number(BigInt.asIntN(64, combine(BigInt(args.integer(0)), BigInt(args.integer(1)))));
}

function shifted(args: Arguments, shift: (a: bigint, by: bigint) => bigint): number {
  const by = args.integer(1);
  if (by < 0) throw new ExpressionError(`invalid operation: negative shift count ${by} (type int)`);
  return Number(BigInt.asIntN(64, shift(BigInt(args.integer(0)), BigInt(Math.min(by, 64)))));
}

/** The zone of a time: a zone, or its name. */
function zoneOf(args: Arguments, index: number): GoZone {
  const zone = args.values[index];
  return zone instanceof GoZone ? zone : zoneNamed(args.text(index, "UTC"));
}

function toInteger(args: Arguments): number {
  const value = args.any(0);
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
  if (typeof value === "string" && INTEGER.test(value)) return Number(value);
  throw new ExpressionError(`invalid operation: ${args.callee}(${formatValue(value).slice(0, 100)})`);
}

function toFloat(args: Arguments): number {
  const value = args.any(0);
  if (typeof value === "number") return value;
  if (typeof value === "string" && FLOAT.test(value)) return Number(value);
  throw new ExpressionError(`invalid operation: ${args.callee}(${formatValue(value).slice(0, 100)})`);
}

function formatted(args: Arguments): string {
  args.budget.walk(args.any(0));
  return formatValue(args.any(0));
}

function decoded(text: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw new ExpressionError("illegal base64 data");
  }
  return Buffer.from(text, "base64").toString();
}

function flattened(args: Arguments, list: readonly unknown[]): unknown[] {
  args.budget.walk(list);
  return (list as unknown[]).flat(100);
}

export function uniq(args: Arguments): unknown[] {
  const items = args.list(0);
  args.budget.walk(items);
  const first = new Map<string, unknown>();
  for (const item of items) {
    const key = identity(item);
    if (!first.has(key)) first.set(key, item);
  }
  return [...first.values()];
}

function got(args: Arguments): unknown {
  args.expect(2);
  try {
    return fetch(args.any(0), args.any(1));
  } catch (error) {
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}

function pairOf(args: Arguments, pair: unknown): [string, unknown] {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string") {
    throw new ExpressionError(`invalid pair for ${args.callee}`);
  }
  return [pair[0], pair[1]];
}

function kindOf(value: unknown): string {
  if (value === null) return "nil";
  if (Array.isArray(value)) return "array";
  if (isMap(value)) return "map";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function marshalled(args: Arguments, indent: number): string {
  args.budget.walk(args.any(0));
  return marshal(args.any(0), indent);
}

/** Reads the first argument as JSON. */
export function fromJson(args: Arguments): unknown {
  const text = args.text(0);
  args.budget.spend(Math.floor(text.length / 256));
  const value = parsedJson(text);
  args.budget.walk(value);
  return value;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExpressionError(`invalid JSON: ${(error as Error).message.slice(0, 200)}`, { cause: error });
  }
}
