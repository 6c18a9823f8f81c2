import { ExpressionError } from "../expression-error.js";
import { GoValue, typeName } from "./values.js";

/** Characters of a version, of a prerelease and of metadata: Go has no limit. */
const MAX_LENGTH = 256;
const MAX_SEGMENT = 2n ** 64n - 1n;

const VERSION =
  /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;
const PRERELEASE_PART = /^(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)$/;
const PART = /^[0-9A-Za-z-]+$/;

type Segments = { major: bigint; minor: bigint; patch: bigint; prerelease: string; metadata: string };

/** The semver.Version of Masterminds/semver 3.3.1, which is what Argo builds with. */
export class GoVersion extends GoValue {
  readonly segments: Segments;
  readonly original: string;
  /** Made from another version: Go has a value instead of a pointer then, which lacks the methods of pointers. */
  readonly isDerived: boolean;

  constructor(segments: Segments, original?: string, isDerived = false) {
    super();
    this.segments = segments;
    this.original = original ?? this.toString();
    this.isDerived = isDerived;
  }

  override get typeName(): string {
    return this.isDerived ? "semver.Version" : "*semver.Version";
  }

  override get identity(): string {
    return `semver.Version ${this.original}`;
  }

  override toString(): string {
    const { major, minor, patch, prerelease, metadata } = this.segments;
    const before = prerelease === "" ? "" : `-${prerelease}`;
    return `${major}.${minor}.${patch}${before}${metadata === "" ? "" : `+${metadata}`}`;
  }

  toJSON(): string {
    return this.toString();
  }

  with(changes: Partial<Segments>): GoVersion {
    const segments = { ...this.segments, ...changes };
    const prefix = this.original.startsWith("v") ? "v" : "";
    return new GoVersion(segments, prefix + new GoVersion(segments).toString(), true);
  }

  /** -1, 0 or 1: a prerelease is less than its release; metadata do not count. */
  compare({ segments: other }: GoVersion): number {
    const { major, minor, patch, prerelease } = this.segments;
    const numbers = order(major, other.major) || order(minor, other.minor) || order(patch, other.patch);
    if (numbers !== 0 || prerelease === other.prerelease) return numbers;
    if (prerelease === "" || other.prerelease === "") return prerelease === "" ? 1 : -1;
    return comparePrereleases(prerelease, other.prerelease);
  }
}

function order<T extends bigint | string>(a: T, b: T): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function comparePrereleases(a: string, b: string): number {
  const [ours, theirs] = [a.split("."), b.split(".")];
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    const sign = compareParts(ours[index] ?? "", theirs[index] ?? "");
    if (sign !== 0) return sign;
  }
  return 0;
}

/** Numbers are less than texts, and nothing is less than both. */
function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "" || b === "") return a === "" ? -1 : 1;
  const [ours, theirs] = [segmentOf(a), segmentOf(b)];
  if (ours === undefined && theirs === undefined) return order(a, b);
  if (ours === undefined || theirs === undefined) return ours === undefined ? 1 : -1;
  return order(ours, theirs);
}

/** Reads a uint64. */
function segmentOf(text: string): bigint | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = BigInt(text);
  return value > MAX_SEGMENT ? undefined : value;
}

/** semver.NewVersion: `1`, `v1.2` and such are versions too. Throws ExpressionError for what is none. */
export function parseVersion(text: string): GoVersion {
  refuseLong("version", text);
  const [matched, major = "", minor = "0", patch = "0", prerelease = "", metadata = ""] =
    VERSION.exec(text) ?? [];
  const isValid =
    matched !== undefined && consistsOf(prerelease, PRERELEASE_PART) && consistsOf(metadata, PART);
  if (!isValid) throw new ExpressionError("Invalid Semantic Version");
  const segments = { major: parsed(major), minor: parsed(minor), patch: parsed(patch), prerelease, metadata };
  return new GoVersion(segments, text);
}

function refuseLong(what: string, text: string): void {
  if (text.length > MAX_LENGTH)
    throw new ExpressionError(`${what} is too long (${text.length} characters, at most ${MAX_LENGTH})`);
}

function consistsOf(text: string, part: RegExp): boolean {
  return text === "" || text.split(".").every((each) => part.test(each));
}

function parsed(digits: string): bigint {
  const value = segmentOf(digits);
  if (value !== undefined) return value;
  throw new ExpressionError(
    `Error parsing version segment: strconv.ParseUint: parsing "${digits}": value out of range`,
  );
}

type Method = (version: GoVersion, args: readonly unknown[]) => unknown;

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["Major", ({ segments }) => Number(segments.major)],
  ["Minor", ({ segments }) => Number(segments.minor)],
  ["Patch", ({ segments }) => Number(segments.patch)],
  ["Prerelease", ({ segments }) => segments.prerelease],
  ["Metadata", ({ segments }) => segments.metadata],
  ["String", String],
  [
    "IncMajor",
    (version) => version.with({ major: after(version.segments.major), minor: 0n, patch: 0n, ...BARE }),
  ],
  ["IncMinor", (version) => version.with({ minor: after(version.segments.minor), patch: 0n, ...BARE })],
  ["IncPatch", (version) => nextPatch(version)],
  ["SetPrerelease", (version, [text]) => version.with({ prerelease: prereleaseOf(text) })],
  ["SetMetadata", (version, [text]) => version.with({ metadata: metadataOf(text) })],
]);

const METHODS_OF_POINTERS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["Original", ({ original }) => original],
  ["Compare", (version, [other]) => version.compare(pointer(other))],
  ["Equal", (version, [other]) => other !== null && version.compare(pointer(other)) === 0],
  ["LessThan", (version, [other]) => version.compare(pointer(other)) < 0],
  ["LessThanEqual", (version, [other]) => version.compare(pointer(other)) <= 0],
  ["GreaterThan", (version, [other]) => version.compare(pointer(other)) > 0],
  ["GreaterThanEqual", (version, [other]) => version.compare(pointer(other)) >= 0],
]);

const BARE = { prerelease: "", metadata: "" };

/** The method of a version by its name in Go; undefined where Go has none. */
export function methodOfVersion(version: GoVersion, name: string): Method | undefined {
  return METHODS.get(name) ?? (version.isDerived ? undefined : METHODS_OF_POINTERS.get(name));
}

function after(segment: bigint): bigint {
  return BigInt.asUintN(64, segment + 1n);
}

/** The release that a prerelease comes before, or the next one. */
function nextPatch(version: GoVersion): GoVersion {
  const { patch, prerelease } = version.segments;
  return version.with({ patch: prerelease === "" ? after(patch) : patch, ...BARE });
}

function prereleaseOf(value: unknown): string {
  const prerelease = textOf("prerelease", value);
  for (const part of prerelease === "" ? [] : prerelease.split(".")) {
    // The library says it like this.
    if (part === "") throw new ExpressionError("Invalid Metadata string");
    if (!PART.test(part)) throw new ExpressionError("Invalid Prerelease string");
    if (!PRERELEASE_PART.test(part)) throw new ExpressionError("Version segment starts with 0");
  }
  return prerelease;
}

function metadataOf(value: unknown): string {
  const metadata = textOf("metadata", value);
  if (!consistsOf(metadata, PART)) throw new ExpressionError("Invalid Metadata string");
  return metadata;
}

function textOf(what: string, value: unknown): string {
  if (typeof value !== "string") return refuse(value);
  refuseLong(what, value);
  return value;
}

function pointer(value: unknown): GoVersion {
  return value instanceof GoVersion && !value.isDerived ? value : refuse(value);
}

function refuse(value: unknown): never {
  throw new ExpressionError(
    `cannot use a value of type ${typeName(value)} as argument of a method of a version`,
  );
}
