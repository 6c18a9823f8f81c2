import type { PagesSettings } from "../../compose.js";
import type { UserAuthorization } from "../../app/ports.js";
import { fail, ok, type Check, type Finding } from "../../lib/check-up.js";
import type { RegisteredApp } from "./app-checks.js";

/**
 * Whether people can sign in to the run pages. A code that nobody got shows whether GitHub takes the client secret;
 * the callback URL no API tells.
 */
export function signInCheck(
  pages: Exclude<PagesSettings, "localhost">,
  app: RegisteredApp,
  users: Pick<UserAuthorization, "exchange">,
): Check {
  const callback = `${pages.publicUrl}/sign-in/callback`;
  return { name: "sign-in", run: () => look(pages, app, users, callback) };
}

async function look(
  { clientId }: Exclude<PagesSettings, "localhost">,
  app: RegisteredApp,
  users: Pick<UserAuthorization, "exchange">,
  callback: string,
): Promise<Finding> {
  if (app.clientId !== undefined && app.clientId !== clientId) {
    return fail(`CLIENT_ID is another App's than ${app.slug}`, `set CLIENT_ID to ${app.clientId}`);
  }
  try {
    await users.exchange({ code: "no-code-of-anybody", verifier: "none", redirectUri: callback });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.includes("redirect_uri_mismatch")) {
      return fail(
        "the App does not know this server's callback URL",
        `add ${callback} at ${app.settingsUrl}`,
      );
    }
    return fail(message, `generate a client secret at ${app.settingsUrl} and set CLIENT_SECRET to it`);
  }
  return ok(`GitHub takes the client secret; the App's callback URL must be ${callback}`);
}
