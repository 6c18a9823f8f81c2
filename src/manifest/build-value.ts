import { targetOf } from "./anchors.js";
import { isAlias, isMap, isPair, isScalar, isSeq } from "yaml";
import type { Alias, Node, Pair, YAMLMap } from "yaml";
import type { Json, JsonObject } from "./argo.js";
import { FORBIDDEN_KEYS, LIMITS } from "./limits.js";
import type { Problem } from "./problem.js";
import type { Fault, Source } from "./source.js";
import { keyOf, isMergeKey } from "./yaml-keys.js";
import type { YamlDocument } from "./yaml-documents.js";

/** The value of a YAML document as JSON; `value` is undefined when the document had to be given up. */
export interface Built {
  value: Json | undefined;
  problems: Problem[];
}

interface Building {
  document: YamlDocument;
  source: Source;
  problems: Problem[];
  aliases: number;
  aliasNodes: number;
  /** How many aliases are being expanded around this node. */
  expanding: number;
  gaveUp: boolean;
}

/** Builds plain values within the limits; what YAML allows and JSON does not becomes a problem. */
export function buildValue(document: YamlDocument, source: Source): Built {
  const building: Building = {
    document,
    source,
    problems: [],
    aliases: 0,
    aliasNodes: 0,
    expanding: 0,
    gaveUp: false,
  };
  const value = valueOf(document.contents, building, 0);
  return { value: building.gaveUp ? undefined : value, problems: building.problems };
}

function valueOf(node: unknown, building: Building, depth: number): Json {
  if (building.gaveUp || node === null || node === undefined) return null;
  if (building.expanding > 0) building.aliasNodes += 1;
  if (depth > LIMITS.depth) {
    return giveUp(
      building,
      node,
      tooMuch("too-deep", `Values are nested deeper than ${LIMITS.depth} levels`),
    );
  }
  if (building.aliasNodes > LIMITS.aliasNodes) {
    return giveUp(building, node, tooMuch("too-many-aliases", "The aliases of this document expand too far"));
  }
  if (isAlias(node)) return expanded(node, building, (target) => valueOf(target, building, depth)) ?? null;
  if (isScalar(node)) return scalarValue(node.value);
  if (isSeq(node)) return node.items.map((item) => valueOf(item, building, depth + 1));
  if (isMap(node)) return mapValue(node, building, depth);
  return null;
}

function scalarValue(value: unknown): Json {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return typeof value === "bigint" ? value.toString() : null;
}

function expanded<T>(node: Alias, building: Building, use: (target: Node) => T): T | undefined {
  building.aliases += 1;
  if (building.aliases > LIMITS.aliases) {
    giveUp(building, node, tooMuch("too-many-aliases", `More than ${LIMITS.aliases} aliases are expanded`));
    return undefined;
  }
  const target = targetOf(building.document, node);
  if (target === undefined) {
    report(building, node, {
      severity: "error",
      rule: "unknown-anchor",
      message: `There is no anchor \`&${node.source}\` before this alias.`,
    });
    return undefined;
  }
  building.expanding += 1;
  const result = use(target);
  building.expanding -= 1;
  return result;
}

function mapValue(map: YAMLMap, building: Building, depth: number): JsonObject {
  const object: JsonObject = {};
  const own = new Set<string>();
  for (const pair of map.items) {
    if (!isMergeKey(pair.key)) setPair(object, own, pair, building, depth);
  }
  for (const pair of map.items) {
    if (isMergeKey(pair.key)) merge(object, pair.value, building, depth);
  }
  return object;
}

function setPair(object: JsonObject, own: Set<string>, pair: Pair, building: Building, depth: number): void {
  const key = keyOf(pair.key);
  if (key === undefined) return report(building, pair.key ?? pair.value, KEY_IS_COLLECTION);
  if (FORBIDDEN_KEYS.has(key)) return report(building, pair.key, forbidden(key));
  if (own.has(key)) report(building, pair.key, duplicate(key));
  own.add(key);
  object[key] = valueOf(pair.value, building, depth + 1);
}

/** `<<`: what is written in the mapping itself wins, then the earlier of the merged mappings. */
function merge(object: JsonObject, from: unknown, building: Building, depth: number): void {
  if (isSeq(from)) return from.items.forEach((item) => merge(object, item, building, depth + 1));
  const value = valueOf(from, building, depth);
  if (building.gaveUp || value === null) return;
  if (typeof value !== "object" || Array.isArray(value)) {
    return report(building, from, {
      severity: "error",
      rule: "yaml-syntax",
      message: "`<<` merges mappings only.",
    });
  }
  for (const [key, merged] of Object.entries(value)) {
    if (!Object.hasOwn(object, key)) object[key] = merged;
  }
}

const KEY_IS_COLLECTION: Fault = {
  severity: "error",
  rule: "yaml-syntax",
  message: "A value that begins with `{{` and is not quoted is a YAML mapping, not a text.",
  hint: 'Put the whole value in quotes: "{{…}}".',
};

function forbidden(key: string): Fault {
  return { severity: "error", rule: "forbidden-key", message: `\`${key}\` may not be used as a key.` };
}

function duplicate(key: string): Fault {
  return {
    severity: "error",
    rule: "duplicate-key",
    message: `The key \`${key}\` stands twice in this mapping.`,
    hint: "Remove one of them: only the last one counts.",
  };
}

function tooMuch(rule: string, message: string): Fault {
  return { severity: "error", rule, message: `${message}.`, hint: "Write the manifest in a simpler way." };
}

function giveUp(building: Building, node: unknown, fault: Fault): null {
  if (!building.gaveUp) report(building, node, fault);
  building.gaveUp = true;
  return null;
}

function report(building: Building, at: unknown, fault: Fault): void {
  const node = isPair(at) ? at.key : at;
  const range = (node as { range?: [number, number, number] | null } | null | undefined)?.range;
  building.problems.push(building.source.problem(fault, range?.[0] ?? 0, range?.[1] ?? 0));
}
