import { mkdirSync } from "node:fs";
import pino, { type Logger } from "pino";
import { openApp } from "./app/run-loop.js";
import { hostChecks } from "./engine/local/check-host.js";
import { openLocalEngine } from "./engine/local/local-engine.js";
import { openAppStatus, type AppStatus } from "./github/app-status.js";
import { openGitHub, type AppCredentials } from "./github/github.js";
import type { Check } from "./lib/check-up.js";
import { maskSecrets } from "./lib/mask-secrets.js";
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
  logLevel: LogLevel;
  namespace?: string;
  /** Where `/metrics` is served, at `host`; 0 takes any free port, nothing is served when absent. */
  metricsPort?: number;
}

/** A running App. */
export interface LocalApp {
  port: number;
  metricsPort?: number;
  /** Lets started requests and reconciles end; runs go on when it is opened again. */
  close(): Promise<void>;
}

/** The App with the local engine: engine, GitHub and server are chosen and connected here and nowhere else. */
export async function openLocalApp(options: LocalAppOptions): Promise<LocalApp> {
  const log = openLog(options.logLevel, [options.github.privateKey, ...options.secrets]);
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const engine = await openLocalEngine({
    directory: options.directory,
    mounts: [...options.mounts],
    log: (facts, message) => log.info(facts, message),
  });
  const closers: (() => Promise<void>)[] = [() => engine.close()];
  const close = async () => {
    for (const end of closers.splice(0).toReversed()) await end();
  };
  try {
    const metrics = openMetrics(Date.now);
    const app = await openApp({
      engine,
      github: openGitHub(options.github, log, metrics),
      clock: Date.now,
      log,
      metrics,
      namespace: options.namespace ?? "sluice",
    });
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
    if (options.metricsPort === undefined) return { port: server.port, close };
    const { host, metricsPort } = options;
    const metricsServer = await startMetricsServer({ metrics, port: metricsPort, host, log });
    closers.push(() => metricsServer.close());
    return { port: server.port, metricsPort: metricsServer.port, close };
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
 * Argo engine needs its cluster, for which `clusterChecks` in engine/argo takes what asks the API server.
 */
export async function engineChecks(options: LocalAppOptions): Promise<Check[]> {
  return hostChecks(options);
}

/** One JSON object a line. Everything goes through the mask: a secret in a text is the last thing that may slip. */
function openLog(level: LogLevel, secrets: readonly string[]): Logger {
  const masked = secrets.filter((secret) => secret !== "");
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void process.stdout.write(maskSecrets(line, masked)) },
  );
}
