import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** What something took: milliseconds by the clock, and of processors, those of ended child processes included. */
export interface Cost {
  wall: number;
  cpu: number;
}

const tickMs = 10;

/** Processor time of this process and of its children that have ended and been waited for. */
function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (user + system) / 1000 + (Number(fields[13]) + Number(fields[14])) * tickMs;
}

/** `act` may say itself how long it took by the clock. */
export async function costOf(act: () => Promise<number | void>): Promise<Cost> {
  const [cpu, begin] = [cpuNow(), performance.now()];
  const said = await act();
  const wall = typeof said === "number" ? said : performance.now() - begin;
  return { wall, cpu: cpuNow() - cpu };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
