import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import pino, { type Logger } from "pino";
import type { Log, Metrics, UserAuthorization } from "./app/ports.js";
import type { Leadership } from "./app/leadership.js";
import { openApp, type App } from "./app/run-loop.js";
import type { DryRun } from "./engine/argo/dry-run.js";
import type { Engine, RunKey } from "./engine/engine.js";
import { hostChecks } from "./engine/local/check-host.js";
import { openLocalEngine } from "./engine/local/local-engine.js";
import { openAppStatus, type AppStatus } from "./github/app-status.js";
import { openGitHub, type AppCredentials } from "./github/github.js";
import { openUserAuthorization } from "./github/user-authorization.js";
import type { Check } from "./lib/check-up.js";
import { maskSecrets } from "./lib/mask-secrets.js";
import { configurationFor, noPolicy, furtherNamespaces, type Configuration } from "./policy/configuration.js";
import { standingOf } from "./report/standing.js";
import { readRun } from "./run/read-run.js";
import { openMetrics } from "./server/metrics.js";
import { startMetricsServer } from "./server/metrics-server.js";
import { openRunPages, type RunPages } from "./server/page/run-pages.js";
import { ServerOptionsError, startServer } from "./server/server.js";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

export interface LocalAppOptions {
  /** Where the local engine keeps its state; created when missing. */
  directory: string;
  github: AppCredentials;
  /** Webhook secrets: the present one first, then those that are still accepted. */
  secrets: readonly string[];
  /** 0 takes any free port. */
  port: number;
  host: string;
  /** Host paths that steps see and may write: `PATH` or `HOST:PATH`. */
  mounts: readonly string[];
  /** `auto` runs steps one at a time on the host's own files where they cannot be kept apart. */
  isolation: "overlay" | "serial" | "auto";
  /** What runs steps: processes of this machine when absent, or docker or podman with their images. */
  executor?: "process" | "docker" | "podman";
  /** Files and folders that steps must not see, such as the App's key. */
  hidden: readonly string[];
  /**
   * What the local engine asks itself for http templates and artifacts: besides what is elsewhere, these addresses of
   * this machine or its link, as `HOST` or `HOST:PORT`; none when absent.
   */
  reach?: readonly string[] | "anywhere";
  logLevel: LogLevel;
  namespace?: string;
  /** Where `/metrics` is served, at `host`; 0 takes any free port, nothing is served when absent. */
  metricsPort?: number;
  /** Hands runs to the Argo controller of a cluster, in place of the local engine. */
  argo?: ArgoSettings;
  /** The server's configuration as it is now; by default it gives nothing to any repository. */
  configuration?: ConfigurationSource;
  /** The pages of runs; none are shown when absent. */
  pages?: PagesSettings;
}

/**
 * Who sees the pages of runs: people who signed in with GitHub and may read the repository; or everybody on this
 * machine, which takes a `host` that only this machine reaches.
 */
export type PagesSettings = { publicUrl: string; clientId: string; clientSecret: string } | "localhost";

/** The configuration, read again when it changes. */
export interface ConfigurationSource {
  current(): Configuration;
  /** Begins to look for changes and tells of them, in the log too; answers with how to end that. */
  follow(log: Pick<Log, "info" | "error">, onChange?: () => void): () => void;
}

/** Which cluster, and which of its namespaces. By default KUBECONFIG, ~/.kube/config or the pod's own account. */
export interface ArgoSettings {
  /** Besides `namespace`. */
  namespaces?: readonly string[];
  instanceId?: string;
  kubeconfig?: string;
  context?: string;
  /** Where the replicas' Lease is; by default in the namespace of this pod. */
  leaseNamespace?: string;
}

/** A running App. */
export interface LocalApp {
  port: number;
  metricsPort?: number;
  /** Resolves when every run has ended, or waits for people only, and its check says so. */
  settled(): Promise<void>;
  /** Lets started requests and reconciles end; runs go on when it is opened again. */
  close(): Promise<void>;
}

const defaultNamespace = "sluice";

/** The App: engine, GitHub and server are chosen and connected here and nowhere else. */
export async function openLocalApp(options: LocalAppOptions): Promise<LocalApp> {
  const { pages: shown } = options;
  const clientSecret = typeof shown === "object" ? [shown.clientSecret] : [];
  const log = openLog(options.logLevel, [options.github.privateKey, ...options.secrets, ...clientSecret]);
  const metrics = openMetrics(Date.now);
  const { engine, leadership, follow, closeEngine } = await openEngine(options, log, metrics);
  const closers: (() => Promise<void>)[] = [closeEngine];
  const close = async () => {
    for (const end of closers.splice(0).toReversed()) await end();
  };
  try {
    const namespace = options.namespace ?? defaultNamespace;
    const github = openGitHub(options.github, log, metrics);
    const policyOf = (slug: string) => {
      const configuration = options.configuration?.current();
      return configuration === undefined ? noPolicy : configurationFor(configuration, slug);
    };
    let port: number | undefined;
    const runUrl = (key: RunKey) => runUrlOf(shown, port, key);
    const parts = { engine, github, clock: Date.now, log, metrics, namespace, policyOf, runUrl };
    const app = await openApp(parts, leadership);
    const unfollow = options.configuration?.follow(log, () => follow?.(namespacesOf(options)));
    closers.push(() => Promise.resolve(unfollow?.()));
    closers.push(() => app.close());
    const pages = openPages(options, { engine, app, log });
    const server = await startServer({
      secrets: options.secrets,
      port: options.port,
      host: options.host,
      log,
      clock: Date.now,
      receive: (event) => app.receive(event),
      isReady: () => true,
      metrics,
      ...(pages === undefined ? {} : { pages }),
    });
    port = server.port;
    // Open streams would keep the server from closing.
    closers.push(() => server.close());
    closers.push(async () => pages?.close());
    log.info({ port: server.port, host: options.host }, "listening");
    const settled = async () => {
      const busy = async () => {
        await app.idle();
        const runs = await engine.list({ unfinished: true });
        return runs.some((workflow) => standingOf(readRun(workflow)).state !== "waiting");
      };
      while (await busy()) await sleep(200);
    };
    if (options.metricsPort === undefined) return { port: server.port, settled, close };
    const { host, metricsPort } = options;
    const metricsServer = await startMetricsServer({ metrics, port: metricsPort, host, log });
    closers.push(() => metricsServer.close());
    return { port: server.port, metricsPort: metricsServer.port, settled, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Undefined where there are no pages, or not yet. */
function runUrlOf(
  pages: PagesSettings | undefined,
  port: number | undefined,
  key: RunKey,
): string | undefined {
  if (pages === undefined || port === undefined) return undefined;
  return `${publicUrlOf(pages, port)}/runs/${key.namespace}/${key.name}`;
}

function publicUrlOf(pages: PagesSettings, port: number): string {
  return pages === "localhost" ? `http://127.0.0.1:${port}` : pages.publicUrl;
}

function openPages(
  { pages, host, github }: LocalAppOptions,
  { engine, app, log }: { engine: Engine; app: App; log: Logger },
): RunPages | undefined {
  if (pages === undefined) return undefined;
  if (pages === "localhost" && !["127.0.0.1", "localhost", "::1"].includes(host)) {
    throw new ServerOptionsError("pages without sign-in are for localhost only");
  }
  const signIn =
    pages === "localhost" ? pages : { users: userAuthorizationOf(pages, github), secret: pages.clientSecret };
  const publicUrl = pages === "localhost" ? "http://127.0.0.1" : pages.publicUrl;
  return openRunPages({
    engine,
    gatesOf: (run) => app.gatesOf(run),
    maskOf: (run) => app.maskOf(run),
    publicUrl,
    signIn,
    clock: Date.now,
    log,
  });
}

export type { AppStatus } from "./github/app-status.js";

/** The App as GitHub has it, for `sluice doctor`. */
export function appStatusOf(credentials: AppCredentials): AppStatus {
  return openAppStatus(credentials, pino({ level: "silent" }));
}

/** The App's user authorization, for `sluice doctor`. */
export function userAuthorizationOf(
  { clientId, clientSecret }: Exclude<PagesSettings, "localhost">,
  { baseUrl }: AppCredentials,
): UserAuthorization {
  return openUserAuthorization({ clientId, clientSecret, ...(baseUrl === undefined ? {} : { baseUrl }) });
}

/**
 * What `sluice doctor` looks at for the engine of the settings, after GitHub. The local engine needs this machine; the
 * Argo engine needs its cluster, asked with the rights that it will have.
 */
export async function engineChecks(options: LocalAppOptions): Promise<Check[]> {
  if (options.argo === undefined) return hostChecks(options);
  const { namespaces: _further, leaseNamespace, instanceId: _, ...cluster } = options.argo;
  const { clusterChecks } = await import("./engine/argo/check-cluster.js");
  const { KubernetesClient, podNamespace } = await import("./engine/argo/kubernetes-client.js");
  const client = new KubernetesClient(cluster);
  const namespace = options.namespace ?? defaultNamespace;
  return clusterChecks({
    ask: (request) => client.request({ ...request, tries: 1 }),
    namespaces: namespacesOf(options),
    leaseNamespace: leaseNamespace ?? podNamespace() ?? namespace,
    clock: Date.now,
  });
}

/** Asks the cluster of the settings whether it would take objects, for `sluice lint --cluster`. */
export async function openClusterDryRun(argo: ArgoSettings): Promise<DryRun> {
  const { namespaces: _namespaces, leaseNamespace: _lease, ...cluster } = argo;
  const { openDryRun } = await import("./engine/argo/dry-run.js");
  return openDryRun(cluster);
}

interface OpenedEngine {
  engine: Engine;
  /** Absent where this process is the only one. */
  leadership?: Leadership;
  /** Carries the runs of these namespaces too; absent where the engine knows no namespaces. */
  follow?: (namespaces: readonly string[]) => void;
  closeEngine: () => Promise<void>;
}

async function openEngine(options: LocalAppOptions, logger: Logger, metrics: Metrics): Promise<OpenedEngine> {
  const log = (facts: object, message: string) => logger.info(facts, message);
  if (options.argo !== undefined) return openArgo(options, options.argo, log, metrics);
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const engine = await openLocalEngine({
    directory: options.directory,
    mounts: [...options.mounts],
    isolation: options.isolation,
    ...(options.executor === undefined ? {} : { executor: options.executor }),
    hidden: [...options.hidden],
    ...(options.reach === undefined ? {} : { reach: options.reach }),
    log,
  });
  return { engine, closeEngine: () => engine.close() };
}

/** The Kubernetes client takes most of a second to load: only who asks for a cluster waits for it. */
async function openArgo(
  options: LocalAppOptions,
  { namespaces: _further, leaseNamespace, instanceId, ...cluster }: ArgoSettings,
  log: (facts: object, message: string) => void,
  metrics: Metrics,
): Promise<OpenedEngine> {
  const { openArgoEngine } = await import("./engine/argo/argo-engine.js");
  const { holdLease } = await import("./engine/argo/lease.js");
  const namespace = options.namespace ?? defaultNamespace;
  const engine = await openArgoEngine({
    ...cluster,
    namespaces: namespacesOf(options),
    ...(instanceId === undefined ? {} : { instanceId }),
    onWatchRestart: () => metrics.watchRestarted(),
    log,
  });
  const lease = holdLease({
    ...cluster,
    ...(leaseNamespace === undefined ? {} : { namespace: leaseNamespace }),
    fallbackNamespace: namespace,
    name: "sluice",
    identity: `${hostname()}_${randomUUID()}`,
    log,
  });
  const closeEngine = async () => {
    await lease.close();
    await engine.close();
  };
  return { engine, leadership: lease, follow: (namespaces) => engine.follow(namespaces), closeEngine };
}

/** Every namespace that runs may be in, by the settings and by the configuration as it is now. */
function namespacesOf({ namespace = defaultNamespace, argo, configuration }: LocalAppOptions): string[] {
  const configured = configuration === undefined ? [] : furtherNamespaces(configuration.current());
  return [...new Set([namespace, ...(argo?.namespaces ?? []), ...configured])];
}

/** One JSON object a line. Everything goes through the mask: a secret in a text is the last thing that may slip. */
function openLog(level: LogLevel, secrets: readonly string[]): Logger {
  const masked = secrets.filter((secret) => secret !== "");
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void process.stdout.write(maskSecrets(line, masked)) },
  );
}
