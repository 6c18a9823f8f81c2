import { environment, evaluateExpression } from "../../../expression/expr.js";
import { ExpressionError } from "../../../expression/expression-error.js";
import { evaluateWhen } from "../../../expression/when.js";
import type { Scope } from "../../../expression/scope.js";
import { formatValue } from "../../../expression/go-format.js";

/** The truth of an expression; throws an ExpressionError for one that has none (util/expr/argoexpr, EvalBool). */
export function evaluatesTrue(expression: string, variables: Scope): boolean {
  const value = valueOf(expression, variables);
  if (typeof value === "boolean") return value;
  throw new ExpressionError(`unable to cast expression result '${formatValue(value)}' to bool`);
}

function valueOf(expression: string, variables: Scope): unknown {
  try {
    return evaluateExpression(expression, environment(variables));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(`unable to evaluate expression '${expression}': ${error.message}`, {
      cause: error,
    });
  }
}

/** Whether a `when` is false already; one that cannot be evaluated yet is not. */
export function isFalseAlready(when: string): boolean {
  try {
    return !evaluateWhen(when);
  } catch {
    return false;
  }
}
