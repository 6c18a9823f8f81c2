import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { openCannedGitHub, type Asked, type CannedGitHub } from "./app/canned-github.js";
import { startChild, type Child } from "./app/child.js";
import { cancelOf, deliver, pushOf, secret, shaOf } from "./app/deliveries.js";
import { median } from "./cost.js";
import type { BenchOptions } from "./engine.js";

/** What `npm run bench -- app --check` holds the App to. */
const bounds = { latency: 1.5, megabytes: 400, growth: 1.2 };
const perSecond = 50;
const seconds = 10;
const few = 100;
const many = 10_000;
/** Runs that are cancelled in one go; what these took in all counts, since garbage is collected in some of them only. */
const changes = 50;
const batches = 6;
/** What the held runs may fill; by itself, Node sweeps a heap late where a machine has much memory. */
const heapMb = 256;
/** After that long a check counts as lost. */
const patienceMs = 60_000;

const manifest = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: bench
  annotations:
    sluice.dev/on: 'push: {}'
spec:
  entrypoint: approval
  templates:
    - name: approval
      suspend: {}
`;

/** How long it took, in milliseconds, from the sending of a delivery until its check was asked for. */
interface Latency {
  p50: number;
  p99: number;
}

/** A run by its commit; the index says in which repository. */
interface HeldRun {
  index: number;
  sha: string;
}

interface Held {
  runs: number;
  peakMb: number;
  readyMs: number;
  changeCpuMs: number;
  changeMs: number;
}

/** Runs of one gate each, from the webhook to the check, beside a bare Probot App that asks GitHub the same. */
export async function benchApp({ rounds, json, check }: BenchOptions): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-bench-app-"));
  const github = await openCannedGitHub(manifest);
  const bench = new AppBench(github, directory);
  try {
    const { latencies, kinds } = await bench.compare(rounds);
    const held = [await bench.hold(few), await bench.hold(many)];
    const ratio = (of: keyof Latency) => median(latencies.map(({ app, bare }) => app[of] / bare[of]));
    const growth = (held[1]?.changeCpuMs ?? Number.NaN) / (held[0]?.changeCpuMs ?? Number.NaN);
    const verdicts = [
      { what: `p50 at ${perSecond} deliveries/s to bare Probot`, value: ratio("p50"), bound: bounds.latency },
      { what: `p99 at ${perSecond} deliveries/s to bare Probot`, value: ratio("p99"), bound: bounds.latency },
      {
        what: `MB at most with ${many} unfinished runs`,
        value: held[1]?.peakMb ?? NaN,
        bound: bounds.megabytes,
      },
      { what: `one change with ${many} runs to one with ${few}`, value: growth, bound: bounds.growth },
    ];
    say("");
    for (const { what, value, bound } of verdicts)
      say(`${value <= bound ? "holds " : "MISSED"} ${what}: ${value.toFixed(2)}, at most ${bound}`);
    if (github.unknown.size > 0) throw new Error(`not answered: ${[...github.unknown].join(", ")}`);
    if (json) say(JSON.stringify({ latencies, kinds: Object.fromEntries(kinds), held, verdicts }));
    if (check && verdicts.some(({ value, bound }) => !(value <= bound))) process.exitCode = 1;
  } finally {
    await github.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

class AppBench {
  readonly #github: CannedGitHub;
  readonly #directory: string;
  readonly #env: Record<string, string>;
  readonly #asked = new Map<string, Asked[]>();
  #salt = 0;

  constructor(github: CannedGitHub, directory: string) {
    this.#github = github;
    this.#directory = directory;
    github.onCheck = (asked) => this.#asked.set(asked.sha, [...(this.#asked.get(asked.sha) ?? []), asked]);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const config = join(directory, "config.yaml");
    writeFileSync(config, "local: { isolation: serial }\n");
    this.#env = {
      APP_ID: "1",
      PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      WEBHOOK_SECRET: secret,
      GITHUB_API_URL: github.url,
      SLUICE_CONFIG: config,
    };
  }

  /** In turns, so that what else the machine does touches both. */
  async compare(rounds: number) {
    const app = await this.#sluice("compare");
    await this.#load(app, 1, 1);
    const checkFile = join(this.#directory, "check.json");
    writeFileSync(checkFile, JSON.stringify([...this.#asked.values()][0]?.[0]?.body));
    const bare = await startChild([join(import.meta.dirname, "app", "bare-probot.js")], {
      ...this.#env,
      BENCH_CHECK: checkFile,
    });
    const latencies: { app: Latency; bare: Latency }[] = [];
    let kinds = new Map<string, number>();
    try {
      for (const child of [app, bare]) await this.#load(child, perSecond, 3);
      row("", "p50 ms", "p99 ms", "bare p50", "bare p99");
      for (let round = 1; round <= rounds; round += 1) {
        const floor = await this.#load(bare, perSecond, seconds);
        this.#github.forget();
        const ours = await this.#load(app, perSecond, seconds);
        kinds = new Map(this.#github.kinds);
        latencies.push({ app: ours, bare: floor });
        row(`round ${round}`, ...[ours.p50, ours.p99, floor.p50, floor.p99].map((ms) => ms.toFixed(1)));
      }
    } finally {
      await app.stop();
      await bare.stop();
    }
    say(`\nrequests to GitHub for ${perSecond * seconds} runs:`);
    for (const [kind, count] of kinds) say(`  ${String(count).padStart(6)} ${kind}`);
    return { latencies, kinds };
  }

  /** Between the batches as many runs begin as have ended: those are the next to be cancelled, however many there are. */
  async hold(runs: number): Promise<Held> {
    const name = `hold-${runs}`;
    const first = await this.#sluice(name);
    const unfinished = await this.#fill(first, runs);
    await first.stop();
    const app = await this.#sluice(name, `--max-old-space-size=${heapMb}`);
    try {
      const took = [];
      let spent = 0;
      for (let batch = 1; batch <= batches; batch += 1) {
        await quiet(app);
        const cpu = app.cpuMs();
        for (const run of unfinished.splice(0, changes)) took.push(await this.#cancel(app, run));
        await quiet(app);
        spent += app.cpuMs() - cpu;
        if (batch < batches) unfinished.unshift(...(await this.#fill(app, changes)));
      }
      const held = {
        runs,
        peakMb: app.peakMb(),
        readyMs: app.readyMs,
        changeCpuMs: spent / (batches * changes),
        changeMs: median(took),
      };
      say(
        `\n${runs} unfinished runs: ready after ${held.readyMs.toFixed(0)} ms, ${held.peakMb.toFixed(0)} MB at most, ` +
          `one change ${held.changeMs.toFixed(1)} ms and ${held.changeCpuMs.toFixed(1)} ms of a processor`,
      );
      return held;
    } finally {
      await app.stop();
    }
  }

  #sluice(name: string, ...options: string[]): Promise<Child> {
    const main = join(import.meta.dirname, "..", "..", "..", "dist", "cli", "main.js");
    return startChild([...options, main, "serve"], {
      ...this.#env,
      SLUICE_DATA: join(this.#directory, name),
    });
  }

  async #load(child: Child, rate: number, forSeconds: number): Promise<Latency> {
    const salt = (this.#salt += 1);
    const begin = performance.now();
    const count = rate * forSeconds;
    const took = Array.from({ length: count }, async (_, index) => {
      await sleep(Math.max(0, begin + (index * 1000) / rate - performance.now()));
      const sha = shaOf(index, salt);
      const sent = performance.now();
      const status = await deliver(child.port, "push", pushOf(index, sha));
      if (status < 200 || status > 299) throw new Error(`a delivery was answered ${status}`);
      return (await this.#checkOf(sha)).at - sent;
    });
    const sorted = (await Promise.all(took)).toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(count - 1, Math.floor(share * count))] ?? Number.NaN;
    return { p50: at(0.5), p99: at(0.99) };
  }

  /** As fast as the App takes them. */
  async #fill(child: Child, runs: number): Promise<HeldRun[]> {
    const salt = (this.#salt += 1);
    const filled = Array.from({ length: runs }, (_, index) => ({ index, sha: shaOf(index, salt) }));
    const begin = performance.now();
    let next = 0;
    const send = async () => {
      for (let index = next++; index < runs; index = next++) {
        const { sha } = filled[index] ?? { sha: "" };
        while ((await deliver(child.port, "push", pushOf(index, sha))) === 503) await sleep(100);
      }
    };
    await Promise.all(Array.from({ length: 32 }, send));
    for (const { sha } of filled) await this.#checkOf(sha, 600_000);
    const perS = (runs * 1000) / (performance.now() - begin);
    if (runs >= many) say(`\n${runs} deliveries as fast as they are taken: ${perS.toFixed(0)} a second`);
    return filled;
  }

  async #cancel(child: Child, { index, sha }: HeldRun): Promise<number> {
    const { id, body } = await this.#checkOf(sha);
    const sent = performance.now();
    const externalId = String(body["external_id"]);
    await deliver(child.port, "check_run", cancelOf(index, sha, { id, externalId }));
    return (await this.#checkOf(sha, patienceMs, "cancelled")).at - sent;
  }

  async #checkOf(sha: string, forMs = patienceMs, conclusion?: string): Promise<Asked> {
    for (const end = performance.now() + forMs; performance.now() < end; await sleep(5)) {
      const found = (this.#asked.get(sha) ?? []).find(
        ({ body }) => conclusion === undefined || body["conclusion"] === conclusion,
      );
      if (found) return found;
    }
    throw new Error(`there is no check ${conclusion ?? ""} on ${sha}`);
  }
}

/** Resolves when the process has done nearly nothing for a second. */
async function quiet(child: Child): Promise<void> {
  for (let before = -1000; ;) {
    const now = child.cpuMs();
    if (now - before <= 30) return;
    before = now;
    await sleep(1000);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function row(...cells: string[]): void {
  say(cells.map((cell, index) => (index === 0 ? cell.padEnd(12) : cell.padStart(12))).join(""));
}
