import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "../../src/simulator/delivery.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";
import { AppProcess } from "./app-process.js";
import {
  openArgoGround,
  openLocalGround,
  writeKubeconfig,
  type Answer,
  type EngineName,
  type Ground,
} from "./engines.js";
import { openLink, type Hop, type Link } from "./link.js";
import { between, randomFor, type Random } from "./random.js";
import { Record } from "./record.js";
import { Storm } from "./storm.js";
import { Tokens } from "./tokens.js";

const webhookPath = "/api/github/webhooks";
/** How far the clocks are put forward at a time: less than the shortest time in which somebody must answer, or renew a lease. */
const jumpMs = 4000;
/** After the storm, where there is no lease. */
const longJumpMs = 15_000;
const slowJumpMs = 250;
const webhookSecret = "the-secret-of-the-drill";

/** GitHub, perhaps a cluster, one App or two replicas of it, and links between them over which everything goes wrong. */
export interface World {
  engine: EngineName;
  github: Simulator;
  ground: Ground;
  record: Record;
  storm: Storm;
  tokens: Tokens;
  shared: string;
  skewed: boolean;
  /** Releases with their place in the order of all entries, with the engine `argo`. */
  answers: (Answer & { seq: number })[];
  apps: readonly AppProcess[];
  /** Nothing goes wrong any more; resolves when all Apps listen. */
  calm(): Promise<void>;
  close(): Promise<void>;
}

interface Replica {
  app: AppProcess;
  port: number;
  links: Link[];
}

export async function openWorld(
  engine: EngineName,
  seed: number,
  batch: number,
  directory: string,
): Promise<World> {
  const shared = join(directory, "shared");
  mkdirSync(shared, { recursive: true });
  const random = randomFor(seed, "world", batch, engine);
  const record = new Record();
  const storm = new Storm(seed, engine, record);
  const skewed = random() < 0.25;
  const answers: World["answers"] = [];
  const tokens = new Tokens([webhookSecret]);
  const begun = new WeakMap<Hop, number>();
  const github = await startSimulator({
    directory: join(directory, "git"),
    onDelivery: ({ event, payload }) => tokens.look(`the delivery of ${event}`, JSON.stringify(payload)),
    deliverAtOnce: (delivery) => sleep(storm.delay(delivery)),
  });
  const ground =
    engine === "local"
      ? openLocalGround(join(directory, "runs"))
      : await openArgoGround([shared], (answer) => answers.push({ ...answer, seq: record.next() }));
  const replicas: Replica[] = [];
  for (let index = 0; index < (engine === "argo" ? 2 : 1); index += 1)
    replicas.push(await openReplica(index));
  const webhooks = await openWebhookLink();
  github.setWebhook({ url: `${webhooks.url}${webhookPath}`, secret: webhookSecret });
  let closing = false;
  const keepers = replicas.map((replica, index) => keepAlive(replica, index));
  const troubles = stirUp();
  const requests = () => replicas.flatMap(({ links }) => links).some((link) => link.busy() > 0);
  const forward = putClocksForward(
    {
      requests,
      deliveries: () => webhooks.busy() > 0,
      jumpMs: () => (engine === "local" && !storm.blows ? longJumpMs : jumpMs),
    },
    record,
    replicas.map(({ app }) => app),
  );

  async function openReplica(index: number): Promise<Replica> {
    const port = await freePort();
    const links: Link[] = [];
    const kill = () => app.kill();
    const toGitHub = await openLink({
      target: () => github.url,
      twist(hop) {
        begun.set(hop, record.next());
        return storm.twist("github", hop, kill);
      },
      onAnswer: (hop, status, body) => heard(hop, status, body),
    });
    links.push(toGitHub);
    const config = {
      engine,
      local: { isolation: "serial", mounts: [shared] },
      argo: {},
      repositories: [{ match: "**", forks: "ask" }],
    };
    if (ground.cluster !== undefined) {
      const { url } = ground.cluster.api;
      const toCluster = await openLink({
        target: () => url,
        twist: (hop) => storm.twist("kubernetes", hop, kill),
      });
      links.push(toCluster);
      const kubeconfig = join(directory, `kubeconfig-${index}`);
      writeKubeconfig(kubeconfig, toCluster.url, index === 0 ? "token-of-one" : "token-of-another");
      Object.assign(config, { argo: { kubeconfig } });
    }
    const files = { key: join(directory, "key.pem"), config: join(directory, `config-${index}.json`) };
    writeFileSync(files.key, github.app.privateKey);
    writeFileSync(files.config, JSON.stringify(config));
    const env = {
      APP_ID: String(github.app.id),
      PRIVATE_KEY_PATH: files.key,
      WEBHOOK_SECRET: webhookSecret,
      GITHUB_API_URL: toGitHub.url,
      SLUICE_CONFIG: files.config,
      SLUICE_DATA: join(directory, "runs"),
      HOST: "127.0.0.1",
      PORT: String(port),
      LOG_LEVEL: "info",
      NODE_ENV: "production",
    };
    const app = new AppProcess(env, (text) => record.note(undefined, "app", `replica ${index}: ${text}`));
    return { app, port, links };
  }

  function heard(hop: Hop, status: number, text: string): void {
    const { method, path, body } = hop;
    const minted = path.endsWith("/access_tokens");
    tokens.look(`the request ${method} ${path}`, body);
    if (!minted) tokens.look(`the answer to ${method} ${path}`, text);
    const round = storm.roundOf("github", hop);
    record.answered(round, {
      text: `${status} ${method} ${path}`,
      begun: begun.get(hop) ?? 0,
      method,
      path,
      status,
      requestBody: parse(body),
      responseBody: minted ? undefined : parse(text),
    });
  }

  async function openWebhookLink(): Promise<Link> {
    let turn = 0;
    const ready = () => {
      const up = replicas.filter(({ app }) => app.listening);
      return up[(turn += 1) % Math.max(1, up.length)];
    };
    return openLink({
      target() {
        const replica = ready();
        return replica && `http://127.0.0.1:${replica.port}`;
      },
      async twist(hop) {
        const guid = String(hop.headers["x-github-delivery"]);
        if (storm.forgotten.has(guid)) {
          const all = github.deliveries as Delivery[];
          all.splice(
            all.findIndex((delivery) => delivery.guid === guid),
            1,
          );
          return { kind: "cut" };
        }
        if (storm.duplicates(hop)) void again(hop, ready());
        const victim = replicas.find(({ app }) => app.listening);
        return storm.twist("webhook", hop, () => victim?.app.kill());
      },
      onAnswer: (hop, status) =>
        record.note(
          storm.roundOf("webhook", hop),
          "delivery",
          `${status} ${String(hop.headers["x-github-event"])}`,
        ),
    });
  }

  async function again(hop: Hop, replica: Replica | undefined): Promise<void> {
    if (replica === undefined) return;
    const { "content-length": _length, connection: _connection, host: _host, ...headers } = hop.headers;
    const url = `http://127.0.0.1:${replica.port}${hop.path}`;
    const sent = { method: "POST", headers: headers as { [name: string]: string }, body: hop.body };
    await fetch(url, sent).then(
      (answer) => answer.text(),
      () => undefined,
    );
  }

  /** As a supervisor does: what ended is started again, after a while. */
  async function keepAlive({ app }: Replica, index: number): Promise<void> {
    while (!closing) {
      const life = randomFor(seed, "life", batch, engine, index, app.lives);
      await app.start(storm.blows ? lifeOf(life, engine, skewed) : {});
      await app.ended();
      if (storm.blows && !closing) await sleep(between(life, 500, 20_000));
      else await sleep(500);
    }
  }

  /** What comes by itself: watches that break, a clock that is moved. */
  async function stirUp(): Promise<void> {
    const chance = randomFor(seed, "troubles", batch, engine);
    while (storm.blows && !closing) {
      await sleep(between(chance, 5000, 30_000));
      if (!storm.blows || closing) return;
      if (skewed) for (const { app } of replicas) app.tell({ skew: between(chance, -20_000, 20_000) });
      trouble(ground, chance);
    }
  }

  return {
    engine,
    github,
    ground,
    record,
    storm,
    tokens,
    shared,
    skewed,
    answers,
    apps: replicas.map(({ app }) => app),
    async calm() {
      storm.blows = false;
      record.note(undefined, "note", "the storm is over");
      await troubles;
      for (const { app } of replicas) {
        app.tell({ skew: 0 });
        while (!app.listening) await sleep(500);
      }
    },
    async close() {
      closing = true;
      forward();
      for (const { app } of replicas) await app.stop();
      await Promise.all(keepers);
      tokens.lookBelow(directory);
      for (const { app } of replicas) tokens.look("the App's output", app.output);
      for (const { resource, text } of ground.cluster?.api.store.everything ?? [])
        if (resource !== "secrets") tokens.look(resource, text);
      await webhooks.close();
      for (const { links } of replicas) for (const link of links) await link.close();
      await github.close();
      await ground.close();
    },
  };
}

/**
 * While nothing is under way and nothing was for a moment, time only keeps everybody waiting. A delivery that is under way
 * must be answered in eight seconds: then the clocks go forward more slowly.
 */
function putClocksForward(
  parts: { requests: () => boolean; deliveries: () => boolean; jumpMs: () => number },
  record: Record,
  apps: readonly AppProcess[],
): () => void {
  const jump = (globalThis as unknown as { drillJump: (ms: number) => number }).drillJump;
  let [last, quiet] = [0, 0];
  const timer = setInterval(() => {
    const starts = apps.some((app) => app.running && !app.listening);
    const calm = !starts && !parts.requests() && record.entries.length === last;
    last = record.entries.length;
    quiet = calm ? quiet + 1 : 0;
    // An App that has no processor just then is not one that waits.
    if (quiet < (parts.deliveries() ? 12 : 3)) return;
    const jumped = jump(parts.deliveries() ? slowJumpMs : parts.jumpMs());
    for (const app of apps) app.tell({ jumped });
  }, 20);
  return () => clearInterval(timer);
}

function lifeOf(life: Random, engine: EngineName, skewed: boolean): { [name: string]: string } {
  const commit = `${life() < 0.5 ? "before" : "after"}:${between(life, 1, 120)}`;
  return {
    ...(skewed ? { DRILL_SKEW: String(between(life, -20_000, 20_000)) } : {}),
    ...(engine === "local" && life() < 0.4 ? { DRILL_KILL_AT_COMMIT: commit } : {}),
  };
}

function trouble({ cluster }: Ground, chance: Random): void {
  if (cluster === undefined) return;
  const { watches, store } = cluster.api;
  const turn = chance();
  if (turn < 0.3) watches.cut();
  else if (turn < 0.5) watches.freeze();
  else if (turn < 0.7) {
    store.forget();
    watches.cut();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === "" ? undefined : text;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
