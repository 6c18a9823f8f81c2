import type { Clock, Log, UserAuthorization } from "../../app/ports.js";
import type { Engine } from "../../engine/engine.js";
import type { GateDecision } from "../../policy/gate.js";
import type { Run } from "../../run/read-run.js";

/** What the pages of runs are made of. */
export interface RunPagesOptions {
  engine: Pick<Engine, "get" | "log" | "watch">;
  /** How the open gates stand now. */
  gatesOf: (run: Run) => Promise<ReadonlyMap<string, GateDecision>>;
  /** Takes what the run's steps asked to mask out of a text; undefined when that is nothing. */
  maskOf: (run: Run) => Promise<((text: string) => string) | undefined>;
  /** Address of this server as browsers reach it, without a path or a slash at its end. */
  publicUrl: string;
  /** People sign in with GitHub; `localhost`: nobody does, and only this machine is answered. */
  signIn: { users: UserAuthorization; secret: string } | "localhost";
  clock: Clock;
  log: Pick<Log, "info" | "warn" | "error">;
}
