import { ExpressionError } from "../expression-error.js";
import { type GoVersion, parseVersion } from "./go-version.js";

/** Characters of a constraint: Go has no limit. Rewriting ranges takes up to the square of it. */
const MAX_LENGTH = 1024;

/** One comparison, such as `>=1.2`. */
type Comparison = {
  operator: string;
  bound: GoVersion;
  /** The first segment that is absent or a wildcard: `minor` of `1`, `1.x` and `1.x.3`. */
  open: "major" | "minor" | "patch" | undefined;
};
/** Comparisons that are joined by AND, and those joined by OR. */
export type VersionConstraint = readonly (readonly Comparison[])[];

type Reading = { operator: string; bound: RegExpExecArray };
type Check = (version: GoVersion, comparison: Comparison) => boolean;

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["", isAlike],
  ["=", isAlike],
  ["!=", isUnlike],
  [">", isGreater],
  ["<", (version, { bound }) => version.compare(bound) < 0],
  [">=", (version, { bound }) => version.compare(bound) >= 0],
  ["=>", (version, { bound }) => version.compare(bound) >= 0],
  ["<=", isAtMost],
  ["=<", isAtMost],
  ["~", isNear],
  ["~>", isNear],
  ["^", isCompatible],
]);

// What Go means by `\s`. None of these patterns goes back and forth: a text is read in time that its length bounds.
const SPACE = "[\\t\\n\\f\\r ]";
const SPACES = new RegExp(`${SPACE}*`, "y");
const OPERATOR = new RegExp(`${SPACE}*([=!<>~^]*)${SPACE}*`, "y");
const SEPARATOR = new RegExp(`${SPACE}*,|${SPACE}+`, "y");
const END = new RegExp(`${SPACE}*$`, "y");
const HYPHEN = new RegExp(`(?<!${SPACE})${SPACE}+-(?=${SPACE})`, "g");
// `1|2`, `1x` and `01` are read here, and refused as versions.
const BOUND =
  /v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?/y;

/** NewConstraint of Masterminds/semver 3.3.1. Throws ExpressionError for what is no constraint, such as an empty text. */
export function parseConstraint(text: string): VersionConstraint {
  if (text.length > MAX_LENGTH)
    throw new ExpressionError(`constraint is too long (${text.length} characters, at most ${MAX_LENGTH})`);
  return withoutRanges(text)
    .split("||")
    .map((all) => comparisonsOf(all).map(comparisonOf));
}

/** Constraints.Check. */
export function satisfies(version: GoVersion, constraint: VersionConstraint): boolean {
  return constraint.some((all) => all.every((each) => meets(version, each)));
}

/** `1 - 2` is `>= 1, <= 2`. */
function withoutRanges(text: string): string {
  let result = text;
  let from = 0;
  for (const { index, 0: hyphen } of text.matchAll(HYPHEN)) {
    const low = startOfBound(text, from, index);
    from = index + hyphen.length;
    const at = endOf(SPACES, text, from) ?? from;
    const end = endOf(BOUND, text, at);
    if (low === undefined || end === undefined) continue;
    from = endOf(SPACES, text, end) ?? end;
    const range = text.slice(low.withSpaces, from);
    result = result.replace(range, () => `>= ${text.slice(low.at, index)}, <= ${text.slice(at, end)} `);
  }
  return result;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  const match = matchAt(pattern, text, at);
  return match === null ? undefined : at + match[0].length;
}

/** Where the longest bound begins that ends at `end`, and where the spaces before it do. */
function startOfBound(
  text: string,
  from: number,
  end: number,
): { at: number; withSpaces: number } | undefined {
  let word = end;
  while (word > from && !isSpace(text, word - 1)) word -= 1;
  let spaces = word;
  while (spaces > from && isSpace(text, spaces - 1)) spaces -= 1;
  for (let at = word; at < end; at += 1) {
    if (endOf(BOUND, text, at) === end) return { at, withSpaces: at === word ? spaces : at };
  }
  return undefined;
}

function isSpace(text: string, at: number): boolean {
  return "\t\n\f\r ".includes(text.charAt(at));
}

/** The comparisons of a text without `||`, before any of them is read: all must look like one. */
function comparisonsOf(text: string): Reading[] {
  const readings: Reading[] = [];
  let at = 0;
  do {
    const [space = "", operator = ""] = matchAt(OPERATOR, text, at) ?? [];
    const bound = matchAt(BOUND, text, at + space.length);
    if (bound === null || !CHECKS.has(operator)) break;
    readings.push({ operator, bound });
    at += space.length + bound[0].length;
    if (matchAt(END, text, at) !== null) return readings;
    at += matchAt(SEPARATOR, text, at)?.[0].length ?? text.length;
  } while (at < text.length);
  throw new ExpressionError(`improper constraint: ${text}`);
}

function comparisonOf({
  operator,
  bound: [text, major, minor, patch, prerelease = ""],
}: Reading): Comparison {
  const open = isOpen(major) ? "major" : isOpen(minor) ? "minor" : isOpen(patch) ? "patch" : undefined;
  const floor = { major: "0.0.0", minor: `${major}.0.0`, patch: `${major}${minor}.0` };
  const version = open === undefined ? text : floor[open] + prerelease;
  try {
    return { operator, bound: parseVersion(version), open };
  } catch (cause) {
    throw new ExpressionError("constraint Parser Error", { cause });
  }
}

function isOpen(segment: string | undefined): boolean {
  return segment === undefined || /^\.?[xX*]$/.test(segment);
}

function meets(version: GoVersion, comparison: Comparison): boolean {
  const { operator, bound, open } = comparison;
  const isForReleases = bound.segments.prerelease === "" && (operator !== "!=" || open !== undefined);
  if (isForReleases && version.segments.prerelease !== "") return false;
  return CHECKS.get(operator)?.(version, comparison) ?? false;
}

function isAlike(version: GoVersion, comparison: Comparison): boolean {
  return comparison.open === undefined
    ? version.compare(comparison.bound) === 0
    : isNear(version, comparison);
}

function isUnlike(version: GoVersion, { bound, open }: Comparison): boolean {
  if (open === undefined || open === "major") return version.compare(bound) !== 0;
  const [a, b] = [version.segments, bound.segments];
  if (a.major !== b.major) return true;
  if (open === "minor") return false;
  return a.minor !== b.minor || a.prerelease !== b.prerelease;
}

function isGreater(version: GoVersion, { bound, open }: Comparison): boolean {
  const [a, b] = [version.segments, bound.segments];
  if (open === undefined || open === "major" || a.major !== b.major) return version.compare(bound) > 0;
  return open === "patch" && a.minor > b.minor;
}

function isAtMost(version: GoVersion, { bound, open }: Comparison): boolean {
  if (open === undefined) return version.compare(bound) <= 0;
  const [a, b] = [version.segments, bound.segments];
  if (a.major !== b.major) return a.major < b.major;
  return open === "minor" || a.minor <= b.minor;
}

function isNear(version: GoVersion, { bound, open }: Comparison): boolean {
  if (version.compare(bound) < 0) return false;
  const [a, b] = [version.segments, bound.segments];
  const isZero = b.major === 0n && b.minor === 0n && b.patch === 0n;
  if (isZero && open !== "minor" && open !== "patch") return true;
  return a.major === b.major && (a.minor === b.minor || open === "minor");
}

// `^*` is `^0.0.0` there, which only 0.0.0 meets.
function isCompatible(version: GoVersion, { bound, open }: Comparison): boolean {
  if (version.compare(bound) < 0) return false;
  const [a, b] = [version.segments, bound.segments];
  if (a.major !== b.major) return false;
  if (b.major > 0n || open === "minor") return true;
  if (a.minor !== b.minor) return false;
  return b.minor > 0n || open === "patch" || a.patch === b.patch;
}
