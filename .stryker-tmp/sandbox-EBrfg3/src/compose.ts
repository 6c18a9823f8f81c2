import { mkdirSync } from "node:fs";
import pino, { type Logger } from "pino";
import type { Log } from "./app/ports.js";
import { openApp } from "./app/run-loop.js";
import { openLocalEngine } from "./engine/local/local-engine.js";
import { openGitHub, type AppCredentials } from "./github/github.js";
import { maskSecrets } from "./lib/mask-secrets.js";
import { configurationFor, noPolicy, type Configuration } from "./policy/configuration.js";
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
  /** The server's configuration as it is now; by default it gives nothing to any repository. */
  configuration?: ConfigurationSource;
}

/** The configuration, read again when it changes. */
export interface ConfigurationSource {
  current(): Configuration;
  /** Begins to look for changes and tells of them in the log; answers with how to end that. */
  follow(log: Pick<Log, "info" | "error">): () => void;
}

/** A running App. */
export interface LocalApp {
  port: number;
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
    const app = await openApp({
      engine,
      github: openGitHub(options.github, log),
      clock: Date.now,
      log,
      namespace: options.namespace ?? "sluice",
      policyOf: (slug) => {
        const configuration = options.configuration?.current();
        return configuration === undefined ? noPolicy : configurationFor(configuration, slug);
      },
    });
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
    });
    closers.push(() => server.close());
    log.info({ port: server.port, host: options.host }, "listening");
    return { port: server.port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One JSON object a line. Everything goes through the mask: a secret in a text is the last thing that may slip. */
function openLog(level: LogLevel, secrets: readonly string[]): Logger {
  const masked = secrets.filter((secret) => secret !== "");
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void process.stdout.write(maskSecrets(line, masked)) },
  );
}
