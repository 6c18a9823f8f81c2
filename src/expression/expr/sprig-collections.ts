import { ExpressionError } from "../expression-error.js";
import { marshal } from "../go-format.js";
import type { Arguments, NativeFunction } from "./arguments.js";
import { fromJson, uniq } from "./builtins.js";
import { toInt } from "./sprig-numbers.js";
import { identity, isMap, mapOf, typeName, type ValueMap } from "./values.js";

export const SPRIG_COLLECTIONS: Record<string, NativeFunction> = {
  list: (args) => [...args.values],
  tuple: (args) => [...args.values],
  first: (args) => args.list(0)[0],
  last: (args) => args.list(0).at(-1),
  rest: (args) => args.list(0).slice(1),
  initial: (args) => args.list(0).slice(0, -1),
  append: (args) => [...args.list(0), args.any(1)],
  push: (args) => [...args.list(0), args.any(1)],
  prepend: (args) => [args.any(1), ...args.list(0)],
  concat: (args) => args.values.flatMap((_, index) => args.list(index)),
  reverse: (args) => [...args.list(0)].reverse(),
  uniq: (args) => uniq(args),
  compact: (args) => args.list(0).filter((item) => !isEmpty(item)),
  slice: (args) => args.list(0).slice(toInt(args.any(1)), args.count > 2 ? toInt(args.any(2)) : undefined),
  has: (args) => args.list(1).some((item) => same(args, item, args.any(0))),
  without: (args) =>
    args.list(0).filter((item) => !args.values.slice(1).some((omitted) => same(args, item, omitted))),
  chunk: (args) => chunks(args.list(1), Math.max(1, toInt(args.any(0)))),
  dict: (args) => dictionary(args),
  get: (args) => (Object.hasOwn(args.map(0), args.text(1)) ? args.map(0)[args.text(1)] : ""),
  set: (args) => mapOf([...Object.entries(args.map(0)), [args.text(1), args.any(2)]]),
  unset: (args) => mapOf(Object.entries(args.map(0)).filter(([key]) => key !== args.text(1))),
  hasKey: (args) => Object.hasOwn(args.map(0), args.text(1)),
  keys: (args) => args.values.flatMap((_, index) => Object.keys(args.map(index))).sort(),
  values: (args) =>
    Object.entries(args.map(0))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => value),
  pick: (args) => mapOf(Object.entries(args.map(0)).filter(([key]) => args.values.includes(key, 1))),
  omit: (args) => mapOf(Object.entries(args.map(0)).filter(([key]) => !args.values.includes(key, 1))),
  pluck: (args) => plucked(args),
  merge: (args) =>
    args.values.reduceRight((merged: ValueMap, _, index) => mergedOver(args.map(index), merged), mapOf([])),
  mergeOverwrite: (args) =>
    args.values.reduce((merged: ValueMap, _, index) => overwritten(merged, args.map(index)), mapOf([])),
  deepCopy: (args) => args.any(0),
  dig: (args) => dug(args),
  default: (args) => (isEmpty(args.any(1)) ? args.any(0) : args.any(1)),
  empty: (args) => isEmpty(args.any(0)),
  coalesce: (args) => args.values.find((value) => !isEmpty(value)),
  all: (args) => !args.values.some(isEmpty),
  any: (args) => args.values.some((value) => !isEmpty(value)),
  ternary: (args) => (args.any(2) === true ? args.any(0) : args.any(1)),
  fail: (args) => {
    throw new ExpressionError(args.text(0));
  },
  kindOf: (args) => goKind(args.any(0)),
  kindIs: (args) => goKind(args.any(1)) === args.text(0),
  typeIs: (args) => typeName(args.any(1)) === args.text(0),
  typeIsLike: (args) => [args.text(0), `*${args.text(0)}`].includes(typeName(args.any(1))),
  typeOf: (args) => typeName(args.any(0)),
  deepEqual: (args) => same(args, args.any(0), args.any(1)),
  toJson: (args) => marshalled(args, 0),
  toPrettyJson: (args) => marshalled(args, 2),
  // Unlike the others it leaves `<`, `>` and `&` as they are.
  toRawJson: (args) =>
    marshalled(args, 0).replace(/\\u00(3c|3e|26)/g, (_, code: string) =>
      String.fromCharCode(parseInt(code, 16)),
    ),
  fromJson: (args) => fromJson(args),
};

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function same(args: Arguments, a: unknown, b: unknown): boolean {
  args.budget.walk(a);
  args.budget.walk(b);
  return identity(a) === identity(b);
}

function chunks(list: readonly unknown[], size: number): unknown[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

function dictionary(args: Arguments): ValueMap {
  const entries: [string, unknown][] = [];
  for (let index = 0; index < args.count; index += 2)
    entries.push([args.text(index), args.values[index + 1] ?? ""]);
  return mapOf(entries);
}

function plucked(args: Arguments): unknown[] {
  const key = args.text(0);
  const maps = args.values.slice(1).map((_, index) => args.map(index + 1));
  return maps.filter((map) => Object.hasOwn(map, key)).map((map) => map[key]);
}

// The maps on the left win, key by key.
function mergedOver(winner: ValueMap, loser: ValueMap): ValueMap {
  const result = mapOf(Object.entries(loser));
  for (const [key, value] of Object.entries(winner)) {
    const other = result[key];
    result[key] =
      isMap(value) && isMap(other)
        ? mergedOver(value, other)
        : isEmpty(value) && key in result
          ? other
          : value;
  }
  return result;
}

function overwritten(loser: ValueMap, winner: ValueMap): ValueMap {
  const result = mapOf(Object.entries(loser));
  for (const [key, value] of Object.entries(winner)) {
    const other = result[key];
    if (isMap(value) && isMap(other)) result[key] = overwritten(other, value);
    else if (!isEmpty(value) || !(key in result)) result[key] = value;
  }
  return result;
}

function dug(args: Arguments): unknown {
  args.expect(3, 100);
  let value: unknown = args.map(args.count - 1);
  for (let index = 0; index < args.count - 2; index += 1) {
    if (!isMap(value) || !Object.hasOwn(value, args.text(index))) return args.any(args.count - 2);
    value = value[args.text(index)];
  }
  return value;
}

function goKind(value: unknown): string {
  if (value === null) return "invalid";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  if (Array.isArray(value)) return "slice";
  return isMap(value) ? "map" : typeof value === "boolean" ? "bool" : typeof value;
}

function marshalled(args: Arguments, indent: number): string {
  args.budget.walk(args.any(0));
  return marshal(args.any(0), indent);
}
