import Database from "libsql";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openObserver, type Observer } from "../../src/cli/world/observer.js";
import { openLocalApp, type ConfigurationSource, type LocalApp } from "../../src/compose.js";
import type { KubernetesClient } from "../../src/engine/argo/kubernetes-client.js";
import type { Workflow } from "../../src/manifest/argo.js";
import { leastPermissions } from "../../src/simulator/state.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";
import { patienceMs, type EngineKind } from "./engines.js";
import type { Cluster } from "./kubernetes/cluster.js";
import { notesInFiles, type Notes } from "./notes.js";
import { filesIn, openPlace, type PlaceOptions } from "./place.js";
import { validateDelivery, validateExchange } from "./github-schema/validate.js";

/** A simulated GitHub with acme/infra, the App against it in this process, and what GitHub's schemas say of both. */
export interface Stage {
  github: Simulator;
  observer: Observer;
  /** Violations of GitHub's schemas; must stay empty. */
  invalid: string[];
  /** Everything that was sent to GitHub. */
  sent: { method: string; path: string; body: string }[];
  /** What the manifests' steps note down, and what they noted. */
  notes: Notes;
  /** A folder that steps on this machine see and may write. */
  shared: string;
  /** The namespace that the runs are in. */
  namespace: string;
  /** The App's metrics, as Prometheus reads them. */
  metrics(): Promise<string>;
  /** All runs as they are stored, with their nodes. */
  workflows(): Promise<Workflow[]>;
  /** Everything that the App and its engine wrote and that must not hold a token. */
  written(): Promise<{ where: string; text: string }[]>;
  /** Asks the cluster, with the engine `argo`. */
  client?: KubernetesClient;
  /** Where runs are handed to, with the engine `argo`; undefined on a real cluster, which cannot be made to fail. */
  cluster?: Cluster;
  /** Closes the App, and opens it again on the same state. */
  restart(meanwhile: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

export const repository = "acme/infra";
export const webhookSecret = "a-secret-for-this-test";

export interface StageOptions {
  configuration?: ConfigurationSource;
  /** What the App has besides what `app.yml` asks for. */
  permissions?: Record<string, string>;
  /** Of the cluster on this machine. */
  place?: PlaceOptions;
  /** Stands before GitHub, given its address; the App is told only the address of what is in front. */
  front?: (gitHub: string) => Promise<{ apiUrl: string; close(): Promise<unknown> }>;
}

export async function openStage(
  files: Record<string, string>,
  engine: EngineKind,
  { configuration, permissions = {}, place: placeOptions = {}, front: openFront }: StageOptions = {},
): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-stage-"));
  const shared = join(directory, "shared");
  for (const folder of ["git", "shared"]) mkdirSync(join(directory, folder));
  const invalid: string[] = [];
  const sent: Stage["sent"] = [];
  const github = await startSimulator({
    directory: join(directory, "git"),
    app: { permissions: { ...leastPermissions, ...permissions } },
    onExchange: (exchange) => {
      invalid.push(...validateExchange(exchange));
      sent.push({
        method: exchange.method,
        path: exchange.path,
        body: JSON.stringify(exchange.requestBody ?? null),
      });
    },
    onDelivery: (delivery) => invalid.push(...validateDelivery(delivery)),
  });
  const place = engine === "argo" ? await openPlace([shared], placeOptions) : undefined;
  const front = await openFront?.(github.url);
  const openApp = async (): Promise<LocalApp> => {
    const opened = await openLocalApp({
      directory: join(directory, "engine"),
      github: {
        appId: github.app.id,
        privateKey: github.app.privateKey,
        baseUrl: front?.apiUrl ?? github.url,
      },
      secrets: [webhookSecret],
      port: 0,
      host: "127.0.0.1",
      mounts: [shared],
      metricsPort: 0,
      isolation: "auto",
      hidden: [],
      ...(place === undefined ? {} : { argo: place.argo, namespace: place.namespace }),
      ...(configuration === undefined ? {} : { configuration }),
      logLevel: process.env["SLUICE_TEST_LOG"] === undefined ? "silent" : "debug",
    });
    github.setWebhook({ url: `http://127.0.0.1:${opened.port}/api/github/webhooks`, secret: webhookSecret });
    return opened;
  };
  let app = await openApp();
  github.createOrganization("acme");
  for (const login of ["alice", "bob", "carol"]) github.createUser(login);
  github.createUser("robot", "Bot");
  await github.createRepository({
    owner: "acme",
    name: "infra",
    collaborators: { alice: "write", bob: "write", carol: "read", robot: "write" },
    files,
    defaultBranch: "main",
  });
  const { id: appId, privateKey } = github.app;
  const observer = await openObserver({
    url: github.url,
    appId,
    privateKey,
    repository,
    timeoutMs: patienceMs,
  });
  const engineFiles = join(directory, "engine");
  return {
    github,
    observer,
    invalid,
    sent,
    shared,
    notes: place?.notes ?? notesInFiles(shared),
    namespace: place?.namespace ?? "sluice",
    metrics: async () => (await fetch(`http://127.0.0.1:${app.metricsPort}/metrics`)).text(),
    workflows: () => place?.workflows() ?? Promise.resolve(workflowsIn(engineFiles)),
    written: () => place?.written() ?? Promise.resolve(filesIn(engineFiles)),
    ...(place === undefined ? {} : { client: place.client }),
    ...(place?.cluster === undefined ? {} : { cluster: place.cluster }),
    async restart(meanwhile) {
      await app.close();
      await meanwhile();
      app = await openApp();
    },
    async close() {
      await app.close();
      await place?.close();
      await front?.close();
      await github.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function workflowsIn(engineFiles: string): Workflow[] {
  const database = new Database(join(engineFiles, "runs.db"), { readonly: true });
  const rows = database.prepare("SELECT workflow FROM runs").all([]) as { workflow: string }[];
  database.close();
  return rows.map(({ workflow }) => JSON.parse(workflow) as Workflow);
}

/** A pull request of alice's with one commit. */
export async function openPullRequest(
  { github }: Stage,
  branch: string,
  files: Record<string, string | null> = { "change.txt": `${branch}\n` },
): Promise<{ number: number; sha: string }> {
  const alice = github.actAs("alice");
  const sha = await alice.push(repository, branch, { files, message: `Change ${branch}` });
  const { number } = await alice.openPullRequest({
    repo: repository,
    head: branch,
    base: "main",
    title: branch,
    body: "",
  });
  return { number, sha };
}
