import type { Engine, RunKey } from "../engine/engine.js";
import type { Reconciled } from "./reconciled.js";
import type { RepositoryPolicy } from "../policy/configuration.js";
import type { Clock, GitHub, Log, Metrics } from "./ports.js";
import type { DeletedRuns } from "./deleted-runs.js";
import type { EnsureCheck } from "./ensure-check.js";
import type { Comments } from "./keep-comment.js";
import type { StepLogs } from "./step-logs.js";

/** What every use case works with. */
export interface Dependencies {
  engine: Engine;
  github: GitHub;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  logs: StepLogs;
  comments: Comments;
  deleted: DeletedRuns;
  /** Creates the check run unless there is one with its external id. */
  ensureCheck: EnsureCheck;
  /** The namespace that new Workflow objects carry where the repository's policy names none. */
  namespace: string;
  /** What the runs of a repository (`owner/name`) may use, by the server's configuration as it is now. */
  policyOf: (slug: string) => RepositoryPolicy;
  /** The address of a run's page; absent, or undefined, where this server shows none. */
  runUrl?: (key: RunKey) => string | undefined;
  /** Asks for a reconcile of a run, soon. */
  wake(key: RunKey): void;
  /** Reconciles a run now, never beside another reconcile of it. */
  reconcile(key: RunKey): Promise<Reconciled>;
  /** False when the run's check was updated a moment ago; a reconcile then follows by itself. */
  pace(key: RunKey): boolean;
  /** When no request can arrive any more whose sender has died; a reconcile follows by itself when it is over. */
  late: { begin(key: RunKey): void; isOver(key: RunKey): boolean; forget(key: RunKey): void };
}
