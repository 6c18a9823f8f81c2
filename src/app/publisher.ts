import { createKeyedQueue } from "../lib/keyed-queue.js";
import type { PushEvent } from "../policy/event.js";
import type { Dependencies } from "./dependencies.js";
import { isRetryable } from "./is-retryable.js";
import type { InstalledRepository } from "./ports.js";
import { publishDefinitions } from "./publish-definitions.js";
import type { Repositories } from "./repositories.js";
import { referenceOf } from "./occasion.js";

/** Keeps what stands in the cluster for others equal to the default branches. */
export interface Publisher {
  /** Applies what is new on a default branch, soon. Never rejects. */
  pushed(event: PushEvent): void;
  /** Looks for pushes that nobody told of, for another configuration, and for repositories that are gone. */
  look(): Promise<void>;
  idle(): Promise<void>;
  close(): Promise<void>;
}

const concurrency = 2;
/** A failure that another try hardly mends is tried this often; the next change of anything tries again. */
const triesOfRefused = 3;

export function openPublisher(dependencies: Dependencies, repositories: Repositories): Publisher {
  const { engine, log, policyOf } = dependencies;
  const known = new Map<number, Pick<InstalledRepository, "reference" | "repository">>();
  /** What was applied of each repository: all on which it depends. */
  const applied = new Map<number, string>();
  /** What could not be applied waits for the next listing: by repository, the listing that it failed after. */
  const failed = new Map<number, number>();
  let listedAt = Number.NEGATIVE_INFINITY;
  let prunedAt = Number.NEGATIVE_INFINITY;
  const queue = createKeyedQueue({
    concurrency,
    async work(key) {
      const found = known.get(Number(key));
      if (found !== undefined) await publishDefinitions(dependencies, found);
    },
    retry(error, key, failures) {
      const repository = known.get(Number(key))?.repository.slug;
      const again = isRetryable(error) || failures < triesOfRefused;
      if (!again) failed.set(Number(key), listedAt);
      log.error({ repository, failures, again, err: error }, "failed to apply definitions");
      return again;
    },
  });

  async function prune(found: readonly InstalledRepository[]): Promise<void> {
    const present = new Set(found.map(({ repository }) => repository.id));
    for (const id of (await engine.definitions?.owners()) ?? []) {
      if (present.has(id)) continue;
      log.info({ repositoryId: id }, "the definitions of a repository that is gone are removed");
      await engine.definitions?.settle(id, [], () => false);
      applied.delete(id);
    }
  }

  return {
    pushed(event) {
      if (engine.definitions === undefined) return;
      known.set(event.repository.id, { reference: referenceOf(event), repository: event.repository });
      queue.add(String(event.repository.id));
    },
    async look() {
      if (engine.definitions === undefined) return;
      const { found, at } = await repositories.listed();
      listedAt = at;
      for (const { reference, repository, pushedAt } of found) {
        const state = JSON.stringify([repository, pushedAt, policyOf(repository.slug)]);
        const failedAt = failed.get(repository.id);
        const isSettled = failedAt === undefined ? applied.get(repository.id) === state : failedAt === at;
        if (isSettled) continue;
        failed.delete(repository.id);
        known.set(repository.id, { reference, repository });
        applied.set(repository.id, state);
        queue.add(String(repository.id));
      }
      if (at === prunedAt) return;
      await prune(found);
      prunedAt = at;
    },
    idle: () => queue.idle(),
    close: () => queue.close(),
  };
}
