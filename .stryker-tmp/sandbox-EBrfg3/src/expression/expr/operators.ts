import { ExpressionError } from "../expression-error.js";
import { matchesPattern } from "../pattern.js";
import type { Budget } from "./budget.js";
import { isEqual, isLess, isMap, typeName } from "./values.js";

/** Applies a binary operator that always needs both of its operands. */
export function applyBinary(op: string, left: unknown, right: unknown, budget: Budget): unknown {
  switch (op) {
    case "==":
      return equals(left, right, budget);
    case "!=":
      return !equals(left, right, budget);
    case "<":
    case ">":
    case "<=":
    case ">=":
      return compares(op, left, right);
    case "+":
      return sum(left, right, budget);
    case "..":
      return range(left, right, budget);
    case "in":
      return isIn(left, right, budget);
    case "matches":
    case "contains":
    case "startsWith":
    case "endsWith":
      return searches(op, left, right, budget);
    default:
      return calculates(op, left, right);
  }
}

function mismatch(op: string, left: unknown, right: unknown): never {
  throw new ExpressionError(
    `invalid operation: ${op} (mismatched types ${typeName(left)} and ${typeName(right)})`,
  );
}

function equals(left: unknown, right: unknown, budget: Budget): boolean {
  if (typeof left === "object" && typeof right === "object") {
    budget.walk(left);
    budget.walk(right);
  }
  if (typeof left === "string") budget.read(left.length);
  return isEqual(left, right);
}

function compares(op: string, left: unknown, right: unknown): boolean {
  const comparable = (a: unknown): a is string | number => typeof a === "string" || typeof a === "number";
  if (!comparable(left) || !comparable(right) || typeof left !== typeof right)
    return mismatch(op, left, right);
  if (op === "<") return isLess(left, right);
  if (op === ">") return isLess(right, left);
  return op === "<=" ? !isLess(right, left) : !isLess(left, right);
}

function sum(left: unknown, right: unknown, budget: Budget): unknown {
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (typeof left !== "string" || typeof right !== "string") return mismatch("+", left, right);
  budget.allocate(left.length + right.length);
  return left + right;
}

function range(from: unknown, to: unknown, budget: Budget): number[] {
  if (!Number.isInteger(from) || !Number.isInteger(to)) return mismatch("..", from, to);
  const length = Math.max(0, (to as number) - (from as number) + 1);
  budget.spend(length);
  return Array.from({ length }, (_, index) => (from as number) + index);
}

function isIn(left: unknown, right: unknown, budget: Budget): boolean {
  if (right === null || right === undefined) return false;
  if (Array.isArray(right)) {
    return right.some((item: unknown) => {
      budget.spend(1);
      return equals(left, item, budget);
    });
  }
  if (isMap(right)) return typeof left === "string" && Object.hasOwn(right, left);
  throw new ExpressionError(`operator "in" not defined on ${typeName(right)}`);
}

function searches(op: string, left: unknown, right: unknown, budget: Budget): boolean {
  if ((left ?? null) === null || (right ?? null) === null) return false;
  if (typeof left !== "string" || typeof right !== "string") return mismatch(op, left, right);
  budget.read(left.length + right.length);
  if (op === "contains") return left.includes(right);
  if (op === "startsWith") return left.startsWith(right);
  return op === "endsWith" ? left.endsWith(right) : matchesPattern(right, left, (work) => budget.match(work));
}

function calculates(op: string, left: unknown, right: unknown): number {
  if (typeof left !== "number" || typeof right !== "number") return mismatch(op, left, right);
  if (op === "-") return left - right;
  if (op === "*") return left * right;
  if (op === "/") return left / right;
  if (op === "**" || op === "^") return left ** right;
  if (op !== "%") throw new ExpressionError(`unknown operator ${op}`);
  if (!Number.isInteger(left) || !Number.isInteger(right)) return mismatch(op, left, right);
  if (right === 0) throw new ExpressionError("integer divide by zero");
  return left % right;
}
