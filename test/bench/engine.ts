import { availableParallelism, loadavg } from "node:os";
import type { Workflow } from "../../src/manifest/argo.js";
import { median, type Cost } from "./cost.js";
import { interpreting } from "./interpreting.js";
import { bareRound, engineRound, type Plan } from "./rounds.js";
import { chain, fan, loop, taskChain } from "./workflows.js";

export interface BenchOptions {
  /** Of 1,000 commands; those of 10,000 get half as many. */
  rounds: number;
  json: boolean;
  /** Exit 1 when a bound is missed. */
  check: boolean;
}

/** What `npm run bench -- engine --check` holds the engine to. */
const bounds = { serial: 1.25, overlay: 2, growth: 1.2 };

interface Measured {
  name: string;
  count: number;
  width: number;
  isolation: string;
  rounds: number;
  bare: Cost;
  engine: Cost;
  /** Medians of the rounds: each round of the engine is compared with the bare one just before it. */
  wallRatio: number;
  cpuRatio: number;
  peakMegabytes: number;
}

interface Verdict {
  what: string;
  value: number;
  bound: number;
}

const many = 10_000;
const few = 1_000;
/** A chain has two nodes for each step, and a run at most 20,000. */
const longChain = 9_000;

function plans(): Plan[] {
  const width = availableParallelism();
  return [
    // Without isolation an engine runs one step at a time.
    { workflow: fan(few), count: few, isolation: "serial", width: 1 },
    { workflow: chain(few), count: few, isolation: "serial", width: 1 },
    { workflow: fan(few), count: few, isolation: "overlay", width },
    { workflow: chain(few), count: few, isolation: "overlay", width: 1 },
    { workflow: fan(many), count: many, isolation: "serial", width: 1 },
  ];
}

/** Compares the engine with bare processes, in turns, and prints the medians. */
export async function benchEngine(options: BenchOptions): Promise<void> {
  say(`${availableParallelism()} processors, load ${loadText()}`);
  const verdicts = interpreterAlone(options.rounds);
  heading(
    "engine",
    "load",
    "bare ms",
    "engine ms",
    "ratio",
    "cpu ratio",
    "node +ms",
    "cpu ms/node",
    "peak MB",
  );
  await engineRound({ workflow: fan(100), count: 100, isolation: "serial", width: 1 });
  const results: Measured[] = [];
  for (const plan of plans()) {
    const rounds = plan.count > few ? Math.ceil(options.rounds / 2) : options.rounds;
    const result = await measure(plan, rounds);
    results.push(result);
    show(result);
  }
  verdicts.push(...verdictsOn(results));
  say("");
  for (const { what, value, bound } of verdicts)
    say(`${value <= bound ? "holds " : "MISSED"} ${what}: ${value.toFixed(2)}, at most ${bound}`);
  if (options.json) say(JSON.stringify({ loadavg: loadavg(), results, verdicts }));
  if (options.check && verdicts.some(({ value, bound }) => !(value <= bound))) process.exitCode = 1;
}

async function measure(plan: Plan, rounds: number): Promise<Measured> {
  const bare: Cost[] = [];
  const engine: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await bareRound(plan));
    engine.push(await engineRound(plan));
  }
  const ratios = (of: keyof Cost) =>
    engine.map((cost, round) => cost[of] / (bare[round]?.[of] ?? Number.NaN));
  const medians = (costs: Cost[]) => ({
    wall: median(costs.map(({ wall }) => wall)),
    cpu: median(costs.map(({ cpu }) => cpu)),
  });
  return {
    name: plan.workflow.metadata.name ?? "",
    count: plan.count,
    width: plan.width,
    isolation: plan.isolation,
    rounds,
    bare: medians(bare),
    engine: medians(engine),
    wallRatio: median(ratios("wall")),
    cpuRatio: median(ratios("cpu")),
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}

function verdictsOn(results: readonly Measured[]): Verdict[] {
  const of = (count: number, isolation: string) =>
    results.find((each) => each.name === `fan-${count}` && each.isolation === isolation);
  const [small, large, isolated] = [of(few, "serial"), of(many, "serial"), of(few, "overlay")];
  const perNode = (result: Measured | undefined) => (result?.engine.cpu ?? Number.NaN) / (result?.count ?? 1);
  const toBare = (result: Measured | undefined) => result?.wallRatio ?? Number.NaN;
  return [
    { what: "1,000 tasks without isolation to bare spawn", value: toBare(small), bound: bounds.serial },
    { what: "1,000 tasks in overlays to bare spawn", value: toBare(isolated), bound: bounds.overlay },
    {
      what: "processor time of a node, of 10,000 to 1,000",
      value: perNode(large) / perNode(small),
      bound: bounds.growth,
    },
    {
      what: "time of a node to that of a bare command, of 10,000 to 1,000",
      value: toBare(large) / toBare(small),
      bound: bounds.growth,
    },
  ];
}

function interpreterAlone(rounds: number): Verdict[] {
  heading("interpreter alone", "nodes", "cpu ms", "ms per node", "growth");
  return [fan, loop, taskChain, chain].map((make) => {
    interpreting(make(few));
    const large = make === chain ? longChain : many;
    const [base, grown] = [few, large].map((count) => perNodeOf(make, count, rounds)) as [number, number];
    row(`${make(1).metadata.name?.replace("-1", "") ?? ""}`, few, base * few, base, 1);
    row("", large, grown * large, grown, grown / base);
    return {
      what: `interpreter, ${make.name}, ${large} nodes to ${few}`,
      value: grown / base,
      bound: bounds.growth,
    };
  });
}

function perNodeOf(make: (count: number) => Workflow, count: number, rounds: number): number {
  const workflow = make(count);
  return median(Array.from({ length: Math.min(rounds, 3) }, () => interpreting(workflow) / count));
}

function show({ name, isolation, width, ...rest }: Measured): void {
  const { bare, engine, count, wallRatio, cpuRatio, peakMegabytes } = rest;
  const label = `${name}, ${isolation}, ${width} at a time`;
  const overhead = (engine.wall - bare.wall) / count;
  row(
    label,
    loadText(),
    bare.wall,
    engine.wall,
    wallRatio,
    cpuRatio,
    overhead,
    engine.cpu / count,
    peakMegabytes,
  );
}

function loadText(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function heading(...cells: string[]): void {
  say("");
  row(...cells);
}

function row(...cells: (string | number)[]): void {
  const [first = "", ...rest] = cells.map((cell) =>
    typeof cell === "number" ? cell.toFixed(Number.isInteger(cell) ? 0 : 2) : cell,
  );
  say(`${first.padEnd(36)}${rest.map((cell) => cell.padStart(12)).join("")}`);
}
