import { ExpressionError } from "../expression-error.js";
import { Arguments } from "./arguments.js";
import { Budget } from "./budget.js";
import { functionNamed } from "./functions.js";
import { GoDuration } from "./go-duration.js";
import { callMethod } from "./methods.js";
import { applyBinary } from "./operators.js";
import { applyPredicate } from "./predicates.js";
import type { Expr } from "./syntax.js";
import { fetch, mapOf, typeName, type ValueMap } from "./values.js";

/** What a predicate sees as `#`, `#index` and `#acc`. */
type Element = { element: unknown; index: number; acc: unknown };
type Names = { name: string; value: unknown; outer: Names } | undefined;
/** Where a node is evaluated: names bound by `let`, and the element in a predicate. */
type Frame = { names: Names; element: Element | undefined };

/** Evaluates a tree; `env` holds the top-level names, `now` is the time. Throws ExpressionError, whatever the tree and values. */
export function evaluate(tree: Expr, env: ValueMap, now?: number): unknown {
  const evaluator = new Evaluator(env, now);
  const value = evaluator.value(tree, { names: undefined, element: undefined });
  evaluator.budget.walk(value);
  return value;
}

class Evaluator {
  readonly budget = new Budget();
  private readonly env: ValueMap;
  private readonly now: number | undefined;

  constructor(env: ValueMap, now: number | undefined) {
    this.env = env;
    this.now = now;
  }

  value(node: Expr, frame: Frame): unknown {
    try {
      this.budget.spend(1);
      return this.evaluated(node, frame);
    } catch (error) {
      if (!(error instanceof ExpressionError) || error.position !== undefined) throw error;
      throw new ExpressionError(error.message, { position: node.at, cause: error.cause });
    }
  }

  private evaluated(node: Expr, frame: Frame): unknown {
    switch (node.type) {
      case "literal":
        return node.value;
      case "name":
        return this.named(node.name, frame);
      case "element":
        if (frame.element === undefined)
          throw new ExpressionError("cannot use pointer accessor outside predicate");
        return frame.element[node.part];
      case "unary":
        return unary(node.op, this.value(node.operand, frame));
      case "binary":
        return this.binary(node, frame);
      case "conditional":
        return this.value(truth("?:", this.value(node.test, frame)) ? node.then : node.otherwise, frame);
      case "member":
        return this.member(node, frame);
      case "slice":
        return this.slice(node, frame);
      case "call":
        return this.call(node, frame);
      case "method":
        return callMethod(
          this.value(node.object, frame),
          node.name,
          node.args.map((arg) => this.value(arg, frame)),
        );
      case "list":
        return node.items.map((item) => this.value(item, frame));
      case "map":
        return mapOf(node.entries.map(([key, item]) => [this.key(key, frame), this.value(item, frame)]));
      case "closure":
        throw new ExpressionError("a predicate is not a value");
      case "let":
        return this.value(node.body, {
          ...frame,
          names: { name: node.name, value: this.value(node.value, frame), outer: frame.names },
        });
    }
  }

  private named(name: string, frame: Frame): unknown {
    for (let names = frame.names; names !== undefined; names = names.outer) {
      if (names.name === name) return names.value;
    }
    if (Object.hasOwn(this.env, name)) return this.env[name] ?? null;
    throw new ExpressionError(`unknown name ${name}`);
  }

  private binary({ op, left, right }: Expr & { type: "binary" }, frame: Frame): unknown {
    const first = this.value(left, frame);
    if (op === "??") return first ?? this.value(right, frame);
    if (op === "&&" || op === "and") return truth(op, first) && truth(op, this.value(right, frame));
    if (op === "||" || op === "or") return truth(op, first) || truth(op, this.value(right, frame));
    return applyBinary(op, first, this.value(right, frame), this.budget);
  }

  private member(node: Expr & { type: "member" }, frame: Frame): unknown {
    const object = this.value(node.object, frame) ?? null;
    if (object === null && (node.optional || isOptionalChain(node.object))) return null;
    return fetch(object, this.value(node.key, frame)) ?? null;
  }

  private slice(node: Expr & { type: "slice" }, frame: Frame): unknown {
    const object = this.value(node.object, frame);
    if (typeof object !== "string" && !Array.isArray(object)) {
      throw new ExpressionError(`cannot slice ${typeName(object)}`);
    }
    const bound = (part: Expr | undefined, absent: number): number => {
      const value = part === undefined ? absent : this.value(part, frame);
      if (!Number.isInteger(value))
        throw new ExpressionError(`invalid slice index (type ${typeName(value)})`);
      return value as number;
    };
    const from = bound(node.from, 0);
    const to = bound(node.to, object.length);
    this.budget.spend(Array.isArray(object) ? object.length : 0);
    return object.slice(from, to);
  }

  private key(node: Expr, frame: Frame): string {
    const key = this.value(node, frame);
    if (typeof key === "string") return key;
    throw new ExpressionError(`invalid map key (type ${typeName(key)})`, { position: node.at });
  }

  private call(node: Expr & { type: "call" }, frame: Frame): unknown {
    const [first, second, third] = node.args;
    if (first !== undefined && second?.type === "closure") {
      const list = this.value(first, frame);
      const initial = third === undefined ? undefined : this.value(third, frame);
      const each = (element: unknown, index: number, acc: unknown): unknown =>
        this.value(second.body, { names: frame.names, element: { element, index, acc } });
      return applyPredicate(node.name, list, each, initial, this.budget);
    }
    const native = functionNamed(node.name);
    if (native === undefined) throw new ExpressionError(`unknown name ${node.name}`);
    const values = node.args.map((arg) => this.value(arg, frame));
    const result = native(new Arguments(node.name, values, this.budget, this.now));
    if (typeof result === "string") this.budget.allocate(result.length);
    if (Array.isArray(result)) this.budget.spend(result.length);
    return result ?? null;
  }
}

// `a?.b.c` is nil as a whole when `a` is.
function isOptionalChain(node: Expr): boolean {
  let part = node;
  while (part.type === "member") {
    if (part.optional) return true;
    part = part.object;
  }
  return false;
}

function truth(op: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ExpressionError(`invalid operation: ${op} (mismatched types ${typeName(value)} and bool)`);
}

function unary(op: string, value: unknown): unknown {
  if ((op === "not" || op === "!") && typeof value === "boolean") return !value;
  if (op === "-" && typeof value === "number") return -value;
  if (op === "-" && value instanceof GoDuration) return new GoDuration(-value.milliseconds);
  if (op === "+" && typeof value === "number") return value;
  throw new ExpressionError(`invalid operation: ${op} (mismatched type ${typeName(value)})`);
}
