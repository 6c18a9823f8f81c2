import { sign } from "@octokit/webhooks-methods";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { openLocalApp } from "../compose.js";
import { ConfigurationError } from "../policy/configuration.js";
import { readSettings, SettingsError } from "./settings.js";

type Environment = Record<string, string | undefined>;

/**
 * `sluice receive`: one delivery against the App as `serve` would run it, in this process, through the same door: it
 * is signed and posted. Ends when the runs have ended or wait for people; `serve` goes on with those. Exit code 0 when
 * it was taken, 1 when it was refused, 2 when the App cannot start.
 */
export async function receive(
  given: { event: string; payload: string },
  env: Environment,
  io: { out: (text: string) => void; err: (text: string) => void },
): Promise<number> {
  try {
    if (existsSync(".env")) process.loadEnvFile(".env");
    const body = await readFile(given.payload, "utf8");
    const settings = readSettings(env);
    const app = await openLocalApp({ ...settings, port: 0, host: "127.0.0.1" });
    try {
      const { status, text } = await post(app.port, given.event, body, settings.secrets[0] ?? "");
      io.out(`${status} ${text.trim()}\n`);
      await app.settled();
      return status < 300 ? 0 : 1;
    } finally {
      await app.close();
    }
  } catch (error) {
    const expected =
      error instanceof SettingsError ||
      error instanceof ConfigurationError ||
      (error instanceof Error && "code" in error);
    if (!expected) throw error;
    io.err(`sluice receive: ${error.message}\n`);
    return 2;
  }
}

async function post(
  port: number,
  event: string,
  body: string,
  secret: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/api/github/webhooks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": await sign(secret, body),
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}
