import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pino, { type Logger } from "pino";
import { openApp } from "./app/run-loop.js";
import { openLocalEngine } from "./engine/local/local-engine.js";
import { openGitHub, type AppCredentials } from "./github/github.js";
import { maskSecrets } from "./lib/mask-secrets.js";
import { standingOf } from "./report/standing.js";
import { readRun } from "./run/read-run.js";
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
}

/** A running App. */
export interface LocalApp {
  port: number;
  /** Resolves when every run has ended, or waits for people only, and its check says so. */
  settled(): Promise<void>;
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
    });
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
    const settled = async () => {
      const busy = async () => {
        await app.idle();
        const runs = await engine.list({ unfinished: true });
        return runs.some((workflow) => standingOf(readRun(workflow)).state !== "waiting");
      };
      while (await busy()) await sleep(200);
    };
    return { port: server.port, settled, close };
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
