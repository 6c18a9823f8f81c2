import type { FunctionTable, NativeFunction } from "./arguments.js";
import { SPRIG_COLLECTIONS } from "./sprig-collections.js";
import { SPRIG_NUMBERS } from "./sprig-numbers.js";
import { SPRIG_PATHS } from "./sprig-paths.js";
import { SPRIG_PATTERNS } from "./sprig-patterns.js";
import { SPRIG_TEXTS } from "./sprig-texts.js";
import { SPRIG_TIMES } from "./sprig-times.js";
import { SPRIG_VERSIONS } from "./sprig-versions.js";

const ALL = {
  ...SPRIG_TEXTS,
  ...SPRIG_PATTERNS,
  ...SPRIG_PATHS,
  ...SPRIG_NUMBERS,
  ...SPRIG_TIMES,
  ...SPRIG_VERSIONS,
  ...SPRIG_COLLECTIONS,
};

/** Those that have a twin called `mustX`, which fails where they do: here both fail alike. */
const COLLECTIONS: FunctionTable = new Map(Object.entries(SPRIG_COLLECTIONS));
const STRICT = [
  "append",
  "chunk",
  "compact",
  "deepCopy",
  "first",
  "fromJson",
  "has",
  "initial",
  "last",
  "merge",
  "mergeOverwrite",
  "prepend",
  "push",
  "rest",
  "reverse",
  "slice",
  "toJson",
  "toPrettyJson",
  "toRawJson",
  "uniq",
  "without",
] as const;

/**
 * The functions of Masterminds/sprig that Argo offers as `sprig.NAME`, without those that read the network or the
 * host, or are of chance (`uuidv4`, `randAlpha`, `genCA`, ...): a run must come to the same when it is gone through
 * again. Nor are there `derivePassword`, which takes long and much memory, and `buildCustomCert`. As there, most of
 * them take a value of the wrong type for the empty one.
 */
export const SPRIG: FunctionTable = new Map([...Object.entries(ALL), ...STRICT.map(strict)]);

function strict(name: (typeof STRICT)[number]): [string, NativeFunction] {
  const native = COLLECTIONS.get(name) ?? ((args) => args.any(0));
  return [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`, native];
}
