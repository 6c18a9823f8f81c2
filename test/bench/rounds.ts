import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { openLocalEngine } from "../../src/engine/local/local-engine.js";
import type { Workflow } from "../../src/manifest/argo.js";
import { costOf, type Cost } from "./cost.js";

const quietMs = 500;

export interface Plan {
  workflow: Workflow;
  /** How many commands it runs. */
  count: number;
  isolation: "overlay" | "serial";
  /** How many at a time. */
  width: number;
}

/** The commands of a plan without an engine: in a fresh Node, whose forks are cheaper than those of a grown one. */
export async function bareRound({ count, width }: Plan): Promise<Cost> {
  const program = join(import.meta.dirname, "bare.js");
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(count), String(width)]);
  return JSON.parse(stdout) as Cost;
}

/** The clock runs from the submission to the last durable change; the processor time is with opening and closing. */
export function engineRound(plan: Plan): Promise<Cost> {
  return costOf(async () => {
    const directory = mkdtempSync(join(tmpdir(), "sluice-bench-"));
    const { isolation, width } = plan;
    const engine = await openLocalEngine({ directory, isolation, maxParallelSteps: width });
    try {
      return await runOn(engine, plan);
    } finally {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
}

async function runOn(
  engine: Awaited<ReturnType<typeof openLocalEngine>>,
  { workflow }: Plan,
): Promise<number> {
  const key = { namespace: "default", name: workflow.metadata.name ?? "" };
  const begin = performance.now();
  let lastChange = begin;
  engine.watch(() => (lastChange = performance.now()));
  await engine.submit(workflow);
  // To read a run costs as much as it has nodes: only when nothing has changed for a while.
  do {
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  } while (
    performance.now() - lastChange < quietMs ||
    (await engine.list({ unfinished: true, outline: true })).length > 0
  );
  const phase = (await engine.get(key))?.status?.phase;
  if (phase !== "Succeeded") throw new Error(`${key.name} ended ${phase ?? "not"}`);
  return lastChange - begin;
}
