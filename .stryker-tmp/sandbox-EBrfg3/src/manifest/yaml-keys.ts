import { isScalar } from "yaml";

/** A mapping key as JSON has it; undefined when it is a collection or an alias. */
export function keyOf(key: unknown): string | undefined {
  if (key === null) return "null";
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

/** Whether a key is an unquoted `<<`. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}
