import type { Dependencies } from "./dependencies.js";
import type { InstalledRepository } from "./ports.js";

/** The repositories of all installations, asked for now and then. */
export interface Repositories {
  /** As they were listed last, and when that was (milliseconds since the epoch). Rejects when they cannot be listed. */
  listed(): Promise<{ found: readonly InstalledRepository[]; at: number }>;
  /** A repository that nobody knew has sent something: the next look lists anew. */
  forget(): void;
}

const listEvery = 10 * 60_000;

export function openRepositories({ clock, github }: Pick<Dependencies, "clock" | "github">): Repositories {
  let last: Promise<{ found: readonly InstalledRepository[]; at: number }> | undefined;
  let at = Number.NEGATIVE_INFINITY;
  return {
    listed() {
      const now = clock();
      if (last !== undefined && now - at < listEvery) return last;
      at = now;
      const asked = github.installations.repositories().then((found) => ({ found, at: now }));
      last = asked;
      asked.catch(() => {
        if (last === asked) last = undefined;
      });
      return asked;
    },
    forget() {
      last = undefined;
    },
  };
}
