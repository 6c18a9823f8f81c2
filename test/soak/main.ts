import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { leastPermissions } from "../../src/simulator/state.js";
import { startSimulator } from "../../src/simulator/simulator.js";
import { startChild, type Child } from "../bench/app/child.js";
import { files, stories, type Site } from "./stories.js";

/**
 * `--stories N [--jobs J]`: so many stories on one App, `J` at one time, and what it holds after each tenth of them, when
 * nothing goes on. Exit code 1 when a check ends otherwise than its story, or when the last tenth holds more than the third.
 */
const { values } = parseArgs({
  options: { stories: { type: "string", default: "2000" }, jobs: { type: "string", default: "8" } },
});
const total = Number(values.stories);
const jobs = Number(values.jobs);
const tenths = 10;
const repositories = 40;
const webhookSecret = "a-secret-of-the-soak";
/** What the last tenth may hold more than the third: caches fill. */
const slack = { megabytes: 5, handles: 5, files: 5 };

interface Held {
  stories: number;
  heapMb: number;
  residentMb: number;
  handles: number;
  /** Open ones: sockets, pipes and the database. */
  files: number;
}

const directory = mkdtempSync(join(tmpdir(), "sluice-soak-"));
const github = await startSimulator({ directory, app: { permissions: leastPermissions } });
github.createOrganization("acme");
for (const login of ["alice", "bob"]) github.createUser(login);
for (let index = 0; index < repositories; index += 1)
  await github.createRepository({
    owner: "acme",
    name: `r${index}`,
    collaborators: { alice: "write", bob: "write" },
    files: { "README.md": "# Soak\n", ...files },
    defaultBranch: "main",
  });
const key = join(directory, "key.pem");
writeFileSync(key, github.app.privateKey);
const main = join(import.meta.dirname, "..", "..", "..", "dist", "cli", "main.js");
const metricsPort = 20_000 + (process.pid % 10_000);
const app = await startChild(["--expose-gc", "--import", join(import.meta.dirname, "gc.js"), main, "serve"], {
  APP_ID: String(github.app.id),
  PRIVATE_KEY_PATH: key,
  WEBHOOK_SECRET: webhookSecret,
  GITHUB_API_URL: github.url,
  SLUICE_DATA: join(directory, "data"),
  METRICS_PORT: String(metricsPort),
});
github.setWebhook({ url: `http://127.0.0.1:${app.port}/api/github/webhooks`, secret: webhookSecret });

const began = Date.now();
const wrong: string[] = [];
const held: Held[] = [];
let next = 0;
row("stories", "heap MB", "resident MB", "handles", "files", "seconds");
try {
  for (let tenth = 1; tenth <= tenths; tenth += 1) {
    await Promise.all(Array.from({ length: jobs }, () => playUntil(Math.round((total * tenth) / tenths))));
    const now = await holds(app, next);
    held.push(now);
    const { stories: played, heapMb, residentMb, handles, files: open } = now;
    const seconds = (Date.now() - began) / 1000;
    row(played, heapMb.toFixed(0), residentMb.toFixed(0), handles, open, seconds.toFixed(0));
  }
} finally {
  await app.stop();
  await github.close();
  rmSync(directory, { recursive: true, force: true });
}
const [early, last] = [held[2], held.at(-1)];
if (early !== undefined && last !== undefined) {
  if (last.heapMb > early.heapMb + slack.megabytes) wrong.push("the heap grows");
  if (last.handles > early.handles + slack.handles) wrong.push("handles are kept");
  if (last.files > early.files + slack.files) wrong.push("files or connections are kept");
}
for (const text of wrong) process.stdout.write(`${text}\n`);
process.stdout.write(`${next} stories, ${wrong.length} things wrong\n`);
if (wrong.length > 0) process.exitCode = 1;

async function playUntil(end: number): Promise<void> {
  while (next < end) {
    const number = next++;
    const story = stories[number % stories.length];
    const site: Site = { github, repository: `acme/r${number % repositories}` };
    try {
      const conclusion = await story?.play(site, number);
      if (conclusion !== story?.ends) wrong.push(`story ${number}, ${story?.name}: ended in ${conclusion}`);
    } catch (error) {
      wrong.push(`story ${number}, ${story?.name}: ${String(error)}`);
    }
  }
}

/** What the App holds when nothing has gone on for a while: idle connections are let go. */
async function holds(child: Child, played: number): Promise<Held> {
  await sleep(10_000);
  for (let time = 0; time < 2; time += 1) {
    process.kill(child.pid, "SIGUSR2");
    await sleep(1000);
  }
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const metric = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  return {
    stories: played,
    heapMb: metric("nodejs_heap_size_used_bytes") / 1024 / 1024,
    residentMb: child.residentMb(),
    handles: metric("nodejs_active_resources_total"),
    files: readdirSync(`/proc/${child.pid}/fd`).length,
  };
}

function row(...cells: (string | number)[]): void {
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(12)).join("")}\n`);
}
