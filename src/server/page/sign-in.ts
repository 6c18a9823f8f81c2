import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock, UserAuthorization } from "../../app/ports.js";
import { clearCookie, readCookie, setCookie } from "./cookies.js";
import type { Seal } from "./seal.js";

/** Who is signed in. The token never leaves the server but sealed, in the person's own cookie. */
export interface Session {
  id: number;
  login: string;
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export const sessionCookie = "__Host-sluice-session";
export const signInCookie = "__Host-sluice-sign-in";
export const callbackPath = "/sign-in/callback";

/** Whoever is still at GitHub after that begins again. */
const signInMs = 10 * 60_000;
/** Afterwards GitHub is asked again, which takes a second and no password. */
const sessionMs = 4 * 60 * 60_000;

/** An answer that sends the browser on. */
export interface Redirect {
  location: string;
  cookies: string[];
}

export interface SignInParts {
  users: UserAuthorization;
  seal: Seal;
  clock: Clock;
  /** The address of this server, without a path. */
  publicUrl: string;
}

interface Attempt {
  state: string;
  verifier: string;
  to: string;
}

/** Sends the browser to GitHub. State and PKCE verifier are bound to it by a sealed cookie. */
export function beginSignIn({ users, seal, clock, publicUrl }: SignInParts, to: string): Redirect {
  const attempt: Attempt = { state: random(), verifier: random(), to: safeReturn(to) };
  const challenge = createHash("sha256").update(attempt.verifier).digest("base64url");
  const redirectUri = publicUrl + callbackPath;
  const sealed = seal.seal(signInCookie, attempt, clock() + signInMs);
  return {
    location: users.authorizeUrl({ state: attempt.state, challenge, redirectUri }),
    cookies: [setCookie(signInCookie, sealed, signInMs / 1000)],
  };
}

/**
 * Ends what `beginSignIn` began in the same browser; undefined when it did not, or GitHub does not take the code. A
 * session is always a new one: a cookie that was there before is replaced.
 */
export async function finishSignIn(
  { users, seal, clock, publicUrl }: SignInParts,
  query: URLSearchParams,
  cookies: string | undefined,
): Promise<Redirect | undefined> {
  const attempt = seal.open(signInCookie, readCookie(cookies, signInCookie) ?? "", clock()) as
    Attempt | undefined;
  const code = query.get("code") ?? "";
  if (attempt === undefined || !isSame(attempt.state, query.get("state") ?? "")) return undefined;
  if (!/^[\w.-]{1,200}$/.test(code)) return undefined;
  const token = await users.exchange({
    code,
    verifier: attempt.verifier,
    redirectUri: publicUrl + callbackPath,
  });
  const user = token && (await users.user(token.value));
  if (token === undefined || user === undefined) return undefined;
  const life = Math.min(sessionMs, (token.lifeSeconds ?? Number.POSITIVE_INFINITY) * 1000);
  const expiresAt = clock() + life;
  const sealed = seal.seal(
    sessionCookie,
    { ...user, token: token.value, expiresAt } satisfies Session,
    expiresAt,
  );
  return {
    location: safeReturn(attempt.to),
    cookies: [clearCookie(signInCookie), setCookie(sessionCookie, sealed, life / 1000)],
  };
}

/** The session of a request; undefined when there is none that this server sealed and that is still good. */
export function readSession(seal: Seal, cookies: string | undefined, now: number): Session | undefined {
  return seal.open(sessionCookie, readCookie(cookies, sessionCookie) ?? "", now) as Session | undefined;
}

/** Only pages of runs are returned to: nobody else's address, and nothing that acts. */
export function safeReturn(to: string): string {
  return /^\/runs(\/[a-z0-9][a-z0-9.-]{0,252}){2}(\/workflow|\/steps(\/[\w.%-]{1,400})?)?$/.test(to)
    ? to
    : "/";
}

function random(): string {
  return randomBytes(32).toString("base64url");
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
