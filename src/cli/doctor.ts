import { existsSync } from "node:fs";
import { appStatusOf, engineChecks, userAuthorizationOf, type LocalAppOptions } from "../compose.js";
import { fail, ok, runChecks, type Check, type NamedFinding } from "../lib/check-up.js";
import { ConfigurationError } from "../policy/configuration.js";
import { identify, installationCheck, registrationChecks } from "./doctor/app-checks.js";
import { signInCheck } from "./doctor/sign-in-check.js";
import { readWanted } from "./doctor/wanted.js";
import { webhookChecks } from "./doctor/webhook-checks.js";
import { readSettings, SettingsError } from "./settings.js";

type Environment = Record<string, string | undefined>;

/**
 * Looks at everything that `sluice serve` needs, with the same settings, and says what mends what is wrong. It writes
 * nothing but a probe file in the data folder. Exit code 0, or 1 when something is wrong.
 */
export async function doctor(
  env: Environment,
  options: { json: boolean },
  out: (text: string) => void,
  clock: () => number = Date.now,
): Promise<number> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const print = (finding: NamedFinding) => out(options.json ? "" : toText(finding));
  const findings: NamedFinding[] = [];
  const look = async (checks: readonly Check[]) => void findings.push(...(await runChecks(checks, print)));

  const settings = trySettings(env);
  await look([settings.check]);
  if (settings.options !== undefined) {
    await lookAtGitHub(settings.options, clock, look);
    await look(await tryEngine(settings.options));
  }
  const isWell = findings.every(({ state }) => state !== "fail");
  if (options.json) out(`${JSON.stringify({ ok: isWell, checks: findings }, null, 2)}\n`);
  return isWell ? 0 : 1;
}

function trySettings(env: Environment): { check: Check; options?: LocalAppOptions } {
  try {
    const options = readSettings(env);
    const at = options.github.baseUrl ?? "https://api.github.com";
    const detail = `App ${options.github.appId} at ${at}, namespace ${options.namespace ?? "sluice"}`;
    return { check: { name: "settings", run: async () => ok(detail) }, options };
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof ConfigurationError)) throw error;
    const mend = "set it in the environment or in .env; README, Operating, lists all settings";
    return { check: { name: "settings", run: async () => fail(error.message, mend) } };
  }
}

/** An engine that cannot even be asked, such as one whose kubeconfig names no cluster, is a finding too. */
async function tryEngine(options: LocalAppOptions): Promise<Check[]> {
  try {
    return await engineChecks(options);
  } catch (error) {
    return [{ name: "engine", run: () => Promise.reject(error) }];
  }
}

async function lookAtGitHub(
  options: LocalAppOptions,
  clock: () => number,
  look: (checks: readonly Check[]) => Promise<void>,
): Promise<void> {
  const { github } = options;
  const parts = {
    status: appStatusOf(github),
    appId: github.appId,
    api: github.baseUrl ?? "https://api.github.com",
    wanted: readWanted(),
    clock,
  };
  const { checks, app } = await identify(parts);
  await look(checks);
  if (app === undefined) return;
  await look([
    ...registrationChecks(parts, app),
    installationCheck(parts, app),
    ...webhookChecks(parts.status, app),
    ...(typeof options.pages === "object"
      ? [signInCheck(options.pages, app, userAuthorizationOf(options.pages, github))]
      : []),
  ]);
}

function toText({ name, state, detail, mend }: NamedFinding): string {
  const first = `${state.padEnd(5)} ${name.padEnd(14)} ${detail}\n`;
  return mend === undefined ? first : `${first}${" ".repeat(21)}to mend: ${mend}\n`;
}
