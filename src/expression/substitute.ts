import { environment, evaluateExpression, type Reference, referencesOf } from "./expr.js";
import { ExpressionError, UnresolvedReference } from "./expression-error.js";
import { marshal, quote } from "./go-format.js";
import type { Scope } from "./scope.js";
import { type Tag, tagsOf } from "./tags.js";

export type SubstituteOptions = {
  /** Prefixes such as `steps.`: a reference that starts with one must resolve. */
  strict: readonly string[];
  /** Leaves unknown tags in place rather than failing. */
  allowUnresolved: boolean;
};

const LATE_BOUND = ["item", "retries", "lastRetry", "workflow.status", "workflow.failures"];
// Argo writes a value into JSON text as strconv.Quote escapes it; these escapes JSON does not know.
const NOT_JSON = /(?<!\\)(?:\\\\)*\\[avxU]/;

/**
 * Replaces the tags of one text, once: what comes out is not read again. Throws UnresolvedReference for a
 * missing strict reference and ExpressionError for what can never be replaced.
 */
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

/** Replaces the tags in every string of a JSON-like value, the keys of objects included. */
export function substitute<T>(value: T, scope: Scope, options: SubstituteOptions): T;
export function substitute(value: unknown, scope: Scope, options: SubstituteOptions): unknown {
  if (typeof value === "string") return substituteText(value, scope, options);
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, scope, options));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, unknown]) => [
      substituteText(key, scope, options),
      substitute(child, scope, options),
    ]),
  );
}

function simple(tag: Tag, scope: Scope, options: SubstituteOptions): string | undefined {
  const name = (tag.outer ?? tag.text).trim();
  const value = scope.get(tag.outer === undefined ? name : tag.text);
  if (value === null) throw absent(tag, name);
  if (value !== undefined) return insertable(value);
  if (isStrict(name, options) && !name.includes(".outputs.artifacts.")) throw new UnresolvedReference(name);
  if (!options.allowUnresolved) throw new ExpressionError(`failed to resolve {{${name}}}`);
  return undefined;
}

function absent(tag: Tag, name: string): ExpressionError {
  if (tag.outer === undefined) {
    const why = "output is an absent optional (skipped/omitted node with no default)";
    return new ExpressionError(`unable to substitute {{${name}}}: ${why}`);
  }
  return new ExpressionError(
    `unable to substitute nested tag {{${tag.outer}}}: ${quote(tag.text)} is an absent optional`,
  );
}

function insertable(value: string): string {
  if (!NOT_JSON.test(quote(value))) return value;
  throw new ExpressionError("cannot finish template replacement because the result was invalid JSON");
}

function computed(tag: Tag, scope: Scope, options: SubstituteOptions): string | undefined {
  const env = environment(scope);
  const missing = failingWith(() => referencesOf(tag.text)).filter((reference) => !isPresent(reference, env));
  const fatal = missing.find(({ name }) => !options.allowUnresolved || isStrict(name, options));
  if (fatal !== undefined) throw missingReference(fatal.name, options);
  if (missing.length === 0) return inserted(tag.text, env);
  if (missing.some(({ name }) => isLateBound(name))) return undefined;
  try {
    return inserted(tag.text, env);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

function inserted(source: string, env: Record<string, unknown>): string {
  const value = failingWith(() => evaluateExpression(source, env));
  if (value === null || value === undefined) {
    throw new ExpressionError(`failed to evaluate expression ${quote(source)}`);
  }
  if (typeof value === "string") return value;
  const json = marshal(value);
  // Of a time, say: what is a text in JSON goes into the text without its quotes.
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

function failingWith<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const position = error.position === undefined ? {} : { position: error.position };
    throw new ExpressionError(`failed to evaluate expression: ${error.message}`, {
      cause: error,
      ...position,
    });
  }
}

function missingReference(name: string, options: SubstituteOptions): ExpressionError {
  const message = `failed to evaluate expression: ${name} is missing`;
  return isStrict(name, options) ? new UnresolvedReference(name, message) : new ExpressionError(message);
}

function isStrict(name: string, options: SubstituteOptions): boolean {
  return options.strict.some((prefix) => name.startsWith(prefix));
}

function isLateBound(name: string): boolean {
  return LATE_BOUND.some((late) => name === late || name.startsWith(`${late}.`));
}

function isPresent({ path, guarded }: Reference, env: Record<string, unknown>): boolean {
  let value: unknown = env;
  for (const key of guarded ? path.slice(0, 1) : path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}
