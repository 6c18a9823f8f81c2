import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { openLocalEngine } from "../../src/engine/local/local-engine.js";
import { open } from "../../src/engine/local/interpreter/interpreter.js";
import type { Action, Fact } from "../../src/engine/local/interpreter/facts.js";
import type { Template, Workflow } from "../../src/manifest/argo.js";
import { isFinished } from "../../src/run/phases.js";

const width = availableParallelism();
const leaf: Template = { name: "true", container: { image: "none", command: ["true"] } };
const library = { workflowTemplates: {}, configMaps: {} };

function workflowOf(name: string, main: Template): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name, namespace: "default" },
    spec: { entrypoint: "main", templates: [{ ...main, name: "main" }, leaf] },
  };
}

function fan(count: number): Workflow {
  const tasks = Array.from({ length: count }, (_, index) => ({ name: `t${index}`, template: "true" }));
  return workflowOf(`fan-${count}`, { dag: { tasks } });
}

function loop(count: number): Workflow {
  const withSequence = { count: String(count) };
  return workflowOf(`loop-${count}`, { steps: [[{ name: "t", template: "true", withSequence }]] });
}

function chain(count: number): Workflow {
  const steps = Array.from({ length: count }, (_, index) => [{ name: `s${index}`, template: "true" }]);
  return workflowOf(`chain-${count}`, { steps });
}

function taskChain(count: number): Workflow {
  const tasks = Array.from({ length: count }, (_, index) => ({
    name: `t${index}`,
    template: "true",
    ...(index > 0 ? { depends: `t${index - 1}` } : {}),
  }));
  return workflowOf(`task-chain-${count}`, { dag: { tasks } });
}

/** Milliseconds to run the command so often, so many at a time. */
async function bareSpawn(count: number, parallel: number): Promise<number> {
  const begin = performance.now();
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      await new Promise<void>((resolve, reject) => {
        const child = spawn("true", { stdio: ["ignore", "pipe", "pipe"] });
        child.on("error", reject);
        child.on("close", () => resolve());
      });
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return performance.now() - begin;
}

async function onEngine(workflow: Workflow, isolation: "overlay" | "serial"): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  const engine = await openLocalEngine({ directory, isolation, maxParallelSteps: width });
  const key = { namespace: "default", name: workflow.metadata.name ?? "" };
  try {
    const begin = performance.now();
    await engine.submit(workflow);
    // To read a run costs as much as it has nodes: not too often.
    const pause = Math.max(50, Object.keys(workflow.spec.templates?.[0]?.dag?.tasks ?? []).length / 10);
    while ((await engine.list({ unfinished: true })).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    const wall = performance.now() - begin;
    const phase = (await engine.get(key))?.status?.phase;
    if (phase !== "Succeeded") throw new Error(`${key.name} ended ${phase ?? "not"}`);
    return wall;
  } finally {
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Milliseconds of the interpreter alone: an engine without processes that answers at once, `width` at a time. */
function interpreting(workflow: Workflow): number {
  const begin = performance.now();
  const interpreter = open(structuredClone(workflow), library);
  const starts: string[] = [];
  const send = (fact: Fact): void => {
    for (const action of interpreter.advance(fact).actions as Action[]) {
      if (action.type === "start") starts.push(action.nodeId);
    }
  };
  let at = 1_700_000_000_000;
  send({ type: "opened", at });
  for (let next = 0; next < starts.length; next += 1) {
    const nodeId = starts[next] ?? "";
    send({ type: "running", at: (at += 10), nodeId });
    send({
      type: "finished",
      at: (at += 10),
      nodeId,
      phase: "Succeeded",
      message: "",
      outputs: { exitCode: "0" },
    });
  }
  if (!isFinished(interpreter.workflow.status?.phase))
    throw new Error(`${workflow.metadata.name ?? ""} is stuck`);
  return performance.now() - begin;
}

function line(...cells: (string | number)[]): void {
  const [first = "", ...rest] = cells.map((cell) => (typeof cell === "number" ? cell.toFixed(2) : cell));
  process.stdout.write(`${first.padEnd(34)}${rest.map((cell) => cell.padStart(14)).join("")}\n`);
}

function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}

export async function benchEngine(): Promise<void> {
  line("interpreter alone", "nodes", "ms", "ms per node");
  for (const make of [fan, loop, taskChain, chain]) {
    interpreting(make(200));
    for (const count of [1000, 10_000]) {
      const workflow = make(count);
      const ms = interpreting(workflow);
      line(workflow.metadata.name ?? "", String(count), ms, ms / count);
    }
  }
  process.stdout.write("\n");
  line(`engine, ${width} at a time`, "bare spawn ms", "engine ms", "ratio", "ms per node", "peak MB");
  for (const [workflow, count, isolation, parallel] of plans()) {
    const bare = (await bareSpawn(count, parallel)) / 2 + (await bareSpawn(count, parallel)) / 2;
    const ms = await onEngine(workflow, isolation);
    const name = `${workflow.metadata.name ?? ""}, ${isolation}`;
    line(name, bare, ms, ms / bare, (ms - bare) / count, peakMegabytes());
  }
}

function plans(): [Workflow, number, "overlay" | "serial", number][] {
  return [
    // Without isolation an engine runs one step at a time.
    [fan(1000), 1000, "serial", 1],
    [chain(1000), 1000, "serial", 1],
    [fan(10_000), 10_000, "serial", 1],
    [fan(1000), 1000, "overlay", width],
    [chain(1000), 1000, "overlay", 1],
  ];
}
