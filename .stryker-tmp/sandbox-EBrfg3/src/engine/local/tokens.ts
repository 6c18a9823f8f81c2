import type { RunKey, RunToken } from "../engine.js";

interface Held {
  token: RunToken;
  /** Every value that the run ever had: what a step prints may be an older one. */
  values: string[];
}

/** The runs' GitHub tokens: the token Secret of each run, in memory only. */
export class RunTokens {
  readonly #held = new Map<string, Held>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  put(key: RunKey, token: RunToken): void {
    const values = this.#held.get(keyText(key))?.values ?? [];
    this.#held.set(keyText(key), { token, values: [...values, token.value] });
  }

  expiry(key: RunKey): string | undefined {
    return this.#held.get(keyText(key))?.token.expiresAt;
  }

  /** The token, unless it has expired. */
  fresh(key: RunKey): string | undefined {
    const token = this.#held.get(keyText(key))?.token;
    return token !== undefined && Date.parse(token.expiresAt) > this.#clock() ? token.value : undefined;
  }

  values(key: RunKey): readonly string[] {
    return this.#held.get(keyText(key))?.values ?? [];
  }

  drop(key: RunKey): void {
    this.#held.delete(keyText(key));
  }
}

export function keyText(key: RunKey): string {
  return `${key.namespace}/${key.name}`;
}
