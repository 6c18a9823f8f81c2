import { ExpressionError } from "../expression-error.js";
import { marshal } from "../go-format.js";

/** A map of the expression language; made without a prototype. */
export type ValueMap = Record<string, unknown>;

/** A value of Go that is neither scalar, list nor map: it prints itself, and has methods. */
export abstract class GoValue {
  abstract toString(): string;
  abstract toJSON(): unknown;

  /** The name of its type, as Go prints it. */
  get typeName(): string {
    return this.constructor.name.replace("Go", "time.");
  }

  /** See `identity`. */
  get identity(): string {
    return marshal(this);
  }
}

export function emptyMap(): ValueMap {
  return Object.create(null) as ValueMap;
}

export function mapOf(entries: Iterable<readonly [string, unknown]>): ValueMap {
  const result = emptyMap();
  for (const [key, value] of entries) result[key] = value;
  return result;
}

export function isMap(value: unknown): value is ValueMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof GoValue);
}

/** The name of a value's type in messages, as Go prints it. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  if (Array.isArray(value)) return "[]interface {}";
  if (value instanceof GoValue) return value.typeName;
  return typeof value === "object" ? "map[string]interface {}" : typeof value;
}

/** Deep equality without conversion. Pay for the walk of both before. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return (a ?? null) === (b ?? null);
  return Array.isArray(a) === Array.isArray(b) && identity(a) === identity(b);
}

/** A text that is the same for equal values only. */
export function identity(value: unknown): string {
  return value instanceof GoValue ? value.identity : marshal(value);
}

/** Less than: numbers, or strings. Throws for anything else. */
export function isLess(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (typeof a === "string" && typeof b === "string") return a < b;
  throw new ExpressionError(`invalid operation: < (mismatched types ${typeName(a)} and ${typeName(b)})`);
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** `object[key]`: nil for a missing key of a map; throws for an index out of range and for other types. */
export function fetch(object: unknown, key: unknown): unknown {
  if (Array.isArray(object) && typeof key === "number" && Number.isInteger(key)) {
    const index = key < 0 ? object.length + key : key;
    if (index >= 0 && index < object.length) return object[index] as unknown;
    throw new ExpressionError(`index out of range: ${key} (array length is ${object.length})`);
  }
  if (isMap(object) && typeof key === "string") return Object.hasOwn(object, key) ? object[key] : null;
  throw new ExpressionError(
    `cannot fetch ${isScalar(key) ? String(key) : typeName(key)} from ${typeName(object)}`,
  );
}
