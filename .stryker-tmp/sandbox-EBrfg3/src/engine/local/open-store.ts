import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { killGroup, startTime } from "./processes.js";
import { RunStore } from "./run-store.js";

/** Opens the store and ends what an engine that crashed has left. */
export function openStore(directory: string): RunStore {
  for (const folder of ["logs", "artifacts", "steps"])
    mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
  const file = join(directory, "runs.db");
  const store = new RunStore(file);
  chmodSync(file, 0o600);
  for (const left of store.processes()) {
    if (startTime(left.pid) === left.started) killGroup(left.pid);
    store.dropProcess(left.uid, left.nodeId);
  }
  rmSync(join(directory, "steps"), { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(join(directory, "steps"), { mode: 0o700 });
  return store;
}
