import { ExpressionError } from "../expression-error.js";
import { formatValue } from "../go-format.js";
import { matchesPattern } from "../pattern.js";

/** A value of govaluate; null where an operand is absent, or the branch of a `?` was not taken. */
export type Value = string | number | boolean | null | readonly Value[];

/** Applies an operator whose operands are known; `left` is not used by a prefix. */
export function applyOperator(symbol: string, left: Value, right: Value): Value {
  switch (symbol) {
    case ",":
      return [...(isList(left) ? left : [left]), right];
    case "==":
      return isSame(left, right);
    case "!=":
      return !isSame(left, right);
    case "in":
      if (!isList(right)) throw refused(right, "comparator", symbol, "number");
      return right.some((item) => item === left);
    case "=~":
    case "!~":
      return matches(symbol, left, right);
    case "&&":
    case "||":
      // The short cut has been taken before: what is left is the right operand.
      truth(left, "logical operator", symbol);
      return truth(right, "logical operator", symbol);
    case "prefix !":
      if (typeof right !== "boolean") throw new ExpressionError(prefixFault(right, "!"));
      return !right;
    case "prefix -":
    case "prefix ~":
      if (typeof right !== "number") throw new ExpressionError(prefixFault(right, symbol.slice(-1)));
      return symbol === "prefix -" ? -right : Number(~int64(right));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(symbol, left, right);
    default:
      return calculate(symbol, left, right);
  }
}

/** The condition of a `?`. */
export function isTrue(value: Value): boolean {
  if (typeof value === "boolean") return value;
  throw refused(value, "ternary operator", "?", "bool");
}

function truth(value: Value, role: string, symbol: string): boolean {
  if (typeof value === "boolean") return value;
  throw refused(value, role, symbol, "bool");
}

function refused(value: Value, role: string, symbol: string, wanted: string): ExpressionError {
  return new ExpressionError(
    `Value '${formatValue(value)}' cannot be used with the ${role} '${symbol}', it is not a ${wanted}`,
  );
}

function prefixFault(value: Value, symbol: string): string {
  return `Value '${formatValue(value)}' cannot be used with the prefix '${symbol}'`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isSame(left: Value, right: Value): boolean {
  if (!isList(left) || !isList(right)) return left === right;
  return left.length === right.length && left.every((item, index) => isSame(item, right[index] ?? null));
}

function matches(symbol: string, left: Value, right: Value): boolean {
  if (typeof left !== "string") throw refused(left, "comparator", symbol, "number");
  if (typeof right !== "string") throw refused(right, "comparator", symbol, "number");
  return matchesPattern(right, left) === (symbol === "=~");
}

function compare(symbol: string, left: Value, right: Value): boolean {
  const numbers = typeof left === "number" && typeof right === "number";
  const strings = typeof left === "string" && typeof right === "string";
  if (!numbers && !strings) throw refused(left, "comparator", symbol, "number");
  if (symbol === "<") return left < right;
  if (symbol === "<=") return left <= right;
  return symbol === ">" ? left > right : left >= right;
}

function calculate(symbol: string, left: Value, right: Value): Value {
  if (symbol === "+" && (typeof left === "string" || typeof right === "string")) {
    return formatValue(left) + formatValue(right);
  }
  if (typeof left !== "number") throw refused(left, "modifier", symbol, "number");
  if (typeof right !== "number") throw refused(right, "modifier", symbol, "number");
  switch (symbol) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "**":
      return left ** right;
    default:
      return Number(bitwise(symbol, int64(left), int64(right)));
  }
}

function bitwise(symbol: string, left: bigint, right: bigint): bigint {
  if (symbol === "&") return left & right;
  if (symbol === "|") return left | right;
  if (symbol === "^") return left ^ right;
  const [value, count] = [BigInt.asUintN(64, left), BigInt.asUintN(64, right)];
  if (count > 63n) return 0n;
  return symbol === "<<" ? BigInt.asUintN(64, value << count) : value >> count;
}

function int64(value: number): bigint {
  return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : -(2n ** 63n);
}
