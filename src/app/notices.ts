import { LRUCache } from "lru-cache";
import type { PullRequest } from "../policy/event.js";
import { noticeOfManifests } from "../policy/manifest-notice.js";
import type { PullRequests, RepositoryRef } from "./ports.js";

const remembered = 2000;
const known = new WeakMap<PullRequests, LRUCache<string, string[]>>();

/**
 * A pull request that changes manifests changes what its own approval lets run: the reviewer must be told. The files of
 * one head on one base stay the same, so they are listed once, however often its gates are decided on.
 */
export async function noticesOf(
  pullRequests: PullRequests,
  repository: RepositoryRef,
  { number, headSha, baseSha, baseRef }: PullRequest,
): Promise<string[]> {
  const cache = known.get(pullRequests) ?? new LRUCache<string, string[]>({ max: remembered });
  known.set(pullRequests, cache);
  const key = JSON.stringify([repository.id, number, headSha, baseRef, baseSha]);
  const before = cache.get(key);
  if (before !== undefined) return before;
  const notices = noticeOfManifests(await pullRequests.files(repository, number));
  // The list is of the head that GitHub has by now, which may be a newer one.
  const now = await pullRequests.get(repository, number);
  if (now.headSha === headSha && now.baseSha === baseSha && now.baseRef === baseRef) cache.set(key, notices);
  return notices;
}
