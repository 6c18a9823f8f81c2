import { ExpressionError } from "../expression-error.js";
import { GoValue } from "./values.js";

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const DURATION = /^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** Go's time.Duration. */
export class GoDuration extends GoValue {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    super();
    this.milliseconds = milliseconds;
  }

  /** As Go prints it: `1h30m0s`, `1.5s`, `250ms`. */
  override toString(): string {
    const size = Math.abs(this.milliseconds);
    const sign = this.milliseconds < 0 ? "-" : "";
    if (size === 0) return "0s";
    if (size < 1e-3) return `${sign}${Math.round(size * 1e6)}ns`;
    if (size < 1) return `${sign}${decimal(size * 1e3)}µs`;
    if (size < 1000) return `${sign}${decimal(size)}ms`;
    const hours = Math.floor(size / 3_600_000);
    const minutes = Math.floor(size / 60_000) % 60;
    const seconds = decimal((size % 60_000) / 1000);
    return `${sign}${hours > 0 ? `${hours}h` : ""}${size >= 60_000 ? `${minutes}m` : ""}${seconds}s`;
  }

  /** Nanoseconds. */
  toJSON(): number {
    return Math.round(this.milliseconds * 1e6);
  }
}

function decimal(value: number): string {
  return String(Number(value.toFixed(9)));
}

/** Throws for what time.ParseDuration does not take. */
export function parseGoDuration(text: string): GoDuration {
  const trimmed = text.replace(/^[-+]/, "");
  if (!DURATION.test(text)) {
    const why = /^[\d.]+$/.test(trimmed) ? "missing unit in duration" : "invalid duration";
    throw new ExpressionError(`time: ${why} "${text}"`);
  }
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+\.?\d*|\.\d+)([a-zµμ]+)/g)) {
    total += Number(amount) * (UNITS[unit ?? ""] ?? 0);
  }
  return new GoDuration(text.startsWith("-") ? -total : total);
}

/** The methods of a duration, by their names in Go. */
export const DURATION_METHODS: Readonly<Record<string, (duration: GoDuration) => unknown>> = {
  Hours: ({ milliseconds }) => milliseconds / 3_600_000,
  Minutes: ({ milliseconds }) => milliseconds / 60_000,
  Seconds: ({ milliseconds }) => milliseconds / 1000,
  Milliseconds: ({ milliseconds }) => Math.trunc(milliseconds),
  Microseconds: ({ milliseconds }) => Math.trunc(milliseconds * 1e3),
  Nanoseconds: (duration) => duration.toJSON(),
  Abs: ({ milliseconds }) => new GoDuration(Math.abs(milliseconds)),
  String: String,
};
