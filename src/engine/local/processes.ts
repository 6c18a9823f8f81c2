import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { constants } from "node:os";

/** Names this life of the machine, from its start to its end; of this process alone where the kernel does not say. */
export const bootId = readBootId();

function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return randomUUID();
  }
}

/** The start time of a process as the kernel counts it (field 22 of /proc/PID/stat); undefined when there is none. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Kills a process and its group; one that has already ended is fine. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined || pid <= 1) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}

/** A shell's way to say how a process ended: its exit code, or 128 + the number of the signal. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return 128 + (signal === null ? 9 : constants.signals[signal]);
}
