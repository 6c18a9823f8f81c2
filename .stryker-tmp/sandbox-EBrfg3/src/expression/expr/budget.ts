import { ExpressionError } from "../expression-error.js";

const MAX_STEPS = 100_000;
const MAX_SIZE = 1024 * 1024;
const MAX_DEPTH = 500;

/** What one evaluation may still cost: it bounds time and memory, whatever the expression. */
export class Budget {
  private steps = MAX_STEPS;

  /** Pays for `steps` units of work, such as nodes evaluated or elements visited. */
  spend(steps: number): void {
    this.steps -= steps;
    if (!(this.steps >= 0)) throw new ExpressionError("expression takes too many steps");
  }

  /** Pays for reading this many characters. */
  read(length: number): void {
    this.spend(Math.floor(length / 256));
  }

  /** Pays for matching a pattern; see `matchesPattern`. */
  match(work: number): void {
    this.spend(Math.floor(work / 100));
  }

  /** Refuses a string of this many characters before it is made. */
  allocate(length: number): void {
    if (!(length <= MAX_SIZE)) throw new ExpressionError("memory budget exceeded");
    this.read(length);
  }

  /** Pays for walking a value to its leaves, of which shared ones count every time; refuses deep ones. */
  walk(value: unknown): void {
    let size = 0;
    let level = [value];
    for (let depth = 0; level.length > 0; depth += 1) {
      if (depth > MAX_DEPTH) throw new ExpressionError("value is nested too deeply");
      this.spend(level.length);
      const below: unknown[] = [];
      for (const item of level) {
        const children = typeof item === "object" && item !== null ? Object.values(item) : [];
        if (typeof item === "string") size += item.length;
        if (children.length > 0 && !Array.isArray(item)) size += Object.keys(item ?? {}).join("").length;
        if (below.length + children.length > this.steps) this.spend(Infinity);
        for (const child of children) below.push(child);
      }
      if (size > MAX_SIZE) throw new ExpressionError("memory budget exceeded");
      level = below;
    }
    this.read(size);
  }
}
