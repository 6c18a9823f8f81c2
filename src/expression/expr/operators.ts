import { ExpressionError } from "../expression-error.js";
import { matchesPattern } from "../pattern.js";
import type { Budget } from "./budget.js";
import { GoDuration } from "./go-duration.js";
import { GoTime } from "./go-time.js";
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
      return calculatesTime(op, left, right) ?? calculates(op, left, right);
  }
}

function mismatch(op: string, left: unknown, right: unknown): never {
  throw new ExpressionError(
    `invalid operation: ${op} (mismatched types ${typeName(left)} and ${typeName(right)})`,
  );
}

function equals(left: unknown, right: unknown, budget: Budget): boolean {
  if (sameKind(left, right)) return amountOf(left) === amountOf(right);
  if (typeof left === "object" && typeof right === "object") {
    budget.walk(left);
    budget.walk(right);
  }
  if (typeof left === "string") budget.read(left.length);
  return isEqual(left, right);
}

function compares(op: string, first: unknown, second: unknown): boolean {
  const [left, right] = sameKind(first, second) ? [amountOf(first), amountOf(second)] : [first, second];
  const comparable = (a: unknown): a is string | number => typeof a === "string" || typeof a === "number";
  if (!comparable(left) || !comparable(right) || typeof left !== typeof right)
    return mismatch(op, left, right);
  if (op === "<") return isLess(left, right);
  if (op === ">") return isLess(right, left);
  return op === "<=" ? !isLess(right, left) : !isLess(left, right);
}

/** Times compare with times, durations with durations. */
function sameKind(left: unknown, right: unknown): boolean {
  if (left instanceof GoTime) return right instanceof GoTime;
  return left instanceof GoDuration && right instanceof GoDuration;
}

function amountOf(value: unknown): number {
  return value instanceof GoTime ? value.at : (value as GoDuration).milliseconds;
}

function sum(left: unknown, right: unknown, budget: Budget): unknown {
  const moved = movedBy(left, right, 1) ?? movedBy(right, left, 1);
  if (moved !== undefined) return moved;
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (typeof left !== "string" || typeof right !== "string") return mismatch("+", left, right);
  budget.allocate(left.length + right.length);
  return left + right;
}

/** A time or a duration, and a duration. */
function movedBy(value: unknown, by: unknown, sign: 1 | -1): GoTime | GoDuration | undefined {
  if (!(by instanceof GoDuration)) return undefined;
  if (value instanceof GoTime) return new GoTime(value.at + sign * by.milliseconds, value.zone);
  if (value instanceof GoDuration) return new GoDuration(value.milliseconds + sign * by.milliseconds);
  return undefined;
}

/** What is subtracted from times and durations, and durations times numbers. */
function calculatesTime(op: string, left: unknown, right: unknown): unknown {
  if (op === "-" && left instanceof GoTime && right instanceof GoTime)
    return new GoDuration(left.at - right.at);
  if (op === "-") return movedBy(left, right, -1);
  if (op !== "*") return undefined;
  if (left instanceof GoDuration && typeof right === "number")
    return new GoDuration(left.milliseconds * right);
  if (right instanceof GoDuration && typeof left === "number")
    return new GoDuration(right.milliseconds * left);
  return undefined;
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
