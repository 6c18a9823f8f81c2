import { byteLength } from "../../src/lib/text.js";
import type { NodeStatus } from "../../src/manifest/argo.js";
import { limits } from "../../src/report/check.js";
import { renderCheck } from "../../src/report/render-check.js";
import { at, digestOf, makeNode, makeRun } from "../../src/report/run-maker.js";
import type { Run } from "../../src/run/read-run.js";

const rounds = 60;
const goalMs = 20;
const log = digestOf(
  Array.from({ length: 300 }, (_, index) => `::error file=src/a.ts,line=${index + 1}::no\n`).join(""),
);

/** A run of `count` nodes: `make` gives the fields of one. */
function runOf(count: number, phase: "Running" | "Failed", make: (index: number) => NodeStatus): Run {
  const nodes = Array.from({ length: count - 1 }, (_, index) => make(index));
  return makeRun({ phase, startedAt: at("00:00"), finishedAt: at("59:00") }, nodes);
}

const times = { startedAt: at("00:00"), finishedAt: at("01:00") };

function plans(count: number): [string, Run][] {
  const bad = (index: number): Partial<NodeStatus> =>
    index % 100 === 7
      ? { phase: "Failed", message: "Error (exit code 1)", outputs: { exitCode: "1" } }
      : { phase: "Succeeded" };
  return [
    [
      "one loop",
      runOf(count, "Failed", (index) => makeNode(`each(${index}:item)`, { ...times, ...bad(index) })),
    ],
    [
      "plain steps",
      runOf(count, "Failed", (index) => makeNode(`step-${index}`, { ...times, ...bad(index) })),
    ],
    [
      "steps with summaries",
      runOf(count, "Running", (index) =>
        makeNode(`step-${index}`, {
          ...times,
          ...bad(index),
          outputs: { parameters: [{ name: "summary", value: `**${index}** things\n\n- a\n- b\n` }] },
        }),
      ),
    ],
    [
      "nested, with retries",
      runOf(count, "Failed", (index) => {
        const group = index - (index % 5);
        if (index % 5 === 0) return makeNode(`group-${index}`, { ...times, ...bad(index), type: "Steps" });
        if (index % 5 === 1)
          return makeNode(`try-${index}`, {
            ...times,
            ...bad(index),
            type: "Retry",
            boundaryID: `group-${group}`,
            children: [`run-${index + 1}`, `run-${index + 2}`, `run-${index + 3}`],
          });
        return makeNode(`run-${index}`, {
          ...times,
          ...bad(index),
          boundaryID: `group-${group}`,
          nodeFlag: { retried: true },
        });
      }),
    ],
  ];
}

/** The best of many rounds in milliseconds of processor time, which other work on the machine disturbs the least. */
function best(work: () => unknown): number {
  const taken = Array.from({ length: rounds }, () => {
    const begin = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000;
  });
  return Math.min(...taken);
}

/** What a check of a large run costs, beside what it costs to write and read the run's nodes as JSON. */
export function benchReport(): Promise<void> {
  const row = (...cells: string[]) =>
    process.stdout.write(
      `${cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(12))).join("")}\n`,
    );
  row("5,000 nodes", "JSON ms", "render ms", "ratio", "bytes");
  let worst = 0;
  for (const [name, run] of plans(5000)) {
    const logs = new Map([...run.nodes.keys()].slice(0, 50).map((id) => [id, log]));
    const context = { now: 0, decisions: new Map(), leg: 0, masks: ["s3cr3t"], logs };
    const floor = best(() => JSON.parse(JSON.stringify(run.workflow.status)) as unknown);
    const ms = best(() => renderCheck(run, context));
    const { summary, text = "" } = renderCheck(run, context);
    if (byteLength(summary) > limits.textBytes || byteLength(text) > limits.textBytes)
      throw new Error(`${name} is too long`);
    row(
      name,
      floor.toFixed(2),
      ms.toFixed(2),
      (ms / floor).toFixed(2),
      `${byteLength(summary)}+${byteLength(text)}`,
    );
    worst = Math.max(worst, ms);
  }
  process.stdout.write(
    `\nThe slowest took ${worst.toFixed(1)} ms; the goal is ${goalMs} ms: ${worst <= goalMs ? "met" : "NOT met"}.\n`,
  );
  return Promise.resolve();
}
