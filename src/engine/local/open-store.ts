import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProcessNotes } from "./process-notes.js";
import { killGroup, startTime } from "./processes.js";
import { RunStore } from "./run-store.js";

export interface Stores {
  store: RunStore;
  processes: ProcessNotes;
  close(): void;
}

/** Opens the stores and ends what an engine that crashed has left. */
export function openStore(directory: string): Stores {
  for (const folder of ["logs", "artifacts", "steps", "volumes"])
    mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
  const files = [join(directory, "runs.db"), join(directory, "processes.db")] as const;
  const store = new RunStore(files[0]);
  const processes = new ProcessNotes(files[1]);
  for (const file of files) chmodSync(file, 0o600);
  for (const left of processes.all()) {
    if (startTime(left.pid) === left.started) killGroup(left.pid);
    processes.drop(left.uid, left.nodeId);
  }
  rmSync(join(directory, "steps"), { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(join(directory, "steps"), { mode: 0o700 });
  const close = () => {
    store.close();
    processes.close();
  };
  return { store, processes, close };
}
