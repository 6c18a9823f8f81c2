import { environment, evaluateExpression, identifiersOf } from "./expr.js";
import { ExpressionError, UnresolvedReference } from "./expression-error.js";
import { marshal } from "./go-format.js";
import type { Scope } from "./scope.js";
import { type Tag, tagsOf } from "./tags.js";

export type SubstituteOptions = {
  /** Prefixes such as `steps.`: a reference that starts with one must resolve. */
  strict: readonly string[];
  /** Leaves unknown tags in place rather than failing. */
  allowUnresolved: boolean;
};

const LATE_BOUND = ["item", "retries", "lastRetry", "workflow.status", "workflow.failures"];

/** Replaces the tags of one text. Throws UnresolvedReference for a missing strict reference. */
export function substituteText(text: string, scope: Scope, options: SubstituteOptions): string {
  let result = "";
  let from = 0;
  for (const tag of tagsOf(text)) {
    result += text.slice(from, tag.start);
    const value = tag.kind === "simple" ? simple(tag, scope, options) : computed(tag, scope, options);
    result += value ?? text.slice(tag.start, tag.end);
    from = tag.end;
  }
  return result + text.slice(from);
}

/** Replaces the tags in every string of a JSON-like value; object keys are kept. */
export function substitute<T>(value: T, scope: Scope, options: SubstituteOptions): T;
export function substitute(value: unknown, scope: Scope, options: SubstituteOptions): unknown {
  if (typeof value === "string") return substituteText(value, scope, options);
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, scope, options));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, unknown]) => [key, substitute(child, scope, options)]),
  );
}

function simple(tag: Tag, scope: Scope, options: SubstituteOptions): string | undefined {
  const name = tag.text.trim();
  const value = scope.get(tag.text) ?? scope.get(name);
  if (typeof value === "string") return value;
  if (value === null) {
    throw new ExpressionError(
      `unable to substitute {{${name}}}: output is an absent optional (skipped/omitted node with no default)`,
    );
  }
  if (isStrict(name, options)) throw new UnresolvedReference(name);
  if (!options.allowUnresolved) throw new ExpressionError(`failed to resolve {{${name}}}`);
  return undefined;
}

function computed(tag: Tag, scope: Scope, options: SubstituteOptions): string | undefined {
  const missing = identifiersOf(tag.text).filter((name) => !isPresent(name, scope));
  if (options.allowUnresolved && missing.some(isLateBound)) return undefined;
  const strict = missing.find((name) => isStrict(name, options));
  if (strict !== undefined) throw new UnresolvedReference(strict);
  if (missing.length > 0 && options.allowUnresolved) return undefined;
  const value = evaluateExpression(tag.text, environment(scope));
  if (value === null || value === undefined) {
    if (options.allowUnresolved) return undefined;
    throw new ExpressionError(`failed to evaluate expression "${tag.text}"`);
  }
  // Marshalled twice in Argo, into the text of a JSON string: once here, where strings are already decoded.
  return typeof value === "string" ? value : marshal(value);
}

function isStrict(name: string, options: SubstituteOptions): boolean {
  return options.strict.some((prefix) => name.startsWith(prefix));
}

function isLateBound(name: string): boolean {
  return LATE_BOUND.some((late) => name === late || name.startsWith(`${late}.`));
}

function isPresent(name: string, scope: Scope): boolean {
  if (scope.has(name)) return true;
  for (const key of scope.keys()) {
    if (key.startsWith(`${name}.`) || name.startsWith(`${key}.`)) return true;
  }
  return false;
}
