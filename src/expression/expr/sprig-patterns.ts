import { findMatches, matchesPattern, type PatternMatch } from "../pattern.js";
import type { Arguments, NativeFunction } from "./arguments.js";
import { toInt } from "./sprig-numbers.js";

const regexMatch: NativeFunction = (args) =>
  matchesPattern(args.text(0), args.text(1), (work) => args.budget.match(work));
const regexFind: NativeFunction = (args) => found(args, 1)[0]?.groups[0] ?? "";
const regexFindAll: NativeFunction = (args) => {
  const all = found(args, limit(args)).map(({ groups }) => groups[0] ?? "");
  return all.length === 0 ? null : all;
};
const regexReplaceAll: NativeFunction = (args) => replaced(args, (match) => expanded(args.text(2), match));
const regexReplaceAllLiteral: NativeFunction = (args) => replaced(args, () => args.text(2));
const regexSplit: NativeFunction = (args) => split(args);

const EACH = { regexMatch, regexFind, regexFindAll, regexReplaceAll, regexReplaceAllLiteral, regexSplit };

export const SPRIG_PATTERNS: Record<string, NativeFunction> = {
  ...EACH,
  mustRegexMatch: regexMatch,
  mustRegexFind: regexFind,
  mustRegexFindAll: regexFindAll,
  mustRegexReplaceAll: regexReplaceAll,
  mustRegexReplaceAllLiteral: regexReplaceAllLiteral,
  mustRegexSplit: regexSplit,
  regexQuoteMeta: (args) => args.text(0).replace(/[\\.+*?()|[\]{}^$]/g, "\\$&"),
};

function limit(args: Arguments): number {
  const most = toInt(args.any(2));
  return most < 0 ? Infinity : most;
}

function found(args: Arguments, most: number): PatternMatch[] {
  return findMatches(args.text(0), args.text(1), most, (work) => args.budget.match(work));
}

function replaced(args: Arguments, by: (match: PatternMatch) => string): string {
  const chars = Array.from(args.text(1));
  let from = 0;
  let result = "";
  for (const match of found(args, Infinity)) {
    result += chars.slice(from, match.start).join("") + by(match);
    args.budget.allocate(result.length);
    from = match.end;
  }
  return result + chars.slice(from).join("");
}

/** `$1`, `${1}` and `${name}` of a replacement (regexp.Expand). */
function expanded(template: string, { groups, names }: PatternMatch): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    if (name === undefined) return whole === "$$" ? "$" : whole;
    const index = /^\d+$/.test(name) ? Number(name) : names.get(name);
    return index === undefined ? "" : (groups[index] ?? "");
  });
}

/** regexp.Split: the last of `most` parts holds the rest. */
function split(args: Arguments): string[] | null {
  const most = limit(args);
  if (most === 0) return null;
  const chars = Array.from(args.text(1));
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of found(args, Infinity)) {
    if (parts.length === most - 1) break;
    if (end === 0 || (start === end && end === chars.length)) continue;
    parts.push(chars.slice(from, start).join(""));
    from = end;
  }
  return [...parts, chars.slice(from).join("")];
}
