import type { NativeFunction } from "./arguments.js";
import { BUILTINS } from "./builtins.js";
import { PREDICATE_FUNCTIONS } from "./grammar.js";
import { SPRIG } from "./sprig.js";

/** The function that a call names; those of sprig have the prefix `sprig.`. */
export function functionNamed(name: string): NativeFunction | undefined {
  return name.startsWith("sprig.") ? SPRIG.get(name.slice("sprig.".length)) : BUILTINS.get(name);
}

/** True for every function, those with a predicate included. */
export function isFunction(name: string): boolean {
  return PREDICATE_FUNCTIONS.has(name) || functionNamed(name) !== undefined;
}
