import type { Scope } from "./scope.js";

/** Variables of an inner scope over those of an outer one, neither copied. */
export class Layers implements Scope {
  readonly #inner: Scope;
  readonly #outer: Scope;

  constructor(inner: Scope, outer: Scope) {
    this.#inner = inner;
    this.#outer = outer;
  }

  get now(): number | undefined {
    return this.#inner.now ?? this.#outer.now;
  }

  get size(): number {
    let size = this.#inner.size;
    for (const name of this.#outer.keys()) if (!this.#inner.has(name)) size += 1;
    return size;
  }

  get(name: string): string | null | undefined {
    const value = this.#inner.get(name);
    return value === undefined && !this.#inner.has(name) ? this.#outer.get(name) : value;
  }

  has(name: string): boolean {
    return this.#inner.has(name) || this.#outer.has(name);
  }

  *entries(): MapIterator<[string, string | null]> {
    for (const entry of this.#outer) if (!this.#inner.has(entry[0])) yield entry;
    yield* this.#inner;
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<string | null> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, string | null]> {
    return this.entries();
  }

  forEach(each: (value: string | null, name: string, all: Scope) => void): void {
    for (const [name, value] of this) each(value, name, this);
  }
}
