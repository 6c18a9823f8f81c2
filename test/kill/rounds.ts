import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeStatus, Workflow } from "../../src/manifest/argo.js";

const PROCESS = join(import.meta.dirname, "engine-process.js")
  .replace("/test/kill/", "/build/test/kill/")
  .replace("/build/build/", "/build/");

/** Runs an engine until it has ended the run, or is killed so many milliseconds after it opened. */
function engineLife(directory: string, killAfterMs: number | undefined): Promise<Workflow | "killed"> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROCESS, directory], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const wasOpen = said !== "";
      said += chunk.toString();
      if (!wasOpen && killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const line = said.split("\n")[1] ?? "";
      if (line.endsWith("}")) resolve(JSON.parse(line) as Workflow);
      else if (signal === "SIGKILL") resolve("killed");
      else reject(new Error(`the engine ended with ${code ?? signal ?? "nothing"}: ${said}`));
    });
  });
}

/** A run that is killed at random moments, so many times at the most. */
export async function runWithKills(
  random: () => number,
  kills: number,
): Promise<{ workflow: Workflow; killed: number }> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-kill-"));
  try {
    for (let killed = 0; ; killed += 1) {
      const life = await engineLife(directory, killed < kills ? random() ** 2 * 1500 : undefined);
      if (life !== "killed") return { workflow: life, killed };
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A small generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * The tree as text, without times and without what kills may add: attempts that were interrupted, and failures that
 * their repetition brings.
 */
export function treeText(workflow: Workflow): string[] {
  const nodes = Object.values(workflow.status?.nodes ?? {});
  const lines = nodes.filter((node) => node.nodeFlag?.retried !== true).map(lineOf);
  const attempts = new Map<string, string[]>();
  for (const node of nodes.filter((each) => each.nodeFlag?.retried && !isInterrupted(each)).sort(byAttempt)) {
    const owner = node.name.replace(/\(\d+\)$/, "");
    const ended = `${node.phase ?? ""} ${node.message ?? ""}`;
    const list = attempts.get(owner) ?? [];
    if (list.at(-1) !== ended) list.push(ended);
    attempts.set(owner, list);
  }
  const histories = [...attempts].map(([owner, list]) => `${owner}: ${list.join(", then ")}`);
  const { phase = "", message = "" } = workflow.status ?? {};
  return [`${phase} ${message}`, ...lines.sort(), ...histories.sort()];
}

function lineOf({ name, type, phase, message, outputs }: NodeStatus): string {
  return JSON.stringify([name, type, phase, message ?? "", outputs?.parameters ?? [], outputs?.result ?? ""]);
}

function isInterrupted({ message = "" }: NodeStatus): boolean {
  return message.startsWith("interrupted: ");
}

function byAttempt(a: NodeStatus, b: NodeStatus): number {
  const attempt = ({ name }: NodeStatus) => Number(/\((\d+)\)$/.exec(name)?.[1]);
  return attempt(a) - attempt(b);
}
