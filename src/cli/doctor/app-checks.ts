import type { AppStatus } from "../../compose.js";
import { fail, ok, warn, type Check, type Finding } from "../../lib/check-up.js";
import { missingEvents, missingPermissions, surplusPermissions, type Wanted } from "./wanted.js";

type WhoAmI = Awaited<ReturnType<AppStatus["whoAmI"]>>;
export type RegisteredApp = NonNullable<WhoAmI["app"]>;
type Refusal = NonNullable<WhoAmI["refusal"]>;

export interface AppCheckOptions {
  status: AppStatus;
  appId: number;
  /** Address of the REST API. */
  api: string;
  wanted: Wanted;
  clock: () => number;
}

const smallSkewMs = 30_000;
/** GitHub refuses a JWT from more than a minute in the future; tokens and waits are reckoned with our clock. */
const largeSkewMs = 60_000;

/**
 * Asks GitHub who the credentials are; the checks tell what came of it. The App is undefined when GitHub does not take
 * them: nothing else can be asked then.
 */
export async function identify(
  options: AppCheckOptions,
): Promise<{ checks: Check[]; app: RegisteredApp | undefined }> {
  const { status, clock } = options;
  const asked = clock();
  const { date, app, refusal } = await status.whoAmI();
  const answered = clock();
  const checks: Check[] = [
    {
      name: "credentials",
      run: async () =>
        app === undefined
          ? explainRefusal(options, refusal ?? { kind: "unreachable", message: "no answer" })
          : ok(`App ${options.appId} is ${app.slug}`),
    },
  ];
  if (date !== undefined)
    checks.push({ name: "clock", run: async () => checkClock((asked + answered) / 2 - date) });
  return { checks, app };
}

function explainRefusal({ api, appId }: AppCheckOptions, refusal: Refusal): Finding {
  const { message } = refusal;
  const newKey = "generate a private key on the App's settings page and set PRIVATE_KEY_PATH to its file";
  if (refusal.kind === "unusable") return fail(`PRIVATE_KEY cannot be used to sign: ${message}`, newKey);
  if (refusal.kind === "unreachable") {
    const mend = `curl -sS ${api}/meta shows whether this machine reaches it; else set GHE_HOST or GITHUB_API_URL`;
    return fail(`${api} does not answer: ${message}`, mend);
  }
  if (refusal.status === 404)
    return fail(`GitHub knows no App ${appId}`, "set APP_ID to the number on the App's settings page");
  if (refusal.status === 401)
    return fail(`GitHub does not take this key for App ${appId}: ${message}`, newKey);
  return fail(
    `GitHub answered ${refusal.status}: ${message}`,
    "try again; https://www.githubstatus.com tells of outages",
  );
}

function checkClock(skewMs: number): Finding {
  const text = `this clock is ${(Math.abs(skewMs) / 1000).toFixed(0)} s ${skewMs < 0 ? "behind" : "ahead of"} GitHub's`;
  const mend = "timedatectl set-ntp true (in a container: on its host)";
  if (Math.abs(skewMs) > largeSkewMs) return fail(text, mend);
  return Math.abs(skewMs) > smallSkewMs ? warn(text, mend) : ok(text);
}

export function registrationChecks({ wanted }: AppCheckOptions, app: RegisteredApp): Check[] {
  return [
    {
      name: "permissions",
      async run() {
        const missing = missingPermissions(app.permissions, wanted.permissions);
        const surplus = surplusPermissions(app.permissions, wanted.permissions);
        const page = `${app.settingsUrl}/permissions`;
        if (missing.length > 0) return fail(`the App lacks ${missing.join(", ")}`, `grant them at ${page}`);
        if (surplus.length > 0)
          return warn(
            `the App has more than app.yml asks for: ${surplus.join(", ")}`,
            `take it back at ${page}, unless sluice.dev/token-permissions of your manifests ask for it`,
          );
        return ok(wanted.permissions.map(([name, level]) => `${name}: ${level}`).join(", "));
      },
    },
    {
      name: "events",
      async run() {
        const missing = missingEvents(app.events, wanted.events);
        if (missing.length === 0) return ok(wanted.events.join(", "));
        return fail(
          `the App is not told of ${missing.join(", ")}`,
          `tick them at ${app.settingsUrl}/permissions, under "Subscribe to events"`,
        );
      },
    },
  ];
}

export function installationCheck({ status, wanted }: AppCheckOptions, app: RegisteredApp): Check {
  return {
    name: "installations",
    async run() {
      const installations = await status.installations();
      if (installations.length === 0)
        return warn("the App is installed nowhere", `install it at ${app.installUrl}`);
      const reached: string[] = [];
      for (const { id, account, htmlUrl, suspended, permissions } of installations) {
        if (suspended)
          return warn(`the installation on ${account} is suspended`, `unsuspend it at ${htmlUrl}`);
        const missing = missingPermissions(permissions, wanted.permissions);
        if (missing.length > 0) {
          const detail = `${account} has not accepted ${missing.join(", ")}`;
          return fail(detail, `an owner accepts the new permissions at ${htmlUrl}`);
        }
        const count = await status.reach(id);
        if (count === 0)
          return warn(`the installation on ${account} has no repository`, `add some at ${htmlUrl}`);
        reached.push(`${account} (${count} ${count === 1 ? "repository" : "repositories"})`);
      }
      return ok(reached.join(", "));
    },
  };
}
