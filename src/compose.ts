import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import pino, { type Logger } from "pino";
import type { Log, Metrics } from "./app/ports.js";
import { openApp, type Leadership } from "./app/run-loop.js";
import type { Engine } from "./engine/engine.js";
import { hostChecks } from "./engine/local/check-host.js";
import { openLocalEngine } from "./engine/local/local-engine.js";
import { openAppStatus, type AppStatus } from "./github/app-status.js";
import { openGitHub, type AppCredentials } from "./github/github.js";
import type { Check } from "./lib/check-up.js";
import { maskSecrets } from "./lib/mask-secrets.js";
import { configurationFor, noPolicy, type Configuration } from "./policy/configuration.js";
import { standingOf } from "./report/standing.js";
import { readRun } from "./run/read-run.js";
import { openMetrics } from "./server/metrics.js";
import { startMetricsServer } from "./server/metrics-server.js";
import { startServer } from "./server/server.js";

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
  /** Files and folders that steps must not see, such as the App's key. */
  hidden: readonly string[];
  logLevel: LogLevel;
  namespace?: string;
  /** Where `/metrics` is served, at `host`; 0 takes any free port, nothing is served when absent. */
  metricsPort?: number;
  /** Hands runs to the Argo controller of a cluster, in place of the local engine. */
  argo?: ArgoSettings;
  /** The server's configuration as it is now; by default it gives nothing to any repository. */
  configuration?: ConfigurationSource;
}

/** The configuration, read again when it changes. */
export interface ConfigurationSource {
  current(): Configuration;
  /** Begins to look for changes and tells of them in the log; answers with how to end that. */
  follow(log: Pick<Log, "info" | "error">): () => void;
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
  const log = openLog(options.logLevel, [options.github.privateKey, ...options.secrets]);
  const metrics = openMetrics(Date.now);
  const { engine, leadership, closeEngine } = await openEngine(options, log, metrics);
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
    const parts = { engine, github, clock: Date.now, log, metrics, namespace, policyOf };
    const app = await openApp(parts, leadership);
    const unfollow = options.configuration?.follow(log);
    closers.push(() => Promise.resolve(unfollow?.()));
    closers.push(() => app.close());
    const server = await startServer({
      secrets: options.secrets,
      port: options.port,
      host: options.host,
      log,
      receive: (event) => app.receive(event),
      isReady: () => true,
      metrics,
    });
    closers.push(() => server.close());
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

export type { AppStatus } from "./github/app-status.js";

/** The App as GitHub has it, for `sluice doctor`. */
export function appStatusOf(credentials: AppCredentials): AppStatus {
  return openAppStatus(credentials, pino({ level: "silent" }));
}

/**
 * What `sluice doctor` looks at for the engine of the settings, after GitHub. The local engine needs this machine; the
 * Argo engine needs its cluster, asked with the rights that it will have.
 */
export async function engineChecks(options: LocalAppOptions): Promise<Check[]> {
  if (options.argo === undefined) return hostChecks(options);
  const { namespaces = [], leaseNamespace, instanceId: _, ...cluster } = options.argo;
  const { clusterChecks } = await import("./engine/argo/check-cluster.js");
  const { KubernetesClient, podNamespace } = await import("./engine/argo/kubernetes-client.js");
  const client = new KubernetesClient(cluster);
  const namespace = options.namespace ?? defaultNamespace;
  return clusterChecks({
    ask: (request) => client.request({ ...request, tries: 1 }),
    namespaces: [...new Set([namespace, ...namespaces])],
    leaseNamespace: leaseNamespace ?? podNamespace() ?? namespace,
    clock: Date.now,
  });
}

interface OpenedEngine {
  engine: Engine;
  /** Absent where this process is the only one. */
  leadership?: Leadership;
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
    hidden: [...options.hidden],
    log,
  });
  return { engine, closeEngine: () => engine.close() };
}

/** The Kubernetes client takes most of a second to load: only who asks for a cluster waits for it. */
async function openArgo(
  options: LocalAppOptions,
  { namespaces = [], leaseNamespace, instanceId, ...cluster }: ArgoSettings,
  log: (facts: object, message: string) => void,
  metrics: Metrics,
): Promise<OpenedEngine> {
  const { openArgoEngine } = await import("./engine/argo/argo-engine.js");
  const { holdLease } = await import("./engine/argo/lease.js");
  const namespace = options.namespace ?? defaultNamespace;
  const engine = await openArgoEngine({
    ...cluster,
    namespaces: [...new Set([namespace, ...namespaces])],
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
  return { engine, leadership: lease, closeEngine };
}

/** One JSON object a line. Everything goes through the mask: a secret in a text is the last thing that may slip. */
function openLog(level: LogLevel, secrets: readonly string[]): Logger {
  const masked = secrets.filter((secret) => secret !== "");
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void process.stdout.write(maskSecrets(line, masked)) },
  );
}
