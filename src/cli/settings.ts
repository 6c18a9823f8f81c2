import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ArgoSettings, ConfigurationSource, LocalAppOptions, LogLevel } from "../compose.js";
import { parseConfiguration, PublicUrl, type Configuration } from "../policy/configuration.js";
import { fixedConfiguration, followConfiguration } from "./follow-configuration.js";

type Environment = Record<string, string | undefined>;

/** A setting that cannot be used; the message names the variable and what it should be. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** True when nothing tells which App this is: `serve` then offers to register one. */
export function lacksCredentials(env: Environment): boolean {
  return !env["APP_ID"] && !env["PRIVATE_KEY"] && !env["PRIVATE_KEY_PATH"];
}

/** What `sluice serve` is told by its environment. Variable names are Probot's where Probot has them. */
export function readSettings(env: Environment): LocalAppOptions {
  const source = openConfiguration(env["SLUICE_CONFIG"]);
  const configuration = source.current();
  return {
    configuration: source,
    directory: resolve(env["SLUICE_DATA"] || "./sluice-data"),
    github: { appId: readAppId(env["APP_ID"]), privateKey: readPrivateKey(env), ...baseUrl(env) },
    secrets: readSecrets(env["WEBHOOK_SECRET"]),
    port: readPort("PORT", env["PORT"] || "3000"),
    ...(env["METRICS_PORT"] ? { metricsPort: readPort("METRICS_PORT", env["METRICS_PORT"]) } : {}),
    host: env["HOST"] || "localhost",
    mounts: configuration.local.mounts,
    isolation: configuration.local.isolation,
    executor: configuration.local.executor,
    reach: configuration.local.reach,
    hidden: [env["PRIVATE_KEY_PATH"], env["SLUICE_CONFIG"], ".env"].flatMap((path) =>
      path ? [resolve(path)] : [],
    ),
    namespace: configuration.namespace,
    ...(configuration.engine === "argo" ? { argo: argoSettings(configuration.argo) } : {}),
    logLevel: readLevel(env["LOG_LEVEL"]),
    ...readPages(env, configuration.publicUrl),
  };
}

/** The run pages need to know who the App is to people who sign in, and the address that GitHub sends them back to. */
function readPages(env: Environment, configured: string | undefined): Pick<LocalAppOptions, "pages"> {
  const clientId = env["CLIENT_ID"] || env["GITHUB_CLIENT_ID"] || "";
  const clientSecret = env["CLIENT_SECRET"] || env["GITHUB_CLIENT_SECRET"] || "";
  const publicUrl = env["PUBLIC_URL"]?.replace(/\/$/, "") || configured;
  if (publicUrl !== undefined && !PublicUrl.safeParse(publicUrl).success) {
    throw new SettingsError(
      "PUBLIC_URL must be an https address without a path, such as https://sluice.example.com",
    );
  }
  if ((clientId === "") !== (clientSecret === "")) {
    throw new SettingsError(
      "CLIENT_ID and CLIENT_SECRET go together: set both, or neither to have no run pages",
    );
  }
  return publicUrl === undefined || clientId === "" ? {} : { pages: { publicUrl, clientId, clientSecret } };
}

/** What is not written in the file is not in the settings either. */
export function argoSettings(argo: Configuration["argo"] = { namespaces: [] }): ArgoSettings {
  const { namespaces, ...rest } = argo;
  const written = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { namespaces, ...(Object.fromEntries(written) as Omit<ArgoSettings, "namespaces">) };
}

function readAppId(text: string | undefined): number {
  if (text !== undefined && /^[1-9]\d*$/.test(text.trim())) return Number(text);
  throw new SettingsError("APP_ID must be the App's number, as its settings page on GitHub shows it");
}

function readPrivateKey(env: Environment): string {
  const path = env["PRIVATE_KEY_PATH"];
  const text = env["PRIVATE_KEY"] || (path ? readFile(path, "PRIVATE_KEY_PATH") : "");
  if (text === "")
    throw new SettingsError("set PRIVATE_KEY, or PRIVATE_KEY_PATH to the .pem file that GitHub gave you");
  const key = text.includes("-----BEGIN")
    ? text.replaceAll("\\n", "\n")
    : Buffer.from(text, "base64").toString("utf8");
  if (/-----BEGIN (RSA )?PRIVATE KEY-----/.test(key)) return key;
  throw new SettingsError("PRIVATE_KEY is no PEM private key: give the whole .pem file, or its base64");
}

function readSecrets(text: string | undefined): string[] {
  const secrets = (text ?? "").split(",").map((secret) => secret.trim());
  if (secrets.some((secret) => secret === "")) {
    throw new SettingsError(
      "WEBHOOK_SECRET is missing: set it to the App's webhook secret (openssl rand -hex 32 makes one)",
    );
  }
  if (secrets.includes("development")) {
    throw new SettingsError(
      'WEBHOOK_SECRET is "development", which everybody knows: choose another and set it on GitHub too',
    );
  }
  return secrets;
}

function readPort(variable: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new SettingsError(`${variable} must be a port number, not "${text}"`);
}

function readLevel(text: string | undefined): LogLevel {
  const level = levels.find((known) => known === (text || "info"));
  if (level !== undefined) return level;
  throw new SettingsError(`LOG_LEVEL must be one of ${levels.join(", ")}`);
}

function baseUrl(env: Environment): { baseUrl?: string } {
  const api = env["GITHUB_API_URL"];
  if (api) {
    if (!URL.canParse(api))
      throw new SettingsError("GITHUB_API_URL must be an address such as https://api.github.com");
    return { baseUrl: api.replace(/\/+$/, "") };
  }
  const host = env["GHE_HOST"];
  return host ? { baseUrl: `${env["GHE_PROTOCOL"] || "https"}://${host}/api/v3` } : {};
}

/** Only what repositories may use changes while the server runs; the rest is taken at its start. */
function openConfiguration(path: string | undefined): ConfigurationSource {
  if (!path) return fixedConfiguration(parseConfiguration("", "defaults"));
  return followConfiguration(path, () => parseConfiguration(readFile(path, "SLUICE_CONFIG"), path));
}

function readFile(path: string, variable: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SettingsError(`${variable}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
