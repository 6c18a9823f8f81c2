import { startRounds } from "../lib/rounds.js";
import type { Event } from "../policy/event.js";
import type { Dependencies } from "./dependencies.js";
import { pruneRuns } from "./prune-runs.js";
import { openPublisher } from "./publisher.js";
import type { GivenUpRecovery } from "./recover-given-up.js";
import { openRecovery } from "./recover-deliveries.js";
import { openHeadRecovery } from "./recover-heads.js";
import { openRepositories } from "./repositories.js";
import type { Leadership } from "./leadership.js";
import { openSchedules } from "./schedules.js";
import { sweepMs } from "./sweep.js";

/** Schedules are looked at this often; their finest step is a minute. */
const lookMs = 15_000;
/** Finished runs that need not be kept are removed this often. */
const pruneMs = 10 * 60_000;

/** What is done now and then besides the reconciles: schedules, definitions, recovery, removal. */
export interface Chores {
  /** A push to a default branch may change schedules and definitions. */
  received(event: Event): void;
  idle(): Promise<void>;
  /** Lets what is under way end. */
  stop(): Promise<void>;
}

export function startChores(
  dependencies: Dependencies,
  leadership: Leadership,
  givenUp: GivenUpRecovery,
): Chores {
  const { log } = dependencies;
  const repositories = openRepositories(dependencies);
  const schedules = openSchedules(dependencies, repositories);
  const publisher = openPublisher(dependencies, repositories);
  const recovery = openRecovery(dependencies);
  const heads = openHeadRecovery(dependencies);
  const chore = (work: () => Promise<void>, everyMs: number, failure: string) =>
    startRounds(work, everyMs, (error) => log.error({ err: error }, failure));
  const leading = (work: () => Promise<void>) => () => (leadership.isLeader() ? work() : Promise.resolve());
  const rounds = [
    // Of several replicas any may start a scheduled run: the name makes it one.
    chore(() => schedules.look(), lookMs, "failed to look at schedules"),
    chore(
      leading(() => publisher.look()),
      lookMs,
      "failed to look for definitions",
    ),
    chore(
      leading(() => recovery.look()),
      sweepMs,
      "failed to recover deliveries",
    ),
    chore(
      leading(() => pruneRuns(dependencies)),
      pruneMs,
      "failed to remove finished runs",
    ),
    chore(
      leading(() => heads.look()),
      sweepMs,
      "failed to look for heads without runs",
    ),
    chore(
      leading(() => givenUp.look()),
      lookMs,
      "failed to look again at runs that were given up",
    ),
  ];
  return {
    received(event) {
      const { repository } = event;
      if (event.kind !== "push" || event.ref !== `refs/heads/${repository.defaultBranch}`) return;
      schedules.pushed(repository.id);
      publisher.pushed(event);
    },
    idle: () => publisher.idle(),
    async stop() {
      await Promise.all(rounds.map((each) => each.stop()));
      await publisher.close();
    },
  };
}
