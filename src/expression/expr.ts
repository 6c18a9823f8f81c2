import { check, type Reference, referencesIn } from "./expr/analysis.js";
import { evaluate } from "./expr/evaluator.js";
import { parse } from "./expr/parser.js";
import { emptyMap, isMap, mapOf, type ValueMap } from "./expr/values.js";
import { ExpressionError } from "./expression-error.js";
import type { Scope } from "./scope.js";

export type { Reference } from "./expr/analysis.js";

const NOW = Symbol("now");

/** Top-level names, and the time that `now()` gives: without it, it cannot be called. */
export type Environment = Record<string, unknown> & { [NOW]?: number | undefined };

/**
 * Evaluates an expression of expr-lang with the functions that Argo adds; `env` holds its top-level names.
 * Numbers are float64 throughout. Throws nothing but ExpressionError, whose message shows the place; it ends
 * by itself, as steps, nesting and the size of values are limited.
 */
export function evaluateExpression(source: string, env: Readonly<Environment>, now = env[NOW]): unknown {
  return located(source, () => {
    const tree = parse(source);
    const names = mapOf(Object.entries(env));
    check(tree, names);
    return evaluate(tree, names, now);
  });
}

/** Nests flat names: `steps.a.status` becomes `{steps: {a: {status}}}`. Where both `a` and `a.b` exist, `a` goes. */
export function environment(scope: Scope): Environment {
  const result: Environment = emptyMap();
  if (scope.now !== undefined) result[NOW] = scope.now;
  for (const [name, value] of scope) {
    const keys = name.split(".");
    const last = keys.pop() ?? "";
    let map: ValueMap = result;
    for (const key of keys) {
      const inner = isMap(map[key]) ? map[key] : emptyMap();
      map[key] = inner;
      map = inner;
    }
    if (!isMap(map[last])) map[last] = value;
  }
  return result;
}

/** The variables that an expression reads; throws ExpressionError when it cannot be parsed. */
export function referencesOf(source: string): Reference[] {
  return located(source, () => referencesIn(parse(source)));
}

/** The names of `referencesOf`: dotted chains with literal keys, such as `steps.a-b.outputs.parameters.x`. */
export function identifiersOf(source: string): string[] {
  return referencesOf(source).map(({ name }) => name);
}

function located<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new ExpressionError("expression is too complex", { cause: error });
    if (!(error instanceof ExpressionError) || error.position === undefined) throw error;
    const { position } = error;
    const before = source.slice(0, position).split("\n");
    const column = before.at(-1)?.length ?? 0;
    const line = source.split("\n")[before.length - 1] ?? "";
    const message = `${error.message} (${before.length}:${column + 1})\n | ${line}\n | ${".".repeat(column)}^`;
    throw new ExpressionError(message, { position, cause: error });
  }
}
