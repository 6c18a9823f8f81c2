import { existsSync } from "node:fs";
import { openLocalApp } from "../compose.js";
import { EngineError } from "../engine/engine.js";
import { ConfigurationError } from "../policy/configuration.js";
import { stopSignal } from "./stop-signal.js";
import { lacksCredentials, readSettings, SettingsError } from "./settings.js";

type Environment = Record<string, string | undefined>;

/** Runs the App until SIGTERM or SIGINT; exit code 2 when it cannot start. A `.env` file in the folder is read first. */
export async function serve(
  env: Environment,
  io: { out: (text: string) => void; err: (text: string) => void },
): Promise<number> {
  try {
    if (existsSync(".env")) process.loadEnvFile(".env");
    if (lacksCredentials(env) && env["NODE_ENV"] !== "production") {
      const { setUp } = await import("./set-up.js");
      return await setUp(env, io);
    }
    const app = await openLocalApp(readSettings(env));
    await stopSignal();
    await app.close();
    return 0;
  } catch (error) {
    if (!isOperatorsFault(error)) throw error;
    io.err(`sluice serve: ${error.message}\n`);
    return 2;
  }
}

function isOperatorsFault(error: unknown): error is Error {
  const known = [SettingsError, ConfigurationError, EngineError].some((each) => error instanceof each);
  return known || hasCode(error, "EADDRINUSE");
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
