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
  return (
    parts
      .slice(0, places)
      .map((part) => part + now)
      .join("") + parts.slice(places).join(old)
  );
}

export function joined(args: Arguments, items: readonly unknown[], glue: string): string {
  let length = 0;
  for (const item of items) {
    if (typeof item !== "string")
      throw new ExpressionError(`invalid argument for ${args.callee} (not a list of strings)`);
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
    return Array.from(value).length;
  }
  return Array.isArray(value) ? value.length : Object.keys(args.map(0)).length;
}

/** Without white space, or these characters, at both ends. */
export function trimmed(text: string, characters?: ReadonlySet<string>): string {
  if (characters === undefined) return text.trim();
  let from = 0;
  let to = text.length;
  while (from < to && characters.has(text.charAt(from))) from += 1;
  while (to > from && characters.has(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

export function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

export function withoutSuffix(text: string, suffix: string): string {
  return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** strings.SplitN: the last of `most` parts holds the rest; all parts when `most` is negative. */
export function split(args: Arguments, text: string, separator: string, most: number): string[] {
  args.budget.spend(Math.floor(text.length / 256));
  const parts = text.split(separator);
  args.budget.spend(parts.length);
  if (most < 0 || parts.length <= most) return parts;
  return most === 0 ? [] : [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

/** strings.SplitAfterN: as `split`, each part with the separator that ends it. */
export function splitAfter(args: Arguments, text: string, separator: string, most: number): string[] {
  const parts = split(args, text, separator, most);
  return parts.map((part, index) => (index < parts.length - 1 ? part + separator : part));
}
