import { ExpressionError } from "../expression-error.js";
import type { Budget } from "./budget.js";
import { isMap, typeName, type ValueMap } from "./values.js";

/** A function of the language. It checks its arguments by reading them with a type. */
export type NativeFunction = (args: Arguments) => unknown;
export type FunctionTable = ReadonlyMap<string, NativeFunction>;

/** The values a function was called with. */
export class Arguments {
  readonly callee: string;
  readonly values: readonly unknown[];
  readonly budget: Budget;
  readonly #now: number | undefined;

  constructor(callee: string, values: readonly unknown[], budget: Budget, now?: number) {
    this.callee = callee;
    this.#now = now;
    this.values = values;
    this.budget = budget;
    for (const value of values) if (typeof value === "string") budget.read(value.length);
  }

  get count(): number {
    return this.values.length;
  }

  /** Throws unless there are from `least` to `most` arguments. */
  expect(least: number, most = least): void {
    if (this.count >= least && this.count <= most) return;
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw new ExpressionError(
      `invalid number of arguments for ${this.callee} (expected ${wanted}, got ${this.count})`,
    );
  }

  /** The present, in milliseconds since the epoch; throws where there is none. */
  get now(): number {
    if (this.#now !== undefined) return this.#now;
    throw new ExpressionError(`${this.callee} is not available here: nothing tells the time`);
  }

  any(index: number): unknown {
    return this.values[index] ?? null;
  }

  text(index: number, absent?: string): string {
    const value = index >= this.count && absent !== undefined ? absent : this.values[index];
    return typeof value === "string" ? value : this.refuse(index);
  }

  number(index: number): number {
    const value = this.values[index];
    return typeof value === "number" ? value : this.refuse(index);
  }

  integer(index: number, absent?: number): number {
    const value = index >= this.count && absent !== undefined ? absent : this.values[index];
    return Number.isInteger(value) ? (value as number) : this.refuse(index);
  }

  list(index: number): readonly unknown[] {
    const value = this.values[index];
    if (!Array.isArray(value)) return this.refuse(index);
    this.budget.spend(value.length);
    return value;
  }

  map(index: number): ValueMap {
    const value = this.values[index];
    if (!isMap(value)) return this.refuse(index);
    this.budget.spend(Object.keys(value).length);
    return value;
  }

  refuse(index: number): never {
    throw new ExpressionError(`invalid argument for ${this.callee} (type ${typeName(this.values[index])})`);
  }
}
