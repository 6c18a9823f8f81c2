import { sign } from "@octokit/webhooks-methods";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openLocalApp, type LocalApp } from "../../src/compose.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";

/** How many changed payloads are sent; SLUICE_FUZZ sets another number. */
const changed = Number(process.env["SLUICE_FUZZ"] ?? 300);
const secret = "a-secret-for-this-test";

type Json = Record<string, unknown>;
const file = createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json");
const all = (JSON.parse(readFileSync(file, "utf8")) as { name: string; examples: Json[] }[]).flatMap(
  ({ name, examples }) => examples.map((payload) => ({ name, payload })),
);
const followed = new Set(
  "push pull_request pull_request_review issue_comment check_run check_suite merge_group release".split(" "),
);

let directory: string;
let github: Simulator;
let app: LocalApp;
let common: Json;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "sluice-payloads-"));
  mkdirSync(join(directory, "git"));
  github = await startSimulator({ directory: join(directory, "git") });
  github.createOrganization("acme");
  github.createUser("alice");
  app = await openLocalApp({
    directory: join(directory, "engine"),
    github: { appId: github.app.id, privateKey: github.app.privateKey, baseUrl: github.url },
    secrets: [secret],
    port: 0,
    host: "127.0.0.1",
    mounts: [],
    isolation: "auto",
    hidden: [],
    logLevel: "silent",
  });
  github.setWebhook({ url: `http://127.0.0.1:${app.port}/api/github/webhooks`, secret });
  await github.createRepository({
    owner: "acme",
    name: "infra",
    collaborators: { alice: "write" },
    files: { "README.md": "# Infra\n" },
    defaultBranch: "main",
  });
  await push("first");
  const { installation, repository, sender } = github.deliveries[0]?.payload ?? {};
  common = { installation, repository, sender };
});
afterAll(async () => {
  await app?.close();
  await github?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function push(branch: string): Promise<string> {
  const hello =
    "kind: Workflow\napiVersion: argoproj.io/v1alpha1\nmetadata: {name: hello}\nspec:\n  entrypoint: main\n  templates:\n    - name: main\n      container: {image: busybox, command: [echo, hello]}\n";
  const files = { ".workflows/hello.yaml": hello, [branch]: branch };
  const sha = await github.actAs("alice").push("acme/infra", branch, { files, message: branch });
  await github.idle();
  return sha;
}

async function send(name: string, payload: unknown): Promise<{ status: number; text: string }> {
  const body = JSON.stringify(payload);
  const response = await fetch(`http://127.0.0.1:${app.port}/api/github/webhooks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": name,
      "x-github-delivery": "x",
      "x-hub-signature-256": await sign(secret, body),
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/**
 * Taken, refused as unreadable, or declared to have had no effect: GitHub then keeps the delivery. That is right of what
 * GitHub does not have (yet), such as a commit or pull request of another repository; a fault of the App's own is not.
 */
function isDeclared({ status, text }: { status: number; text: string }): boolean {
  if (status === 200 || status === 202 || status === 400) return text !== "";
  if (status === 500) return text === "GitHub or the engine could not do it now; deliver it again\n";
  return status === 503 && text.endsWith("deliver it again\n");
}

/** A generator of numbers in [0, 1) that gives the same each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const odd: unknown[] = [
  null,
  "",
  -1,
  1e308,
  [],
  {},
  true,
  "../../etc",
  "refs/heads/\u0000",
  "/run x",
  "x".repeat(10_000),
  "__proto__",
  "sluice/x#1",
];

/** The payload with one to three values, anywhere in it, made odd or taken out. */
function change(payload: Json, random: () => number): Json {
  const copy = structuredClone(payload);
  const pick = <T>(list: T[]): T | undefined => list[Math.floor(random() * list.length)];
  for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) {
    let place: Json = copy;
    for (let depth = 0; depth < 4; depth += 1) {
      const key = pick(Object.keys(place));
      if (key === undefined) break;
      const value = place[key];
      if (typeof value === "object" && value !== null && random() < 0.7) place = value as Json;
      else {
        if (random() < 0.2) delete place[key];
        else place[key] = pick(odd);
        break;
      }
    }
  }
  return copy;
}

interface Footprint {
  /** Bytes of the heap after a full collection. */
  heap: number;
  /** What keeps the process busy: sockets, timers and the like. */
  resources: number;
}

/** The App and the simulated GitHub are one process here: what either keeps for a payload is seen. */
function footprint(): Footprint {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return { heap: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo().length };
}

/** The simulator remembers what was asked and is not simulated; a leak of a payload or a run is far more. */
const mostBytesEach = 1024;
/** Caches and compiled code that fill while it runs. */
const mostBytesAtAll = 2 * 1024 * 1024;

it("answers every example payload of GitHub's with a declared status", async () => {
  for (const { name, payload } of all) {
    const answer = await send(name, payload);
    expect(isDeclared(answer), `${name}: ${answer.status} ${answer.text}`).toBe(true);
  }
}, 240_000);

it(`answers ${changed} changed ones of this installation, and goes on`, async () => {
  const random = numbers(20_260_101);
  const known = all.filter(({ name }) => followed.has(name));
  const statuses = new Map<number, number>();
  const warm = Math.floor(changed / 3);
  let before: Footprint | undefined;
  for (let count = 0; count < changed; count += 1) {
    if (count === warm) before = footprint();
    const { name, payload } = known[Math.floor(random() * known.length)]!;
    const answer = await send(name, change({ ...payload, ...common }, random));
    expect(isDeclared(answer), `${name}: ${answer.status} ${answer.text}`).toBe(true);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  }
  const after = footprint();
  const grown = after.heap - (before?.heap ?? 0);
  const sent = changed - warm;
  if (process.env["SLUICE_FUZZ"] !== undefined) {
    const answers = [...statuses].map(([status, times]) => `${status}: ${times}`).join(", ");
    const heap = `${(grown / 1024).toFixed(0)} KiB more heap over ${sent} payloads`;
    console.log(`${answers}; ${heap}; resources ${before?.resources} before, ${after.resources} after`);
  }
  expect(grown).toBeLessThan(mostBytesAtAll + sent * mostBytesEach);
  expect(after.resources).toBeLessThan((before?.resources ?? 0) + 20);
  // Some were taken, some were unreadable: the changes reach beyond the door, and not all of them.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([400]));
  expect((statuses.get(200) ?? 0) + (statuses.get(202) ?? 0)).toBeGreaterThan(0);

  const sha = await push("afterwards");
  await expect
    .poll(() => github.checkRuns("acme/infra", sha).map(({ conclusion }) => conclusion), { timeout: 120_000 })
    .toEqual(["success"]);
}, 600_000);
