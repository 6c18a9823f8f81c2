import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { startTime } from "./processes.js";
import { segment } from "./segment.js";

export interface NotedProcess {
  pid: number;
  /** Field 22 of /proc/PID/stat: tells a process from a later one with the same id. */
  started: string;
}

/** How the start of a step is noted. */
export function startName(uid: string, nodeId: string): string {
  return `${segment(uid)}/${segment(nodeId)}`;
}

// Notes are kept until there are so many bytes of them.
const leastBytes = 65_536;

/**
 * The processes that must be killed when the engine is found to have crashed: lines "PID START" in a file. The launcher
 * adds such lines too, and lines "started NAME" for the steps whose commands it starts. Not synced to the disk: when the machine goes down, so do they.
 */
export class ProcessNotes {
  readonly #file: string;
  readonly #descriptor: number;
  #lasting = "";

  constructor(file: string) {
    this.#file = file;
    this.#descriptor = openSync(file, "a", 0o600);
  }

  /** Notes a process that runs now; with `lasting`, `clear` keeps the note. */
  put(pid: number, lasting = false): void {
    const started = startTime(pid);
    if (started === undefined) return;
    const line = `${pid} ${started}\n`;
    if (lasting) this.#lasting = line;
    writeSync(this.#descriptor, line);
  }

  /** To be called when no step runs, and all that have run are known to the store. */
  clear(): void {
    if (fstatSync(this.#descriptor).size < leastBytes) return;
    ftruncateSync(this.#descriptor);
    if (this.#lasting !== "") writeSync(this.#descriptor, this.#lasting);
  }

  /** Those of the file that still run. */
  alive(): NotedProcess[] {
    const lines = readFileSync(this.#file, "latin1").split("\n");
    return lines
      .map((line) => /^(\d+) (\d+)$/.exec(line))
      .map((match) => ({ pid: Number(match?.[1]), started: match?.[2] ?? "" }))
      .filter(({ pid, started }) => pid > 1 && startTime(pid) === started);
  }

  /** The names of steps that were started. */
  started(): Set<string> {
    const lines = readFileSync(this.#file, "latin1").split("\n");
    return new Set(lines.filter((line) => line.startsWith("started ")).map((line) => line.slice(8)));
  }

  /** Forgets what an earlier engine noted. */
  reset(): void {
    ftruncateSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
