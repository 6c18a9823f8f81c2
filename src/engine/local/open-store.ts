import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProcessNotes } from "./process-notes.js";
import { killGroup } from "./processes.js";
import { RunStore } from "./run-store.js";

export interface Stores {
  /** Names (`startName`) of the steps that an engine which crashed had started in this life of the machine. */
  started: ReadonlySet<string>;
  store: RunStore;
  processes: ProcessNotes;
  close(): void;
}

/** Opens the stores and ends what an engine that crashed has left. */
export function openStore(directory: string): Stores {
  for (const folder of ["logs", "artifacts", "steps", "volumes"])
    mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
  const file = join(directory, "runs.db");
  const store = new RunStore(file);
  chmodSync(file, 0o600);
  const processes = new ProcessNotes(join(directory, "processes"));
  for (const { pid } of processes.alive()) killGroup(pid);
  const started = processes.started();
  processes.reset();
  rmSync(join(directory, "steps"), { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(join(directory, "steps"), { mode: 0o700 });
  const close = () => {
    store.close();
    processes.close();
  };
  return { store, processes, started, close };
}
