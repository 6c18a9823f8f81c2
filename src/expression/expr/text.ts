import { ExpressionError } from "../expression-error.js";
import type { Arguments } from "./arguments.js";

/** A text `count` times over. */
export function repeated(args: Arguments, text: string, count: number): string {
  if (count < 0) throw new ExpressionError(`invalid argument for ${args.callee} (expected positive integer)`);
  args.budget.allocate(text.length * count);
  return text.repeat(count);
}

/** strings.Replace: the first `most` places, all when it is negative. */
export function replaced(args: Arguments, text: string, old: string, now: string, most = -1): string {
  args.budget.spend(Math.floor(text.length / 256));
  let parts = text.split(old);
  if (old === "") parts = ["", ...parts, ""];
  args.budget.spend(Math.floor(parts.length / 16));
  const places = most < 0 ? parts.length - 1 : Math.min(most, parts.length - 1);
  args.budget.allocate(text.length + places * now.length);
  return parts.slice(0, places).map((part) => part + now).join("") + parts.slice(places).join(old);
}

export function joined(args: Arguments, items: readonly unknown[], glue: string): string {
  let length = 0;
  for (const item of items) {
    if (typeof item !== "string") throw new ExpressionError(`invalid argument for ${args.callee} (not a list of strings)`);
    length += item.length + glue.length;
  }
  args.budget.allocate(length);
  return items.join(glue);
}

/** The number of characters, elements or keys of the first argument. */
export function countOf(args: Arguments): number {
  args.expect(1);
  const value = args.any(0);
  if (typeof value === "string") {
    args.budget.spend(Math.floor(value.length / 256));
    return [...value].length;
  }
  return Array.isArray(value) ? value.length : Object.keys(args.map(0)).length;
}
