import { checkManifests } from "../manifest/check.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Actor, Repository } from "../policy/event.js";
import { newestDue, type Schedule } from "../policy/schedule.js";
import { parseTrigger } from "../policy/trigger.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { occasionOfSchedule } from "./occasion.js";
import type { RepositoryRef } from "./ports.js";
import { stopRun } from "./stop-run.js";
import type { Repositories } from "./repositories.js";
import { scheduledRuns } from "./runs-of.js";
import { startRuns } from "./start-runs.js";

/** Starts what schedules on default branches ask for. The engine is the record: a time that was due starts once. */
export interface Schedules {
  /** Starts what became due since the last look. Never rejects: what failed is looked at again. */
  look(): Promise<void>;
  /** A push to a default branch may have changed its schedules. */
  pushed(repositoryId: number): void;
}

interface Watched {
  reference: RepositoryRef;
  repository: Repository;
  /** Undefined: to be read. */
  entries: { manifest: string; schedule: Schedule; policy: string | undefined }[] | undefined;
  readAt: number;
  /** All that was due until then is started. */
  seen: number;
}

const minute = 60_000;
/** Pushes tell of changes; this is for the push that was never told. */
const readEvery = 6 * 60 * minute;
/** What was missed for longer, in a stop or an outage, is not made up for. */
const longestMissed = 5 * minute;

export function openSchedules(dependencies: Dependencies, repositories: Repositories): Schedules {
  const { clock, log } = dependencies;
  const watched = new Map<number, Watched>();
  let listedAt = Number.NEGATIVE_INFINITY;

  async function list(now: number): Promise<void> {
    const { found, at } = await repositories.listed();
    if (at === listedAt) return;
    for (const { reference, repository } of found) {
      const known = watched.get(repository.id);
      if (known !== undefined) Object.assign(known, { reference, repository });
      else
        watched.set(repository.id, {
          reference,
          repository,
          entries: undefined,
          readAt: 0,
          seen: now - longestMissed,
        });
    }
    const present = new Set(found.map(({ repository }) => repository.id));
    for (const id of watched.keys()) if (!present.has(id)) watched.delete(id);
    listedAt = at;
  }

  async function lookAt(one: Watched, now: number): Promise<void> {
    if (one.entries === undefined || now - one.readAt > readEvery) {
      one.entries = await readEntries(dependencies, one);
      one.readAt = now;
    }
    const after = Math.max(one.seen, now - longestMissed);
    for (const entry of one.entries) {
      const due = newestDue(entry.schedule, after, now);
      if (due !== undefined) await start(dependencies, one, { ...entry, due });
    }
    one.seen = now;
  }

  return {
    async look() {
      const now = clock();
      const failed = (facts: object, error: unknown) =>
        log.error({ ...facts, err: error }, "failed to look at schedules");
      await list(now).catch((error: unknown) => failed({}, error));
      for (const one of watched.values())
        await lookAt(one, now).catch((error: unknown) => failed({ repository: one.reference.slug }, error));
    },
    pushed(repositoryId) {
      const known = watched.get(repositoryId);
      if (known === undefined) repositories.forget();
      else known.entries = undefined;
    },
  };
}

async function readEntries(
  { github }: Dependencies,
  { reference, repository }: Watched,
): Promise<NonNullable<Watched["entries"]>> {
  const head = await github.contents.commit(reference, `heads/${repository.defaultBranch}`);
  if (head === undefined) return [];
  const { manifests } = checkManifests(await github.contents.manifests(reference, head.sha));
  return manifests.flatMap((manifest) =>
    (parseTrigger(manifest).trigger?.schedule ?? []).map((schedule) => ({
      manifest: manifest.name,
      schedule,
      policy: policyOf(manifest),
    })),
  );
}

function policyOf({ object }: Manifest): string | undefined {
  return object.kind === "CronWorkflow" ? object.spec.concurrencyPolicy : undefined;
}

/** At the default branch's head as it is now: what is not there any more starts nothing. */
async function start(
  dependencies: Dependencies,
  { reference, repository }: Watched,
  {
    manifest,
    schedule,
    policy,
    due,
  }: { manifest: string; schedule: Schedule; policy?: string | undefined; due: number },
): Promise<void> {
  const { engine, github, log } = dependencies;
  const head = await github.contents.commit(reference, `heads/${repository.defaultBranch}`);
  if (head === undefined) return;
  const before =
    policy === "Forbid" || policy === "Replace" ? await scheduledRuns(engine, repository.id, manifest) : [];
  if (policy === "Forbid" && before.length > 0) {
    log.info(
      { repository: reference.slug, manifest },
      "the scheduled run before goes on: this one is left out",
    );
    return;
  }
  // A replica that is behind does not put an older run in the place of a newer one.
  if (before.some((run) => dueOf(run) > due)) return;
  // Who pushed the head answers for it, and cannot open its gates.
  const push = await github.pullRequests.lastPush(reference, repository.defaultBranch, head.sha);
  const actor: Actor = { id: push?.by ?? 0, login: push?.login ?? "schedule", type: "Unknown" };
  const since = push?.before;
  const occasion = occasionOfSchedule(
    { reference, repository },
    { cron: schedule.cron, due, sha: head.sha, actor, ...(since === undefined ? {} : { since }) },
  );
  const [started] = await startRuns(dependencies, occasion, { only: ({ name }) => name === manifest });
  // Known already: the look that started it may have ended before it stopped the others.
  const { key } = started ?? {};
  if (key === undefined) return;
  for (const run of before.filter((each) => each.key.name !== key.name))
    await stopRun(dependencies, run, { reason: "superseded", by: "the next scheduled run" });
}

/** When the schedule was due that started a run, in milliseconds since the epoch. */
function dueOf({ facts }: Run): number {
  return Date.parse(facts?.trigger.replace(/^schedule:/, "") ?? "");
}
