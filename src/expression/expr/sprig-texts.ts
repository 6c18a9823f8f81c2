import { createHash } from "node:crypto";
import { formatValue, quote } from "../go-format.js";
import { matchesPattern } from "../pattern.js";
import type { Arguments, NativeFunction } from "./arguments.js";
import { toInt } from "./sprig-numbers.js";
import { formatTime } from "./go-time.js";
import { joined, repeated, replaced, split, trimmed, withoutPrefix, withoutSuffix } from "./text.js";
import { mapOf } from "./values.js";

export const SPRIG_TEXTS: Record<string, NativeFunction> = {
  toString: (args: Arguments) => textOf(args, args.any(0)),
  trim: (args) => args.text(0).trim(),
  trimAll: (args) => trimmed(args.text(1), new Set(args.text(0))),
  trimPrefix: (args) => withoutPrefix(args.text(1), args.text(0)),
  trimSuffix: (args) => withoutSuffix(args.text(1), args.text(0)),
  upper: (args) => args.text(0).toUpperCase(),
  lower: (args) => args.text(0).toLowerCase(),
  title: (args) => args.text(0).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase()),
  untitle: (args) => args.text(0).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toLowerCase()),
  swapcase: (args) => args.text(0).replace(/\p{L}/gu, swapped),
  nospace: (args) => args.text(0).replace(/\s/g, ""),
  initials: (args) =>
    words(args.text(0))
      .map((word) => word.charAt(0))
      .join(""),
  snakecase: (args) => cased(args.text(0), "_"),
  kebabcase: (args) => cased(args.text(0), "-"),
  camelcase: (args) =>
    args.text(0).replace(/(?:^|[\s_-]+)(.)/gu, (_, letter: string) => letter.toUpperCase()),
  contains: (args) => args.text(1).includes(args.text(0)),
  hasPrefix: (args) => args.text(1).startsWith(args.text(0)),
  hasSuffix: (args) => args.text(1).endsWith(args.text(0)),
  repeat: (args) => repeated(args, args.text(1), Math.max(0, toInt(args.any(0)))),
  replace: (args) => replaced(args, args.text(2), args.text(0), args.text(1)),
  substr: (args) => substring(args.text(2), toInt(args.any(0)), toInt(args.any(1))),
  trunc: (args) => truncated(args.text(1), toInt(args.any(0))),
  abbrev: (args) => abbreviated(args.text(1), toInt(args.any(0))),
  quote: (args) =>
    present(args)
      .map((value) => quote(textOf(args, value)))
      .join(" "),
  squote: (args) =>
    present(args)
      .map((value) => `'${textOf(args, value)}'`)
      .join(" "),
  cat: (args) =>
    present(args)
      .map((value) => textOf(args, value))
      .join(" "),
  indent: (args) => indented(args),
  nindent: (args) => `\n${indented(args)}`,
  // Argo formats the present for a text; what is meant is the time that the text says.
  // Sprig takes anything that is no time for now.
  date: (args) => formatTime(args.text(0), timeOrNow(args.any(1))),
  plural: (args) => (toInt(args.any(2)) === 1 ? args.text(0) : args.text(1)),
  join: (args) => joined(args, texts(args, args.any(1)), args.text(0)),
  splitList: (args) => split(args, args.text(1), args.text(0), -1),
  split: (args) => numbered(split(args, args.text(1), args.text(0), -1)),
  splitn: (args) => numbered(split(args, args.text(2), args.text(0), toInt(args.any(1)))),
  sortAlpha: (args) => texts(args, args.any(0)).sort(),
  toStrings: (args) => texts(args, args.any(0)),
  regexMatch: (args) => matchesPattern(args.text(0), args.text(1), (work) => args.budget.match(work)),
  mustRegexMatch: (args) => matchesPattern(args.text(0), args.text(1), (work) => args.budget.match(work)),
  b64enc: (args) => Buffer.from(args.text(0)).toString("base64"),
  b64dec: (args) => Buffer.from(args.text(0), "base64").toString(),
  sha1sum: (args) => createHash("sha1").update(args.text(0)).digest("hex"),
  sha256sum: (args) => createHash("sha256").update(args.text(0)).digest("hex"),
  sha512sum: (args) => createHash("sha512").update(args.text(0)).digest("hex"),
};

function textOf(args: Arguments, value: unknown): string {
  args.budget.walk(value);
  return formatValue(value);
}

function texts(args: Arguments, value: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : value === null ? [] : [value];
  return items.filter((item) => item !== null).map((item) => textOf(args, item));
}

function present(args: Arguments): unknown[] {
  return args.values.filter((value) => value !== null && value !== undefined);
}

function swapped(letter: string): string {
  return letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
}

function words(text: string): string[] {
  return text.split(/\s/).filter((word) => word !== "");
}

function cased(text: string, separator: string): string {
  const parted = text
    .replace(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/gu, separator)
    .replace(/(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, separator);
  return parted.replace(/[\s_-]/g, separator).toLowerCase();
}

function substring(text: string, from: number, to: number): string {
  if (from < 0) return text.slice(0, Math.max(0, to));
  return to < 0 || to > text.length ? text.slice(from) : text.slice(from, to);
}

function truncated(text: string, length: number): string {
  if (length >= 0) return text.slice(0, length);
  return text.length + length > 0 ? text.slice(length) : text;
}

function abbreviated(text: string, width: number): string {
  return width < 4 || text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

function indented(args: Arguments): string {
  const margin = repeated(args, " ", Math.max(0, toInt(args.any(0))));
  return margin + replaced(args, args.text(1), "\n", `\n${margin}`);
}

function numbered(parts: string[]): unknown {
  return mapOf(parts.map((part, index) => [`_${index}`, part]));
}

function timeOrNow(value: unknown): string {
  return typeof value === "string" ? value : new Date().toISOString();
}
