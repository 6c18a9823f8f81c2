import { ExpressionError } from "../expression-error.js";
import { formatValue } from "../go-format.js";
import type { Budget } from "./budget.js";
import { emptyMap, isLess, mapOf, typeName } from "./values.js";

type Each = (element: unknown, index: number, acc: unknown) => unknown;
type Test = (element: unknown, index: number) => boolean;

/** Calls a function whose second argument is evaluated for each element; `third` is its third argument. */
export function applyPredicate(
  name: string,
  list: unknown,
  each: Each,
  third: unknown,
  budget: Budget,
): unknown {
  if (!Array.isArray(list)) {
    throw new ExpressionError(`builtin ${name} takes only array (got ${typeName(list)})`);
  }
  budget.spend(list.length);
  const test: Test = (element, index) => {
    const value = each(element, index, null);
    if (typeof value === "boolean") return value;
    throw new ExpressionError(`predicate should return boolean (got ${typeName(value)})`);
  };
  const items: readonly unknown[] = list;
  if (name === "map") return items.map((item, index) => each(item, index, null) ?? null);
  if (name === "reduce") return reduced(items, each, third);
  if (name === "sum")
    return items.reduce((total: number, item, index) => total + number(each(item, index, null)), 0);
  if (name === "groupBy") return grouped(items, each);
  if (name === "sortBy") return sorted(items, each, third);
  return tested(name, items, test);
}

function tested(name: string, items: readonly unknown[], test: Test): unknown {
  switch (name) {
    case "all":
      return items.every(test);
    case "any":
      return items.some(test);
    case "none":
      return !items.some(test);
    case "one":
      return items.filter(test).length === 1;
    case "filter":
      return items.filter(test);
    case "count":
      return items.filter(test).length;
    case "find":
      return items.find(test) ?? null;
    case "findIndex":
      return items.findIndex(test);
    case "findLast":
      return items.findLast(test) ?? null;
    case "findLastIndex":
      return items.findLastIndex(test);
    default:
      throw new ExpressionError(`unknown name ${name}`);
  }
}

function reduced(items: readonly unknown[], each: Each, initial: unknown): unknown {
  if (initial !== undefined) return items.reduce((acc, item, index) => each(item, index, acc), initial);
  if (items.length === 0) throw new ExpressionError("reduce of empty array with no initial value");
  return items.slice(1).reduce((acc, item, index) => each(item, index + 1, acc), items[0]);
}

function number(value: unknown): number {
  if (typeof value === "number") return value;
  throw new ExpressionError(`invalid operation: + (mismatched types int and ${typeName(value)})`);
}

function grouped(items: readonly unknown[], each: Each): unknown {
  const groups = new Map<string, unknown[]>();
  for (const [index, item] of items.entries()) {
    const key = each(item, index, null);
    if (typeof key === "object" || key === undefined)
      throw new ExpressionError(`cannot group by ${typeName(key)}`);
    const text = formatValue(key);
    const group = groups.get(text) ?? [];
    group.push(item);
    groups.set(text, group);
  }
  return groups.size === 0 ? emptyMap() : mapOf(groups);
}

function sorted(items: readonly unknown[], each: Each, order: unknown): unknown[] {
  const keyed = items.map((item, index) => ({ item, key: each(item, index, null) }));
  return ordered(keyed, (a, b) => isLess(a.key, b.key), order).map(({ item }) => item);
}

/** Sorts stably by `less`; `order` is "asc" (or nothing) or "desc". */
export function ordered<T>(items: readonly T[], less: (a: T, b: T) => boolean, order: unknown): T[] {
  if ((order ?? "asc") !== "asc" && order !== "desc") {
    throw new ExpressionError(`invalid order ${JSON.stringify(order)}, expected asc or desc`);
  }
  const sign = order === "desc" ? -1 : 1;
  return [...items].sort((a, b) => sign * (less(a, b) ? -1 : less(b, a) ? 1 : 0));
}
