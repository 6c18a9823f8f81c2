import { ExpressionError } from "../expression-error.js";
import { formatValue } from "../go-format.js";
import type { Arguments, NativeFunction } from "./arguments.js";

export const SPRIG_NUMBERS: Record<string, NativeFunction> = {
  int: (args) => toInt(args.any(0)),
  int64: (args) => toInt(args.any(0)),
  atoi: (args) => toInt(args.text(0)),
  float64: (args) => toFloat(args.any(0)),
  add: (args) => ints(args).reduce((sum, value) => sum + value, 0),
  add1: (args) => toInt(args.any(0)) + 1,
  sub: (args) => toInt(args.any(0)) - toInt(args.any(1)),
  mul: (args) => ints(args).reduce((product, value) => product * value, 1),
  div: (args) => Math.trunc(toInt(args.any(0)) / divisor(args)),
  mod: (args) => toInt(args.any(0)) % divisor(args),
  max: (args) => ints(args).reduce((most, value) => Math.max(most, value)),
  min: (args) => ints(args).reduce((least, value) => Math.min(least, value)),
  biggest: (args) => ints(args).reduce((most, value) => Math.max(most, value)),
  maxf: (args) => Math.max(...args.values.map(toFloat)),
  minf: (args) => Math.min(...args.values.map(toFloat)),
  add1f: (args) => toFloat(args.any(0)) + 1,
  toDecimal: (args) => octal(formatValue(args.any(0))),
  addf: (args) => args.values.reduce((sum: number, value) => sum + toFloat(value), 0),
  subf: (args) => toFloat(args.any(0)) - toFloat(args.any(1)),
  mulf: (args) => args.values.reduce((product: number, value) => product * toFloat(value), 1),
  divf: (args) => toFloat(args.any(0)) / toFloat(args.any(1)),
  ceil: (args) => Math.ceil(toFloat(args.any(0))),
  floor: (args) => Math.floor(toFloat(args.any(0))),
  round: (args) => rounded(toFloat(args.any(0)), toInt(args.any(1))),
  until: (args) => steps(args, 0, toInt(args.any(0)), toInt(args.any(0)) < 0 ? -1 : 1),
  untilStep: (args) => steps(args, toInt(args.any(0)), toInt(args.any(1)), toInt(args.any(2))),
  seq: (args) => sequence(args),
};

/** A whole number from any value; 0 when it is none. */
export function toInt(value: unknown): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) : 0;
  return typeof value === "string" && /^[+-]?\d{1,19}(?:\.0*)?$/.test(value) ? Math.trunc(Number(value)) : 0;
}

function toFloat(value: unknown): number {
  if (typeof value !== "string") return typeof value === "number" ? value : toInt(value);
  const number = value.trim() === "" ? 0 : Number(value);
  return Number.isNaN(number) ? 0 : number;
}

function octal(text: string): number {
  return /^[0-7]+$/.test(text) ? parseInt(text, 8) : 0;
}

function ints(args: Arguments): number[] {
  if (args.count === 0) args.expect(1, 100);
  return args.values.map(toInt);
}

function divisor(args: Arguments): number {
  const value = toInt(args.any(1));
  if (value === 0) throw new ExpressionError("integer divide by zero");
  return value;
}

function rounded(value: number, places: number): number {
  const factor = 10 ** places;
  return (Math.sign(value) * Math.round(Math.abs(value) * factor)) / factor;
}

function steps(args: Arguments, from: number, to: number, step: number): number[] {
  const length = step === 0 ? 0 : Math.max(0, Math.ceil((to - from) / step));
  args.budget.spend(length);
  return Array.from({ length }, (_, index) => from + index * step);
}

function sequence(args: Arguments): string {
  const [first = 0, second, third] = args.values.map(toInt);
  const from = second === undefined ? 1 : first;
  const to = third ?? second ?? first;
  const step = third === undefined ? (to < from ? -1 : 1) : (second ?? 1);
  return steps(args, from, to + Math.sign(step), step).join(" ");
}
