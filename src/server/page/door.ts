import type { IncomingMessage } from "node:http";
import { openAccess, type Verdict } from "./access.js";
import { clearCookie } from "./cookies.js";
import type { RunPagesOptions } from "./options.js";
import { openSeal } from "./seal.js";
import {
  beginSignIn,
  callbackPath,
  finishSignIn,
  readSession,
  sessionCookie,
  type Redirect,
  type Session,
} from "./sign-in.js";
import { renderMessage } from "./view/document.js";
import { html } from "./view/html.js";

/** Who comes in: by signing in with GitHub, or only from this machine. */
export interface Door {
  /** Whether the request may be answered at all. */
  isWelcome(request: IncomingMessage): boolean;
  session(request: IncomingMessage): Session | "localhost" | undefined;
  access(session: Session | "localhost", repositoryId: number): Promise<Verdict>;
  /** What is about signing in and out is answered here; undefined for any other path. */
  answer(request: IncomingMessage, url: URL): Promise<Redirect | Said | undefined>;
}
export interface Said {
  status: number;
  text: string;
  cookies: string[];
}

export function openDoor({ signIn, publicUrl, clock, log }: RunPagesOptions): Door {
  if (signIn === "localhost") return localDoor;
  const { users, secret } = signIn;
  const seal = openSeal(secret);
  const access = openAccess(users, clock);
  const parts = { users, seal, clock, publicUrl };
  const session = (request: IncomingMessage) => readSession(seal, request.headers.cookie, clock());

  async function signOut(request: IncomingMessage): Promise<Redirect | Said> {
    // Another site could sign people out otherwise.
    if (!isFromHere(request, publicUrl)) {
      return say(403, "Not from there", html`<p>Sign out from a page of this site.</p>`);
    }
    const present = session(request);
    if (present !== undefined) {
      await users
        .revoke(present.token)
        .catch((error: unknown) => log.warn({ err: error }, "failed to revoke a token"));
      access.forget(present);
    }
    return { location: "/signed-out", cookies: [clearCookie(sessionCookie)] };
  }

  return {
    isWelcome: () => true,
    session,
    access: (present, repositoryId) =>
      present === "localhost" ? Promise.resolve("hidden") : access.of(present, repositoryId),
    async answer(request, url) {
      switch (url.pathname) {
        case "/":
          return say(200, "Sluice", html`<p>Open a run from its check on GitHub: "Details".</p>`);
        case "/sign-in":
          return beginSignIn(parts, url.searchParams.get("to") ?? "/");
        case callbackPath: {
          const finished = await finishSignIn(parts, url.searchParams, request.headers.cookie);
          return finished ?? say(400, "Not signed in", again);
        }
        case "/sign-out":
          return signOut(request);
        case "/signed-out":
          return say(
            200,
            "Signed out",
            html`<p>You are signed out here, and Sluice has given your GitHub token back.</p>`,
          );
        default:
          return undefined;
      }
    },
  };
}

/** Under our referrer policy browsers send no Origin that says anything, but where the request comes from. */
function isFromHere({ headers }: IncomingMessage, publicUrl: string): boolean {
  const site = headers["sec-fetch-site"];
  return site === undefined ? headers.origin === publicUrl : site === "same-origin";
}

const again = html`<p>
  GitHub's answer does not belong to this browser, or came too late. Open the run from its check on GitHub
  once more, or <a href="/sign-in">sign in</a>.
</p>`;

/** Nobody signs in. A host name that was rebound to this machine must not read here. */
const localDoor: Door = {
  isWelcome: (request) => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? ""),
  session: () => "localhost",
  access: () => Promise.resolve("allowed"),
  answer: () => Promise.resolve(undefined),
};

function say(status: number, heading: string, text: ReturnType<typeof html>): Said {
  return { status, text: renderMessage(heading, text), cookies: [] };
}
