import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openObserver, type Observer } from "../../src/cli/world/observer.js";
import { openLocalApp, type ConfigurationSource, type LocalApp } from "../../src/compose.js";
import { leastPermissions } from "../../src/simulator/state.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";
import { startCluster, type Cluster } from "./kubernetes/cluster.js";
import { validateDelivery, validateExchange } from "./github-schema/validate.js";

/** A simulated GitHub with acme/infra, the App against it in this process, and what GitHub's schemas say of both. */
export interface Stage {
  github: Simulator;
  observer: Observer;
  /** Violations of GitHub's schemas; must stay empty. */
  invalid: string[];
  /** Everything that was sent to GitHub. */
  sent: { method: string; path: string; body: string }[];
  /** A folder that steps see and may write. */
  shared: string;
  /** The App's metrics, as Prometheus reads them. */
  metrics(): Promise<string>;
  /** The engine's own files, with the engine `local`. */
  directory: string;
  /** Where runs are handed to, with the engine `argo`. */
  cluster?: Cluster;
  close(): Promise<void>;
}

export const repository = "acme/infra";
export const webhookSecret = "a-secret-for-this-test";

export type EngineKind = "local" | "argo";

/** The engine that tests use which do not run on each. */
const usual: EngineKind = process.env["SLUICE_E2E_ENGINE"] === "argo" ? "argo" : "local";

export async function openStage(
  files: Record<string, string>,
  engine: EngineKind = usual,
  configuration?: ConfigurationSource,
  /** What the App has besides what `app.yml` asks for. */
  permissions: Record<string, string> = {},
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
  const cluster = engine === "argo" ? await startCluster({ mounts: [shared] }) : undefined;
  const app: LocalApp = await openLocalApp({
    directory: join(directory, "engine"),
    github: { appId: github.app.id, privateKey: github.app.privateKey, baseUrl: github.url },
    secrets: [webhookSecret],
    port: 0,
    host: "127.0.0.1",
    mounts: [shared],
    metricsPort: 0,
    isolation: "auto",
    hidden: [],
    ...(cluster === undefined ? {} : { argo: { kubeconfig: cluster.kubeconfig } }),
    ...(configuration === undefined ? {} : { configuration }),
    logLevel: process.env["SLUICE_TEST_LOG"] === undefined ? "silent" : "debug",
  });
  github.setWebhook({ url: `http://127.0.0.1:${app.port}/api/github/webhooks`, secret: webhookSecret });
  github.createOrganization("acme");
  for (const login of ["alice", "bob", "carol"]) github.createUser(login);
  await github.createRepository({
    owner: "acme",
    name: "infra",
    collaborators: { alice: "write", bob: "write", carol: "read" },
    files,
    defaultBranch: "main",
  });
  const { id: appId, privateKey } = github.app;
  const observer = await openObserver({ url: github.url, appId, privateKey, repository, timeoutMs: 20_000 });
  return {
    github,
    observer,
    invalid,
    sent,
    shared,
    metrics: async () => (await fetch(`http://127.0.0.1:${app.metricsPort}/metrics`)).text(),
    directory: join(directory, "engine"),
    ...(cluster === undefined ? {} : { cluster }),
    async close() {
      await app.close();
      await cluster?.close();
      await github.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
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
