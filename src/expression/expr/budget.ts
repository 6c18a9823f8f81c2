import { ExpressionError } from "../expression-error.js";

const MAX_STEPS = 100_000;
const MAX_SIZE = 1024 * 1024;

/** What one evaluation may still cost: it bounds time and memory, whatever the expression. */
export class Budget {
  private steps = MAX_STEPS;

  /** Pays for `steps` units of work, such as nodes evaluated or elements visited. */
  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new ExpressionError("expression takes too many steps");
  }

  /** Refuses a string of this many characters before it is made. */
  allocate(length: number): void {
    if (length > MAX_SIZE) throw new ExpressionError("memory budget exceeded");
    this.spend(Math.floor(length / 256));
  }

  /** Pays for walking a value to its leaves, of which shared ones count every time. */
  walk(value: unknown): void {
    const rest: unknown[] = [value];
    let size = 0;
    while (rest.length > 0) {
      this.spend(1);
      const next = rest.pop();
      if (typeof next === "string") size += next.length;
      else if (Array.isArray(next)) this.push(rest, next);
      else if (typeof next === "object" && next !== null) {
        for (const key of Object.keys(next)) size += key.length;
        this.push(rest, Object.values(next));
      }
      if (size > MAX_SIZE) throw new ExpressionError("memory budget exceeded");
    }
  }

  private push(rest: unknown[], values: readonly unknown[]): void {
    if (values.length > this.steps) this.spend(values.length);
    for (const value of values) rest.push(value);
  }
}
