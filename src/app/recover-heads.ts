import { LRUCache } from "lru-cache";
import type { RunKey } from "../engine/engine.js";
import type { Actor, PullRequest, PullRequestEvent, PushEvent } from "../policy/event.js";
import { redeliveryWindowMs } from "../policy/redelivery.js";
import type { Dependencies } from "./dependencies.js";
import type { InstalledRepository, Push } from "./ports.js";
import { recordedRuns } from "./recorded-runs.js";
import { receivePullRequest, receivePush } from "./receive.js";

const minute = 60_000;
/** A delivery has so long to come by itself. */
const graceMs = minute;
/** A repository that was pushed to so lately is looked at each time, any other once an hour. */
const busyMs = 15 * minute;
const quietMs = 60 * minute;
/** Two requests each; and for each head about five. */
const repositoriesAtOnce = 25;
const headsAtOnce = 25;
const remembered = 50_000;
const noCommit = /^0+$/;

/** A commit that something points at. */
interface Head {
  /** The same head is looked at once in the life of this process; that of a pull request once more after a newer push to it. */
  key: string;
  sha: string;
  /** Milliseconds since the epoch. */
  movedAt: number;
  receive(choice: { isRecorded: (key: RunKey) => boolean }): Promise<void>;
}

/**
 * Finds what no delivery told of: the newest push of each branch and the heads of open pull requests of the last three days,
 * and starts what they should have started. What has run does not run again, though the engine may have forgotten it: GitHub
 * has its check. A run that was given up and whose commit is the head does.
 */
export function openHeadRecovery(dependencies: Dependencies): { look(): Promise<void> } {
  const { github, clock, log } = dependencies;
  const seen = new LRUCache<string, true>({ max: remembered });
  const lookedAt = new Map<number, number>();

  function isDue({ repository, pushedAt }: InstalledRepository, now: number): boolean {
    const last = lookedAt.get(repository.id);
    if (last === undefined || now - last >= quietMs || now < last) return true;
    return now - Date.parse(pushedAt ?? "") < busyMs;
  }

  async function lookAt(installed: InstalledRepository, now: number, budget: number): Promise<number> {
    const oldest = Math.max(now - redeliveryWindowMs, Date.parse(installed.installedAt));
    const heads = (await headsOf(dependencies, installed)).filter(
      ({ key, movedAt }) => movedAt > oldest && movedAt <= now - graceMs && !seen.has(key),
    );
    for (const head of heads.slice(0, budget)) {
      await makeUpFor(dependencies, installed, head);
      seen.set(head.key, true);
    }
    // What has had no turn, or is too young, is looked at the next time.
    if (heads.length <= budget) lookedAt.set(installed.repository.id, now);
    return Math.min(heads.length, budget);
  }

  return {
    async look() {
      const now = clock();
      const due = (await github.installations.repositories())
        .filter((each) => isDue(each, now))
        .toSorted((a, b) => (lookedAt.get(a.repository.id) ?? 0) - (lookedAt.get(b.repository.id) ?? 0));
      let budget = headsAtOnce;
      for (const installed of due.slice(0, repositoriesAtOnce)) {
        const repository = installed.reference.slug;
        try {
          if (budget > 0) budget -= await lookAt(installed, now, budget);
        } catch (error) {
          log.error({ repository, err: error }, "failed to look for heads without runs");
        }
      }
    },
  };
}

async function headsOf(dependencies: Dependencies, installed: InstalledRepository): Promise<Head[]> {
  const { pullRequests } = dependencies.github;
  const { reference, repository } = installed;
  const pushes = await pullRequests.pushes(reference);
  const newest = pushes.filter(({ ref }, index) => pushes.findIndex((other) => other.ref === ref) === index);
  const pulls = await pullRequests.open(reference);
  const ofBranches = newest
    .filter(({ ref, after }) => ref.startsWith("refs/heads/") && !noCommit.test(after))
    .map((push): Head => ({
      key: `${repository.id} ${push.ref} ${push.after}`,
      sha: push.after,
      movedAt: Date.parse(push.at),
      receive: async (choice) =>
        receivePush(dependencies, await pushEventOf(dependencies, installed, push), choice),
    }));
  const ofPulls = pulls.map((pull): Head => {
    const push = newest.find(
      ({ ref, after }) => after === pull.headSha && ref === `refs/heads/${pull.headRef}`,
    );
    const movedAt = Math.max(Date.parse(pull.createdAt), Date.parse(push?.at ?? pull.createdAt));
    return {
      key: `${repository.id} #${pull.number} ${pull.headSha} ${pull.baseRef} ${movedAt}`,
      sha: pull.headSha,
      movedAt,
      receive: (choice) => receivePullRequest(dependencies, pullEventOf(installed, pull, push), choice),
    };
  });
  // A pull request's own run stands for the push of its branch: it comes first.
  return [...ofPulls, ...ofBranches];
}

async function pushEventOf(
  { github }: Dependencies,
  { reference, repository }: InstalledRepository,
  { ref, before, after, forced, by }: Push,
): Promise<PushEvent> {
  const commit = await github.contents.commit(reference, after);
  return {
    kind: "push",
    installationId: reference.installationId,
    repository,
    actor: by ?? nobody,
    ref,
    before,
    after,
    created: noCommit.test(before),
    deleted: false,
    forced,
    headMessage: commit?.message ?? "",
  };
}

function pullEventOf(
  { reference, repository }: InstalledRepository,
  pull: PullRequest & { createdAt: string },
  push: Push | undefined,
): PullRequestEvent {
  const isNew = push !== undefined && Date.parse(push.at) <= Date.parse(pull.createdAt);
  return {
    kind: "pull_request",
    installationId: reference.installationId,
    repository,
    actor: push?.by ?? pull.author,
    action: isNew ? "opened" : "synchronize",
    number: pull.number,
    headSha: pull.headSha,
  };
}

const nobody: Actor = { id: 0, login: "ghost", type: "Unknown" };

/** As the event would have had it. What was started before is known by its name, from the engine or from GitHub. */
async function makeUpFor(
  dependencies: Dependencies,
  { reference }: InstalledRepository,
  head: Head,
): Promise<void> {
  const { key, sha } = head;
  await head.receive({ isRecorded: await recordedRuns(dependencies, reference, sha) });
  dependencies.log.debug({ repository: reference.slug, sha, head: key }, "looked at a head");
}
