import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Looks for secrets in everything that others may read. */
export class Tokens {
  readonly #secrets: readonly string[];
  readonly found = new Set<string>();

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  look(where: string, text: string): void {
    const token = /gh[a-z]_[A-Za-z0-9]{30,}/.exec(text)?.[0];
    if (token !== undefined) this.found.add(`a token in ${where}: …${around(text, token)}…`);
    for (const secret of this.#secrets) if (text.includes(secret)) this.found.add(`a secret in ${where}`);
  }

  /** Every database below a folder. */
  lookBelow(directory: string): void {
    for (const name of readdirSync(directory, { recursive: true }) as string[]) {
      const file = join(directory, name);
      if (/\.db(-wal|-shm)?$/.test(name) && statSync(file).isFile())
        this.look(name, readFileSync(file).toString("latin1"));
    }
  }
}

/** The neighbourhood of a token without the token. */
function around(text: string, token: string): string {
  const at = text.indexOf(token);
  return `${text.slice(Math.max(0, at - 80), at)}TOKEN${text.slice(at + token.length, at + token.length + 20)}`;
}
