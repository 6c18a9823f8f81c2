import { GitHubError, type UserAuthorization, type UserToken } from "../app/ports.js";

export interface AppClient {
  clientId: string;
  clientSecret: string;
  /** Address of the REST API; GitHub's own when absent. */
  baseUrl?: string;
}

const gitHubApi = "https://api.github.com";
const patienceMs = 8000;

/**
 * The App's user authorization (GitHub docs, "Generating a user access token for a GitHub App", web flow). Nothing that
 * is thrown holds a token, a code or a secret.
 */
export function openUserAuthorization(client: AppClient): UserAuthorization {
  const api = client.baseUrl ?? gitHubApi;
  const web = webAddress(api);
  const asApp = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64");
  return {
    authorizeUrl: ({ state, challenge, redirectUri }) =>
      authorizeUrl(web, client.clientId, { state, challenge, redirectUri }),
    exchange: ({ code, verifier, redirectUri }) => exchange(web, client, { code, verifier, redirectUri }),
    async user(token) {
      const response = await askAs(token, "read who signed in", `${api}/user`);
      if (response.status === 401) return undefined;
      const { id, login } = (await readJson(response, "read who signed in")) as {
        id?: unknown;
        login?: unknown;
      };
      if (typeof id !== "number" || typeof login !== "string")
        throw unexpected("read who signed in", response.status);
      return { id, login };
    },
    mayRead: (token, repositoryId) => mayRead(api, token, repositoryId),
    async revoke(token) {
      await request("revoke a token", `${api}/applications/${encodeURIComponent(client.clientId)}/token`, {
        method: "DELETE",
        headers: { authorization: `Basic ${asApp}`, "content-type": "application/json" },
        body: JSON.stringify({ access_token: token }),
      });
    },
  };
}

/** Where people sign in to the GitHub of an API address: github.com, a GHES host, or a ghe.com tenant. */
export function webAddress(api: string): string {
  const url = new URL(api);
  if (url.hostname.startsWith("api.") && /\.(github\.com|ghe\.com)$/.test(url.hostname)) {
    return `${url.protocol}//${url.host.slice("api.".length)}`;
  }
  return url.origin;
}

function authorizeUrl(
  web: string,
  clientId: string,
  { state, challenge, redirectUri }: Parameters<UserAuthorization["authorizeUrl"]>[0],
): string {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
    allow_signup: "false",
  });
  return `${web}/login/oauth/authorize?${query.toString()}`;
}

async function exchange(
  web: string,
  { clientId, clientSecret }: AppClient,
  { code, verifier, redirectUri }: Parameters<UserAuthorization["exchange"]>[0],
): Promise<UserToken | undefined> {
  const response = await request("exchange a sign-in code", `${web}/login/oauth/access_token`, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  // A code that is not taken is answered 200 too.
  const answer = (await readJson(response, "exchange a sign-in code")) as Record<string, unknown>;
  const { access_token: value, expires_in: life, error } = answer;
  if (typeof value === "string" && value !== "")
    return { value, lifeSeconds: typeof life === "number" ? life : undefined };
  if (error === "bad_verification_code") return undefined;
  // The App's settings are wrong, not the person: the operator must learn which.
  const named = typeof error === "string" && /^[a-z_]{1,60}$/.test(error) ? error : "no token";
  throw new GitHubError(`failed to exchange a sign-in code: ${named}`, {
    status: response.status,
    retryable: false,
  });
}

/**
 * A user access token of an App reaches what both the person and the App reach, and what is public. 404 is GitHub's
 * answer for what is hidden; 403 that an organization's sign-on or address rules forbid it.
 */
async function mayRead(api: string, token: string, repositoryId: number): Promise<boolean | "signed-out"> {
  const what = "read whether a person may read a repository";
  const response = await askAs(token, what, `${api}/repositories/${repositoryId}`);
  const { status, headers } = response;
  if (status === 401) return "signed-out";
  const limited = headers.get("x-ratelimit-remaining") === "0" || headers.has("retry-after");
  if (status === 429 || status >= 500 || (status === 403 && limited)) throw unexpected(what, status);
  if (status !== 200) return false;
  const { id, permissions } = (await readJson(response, what)) as {
    id?: unknown;
    permissions?: { pull?: unknown };
  };
  return id === repositoryId && permissions?.pull === true;
}

function askAs(token: string, what: string, url: string): Promise<Response> {
  return request(what, url, {
    headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
  });
}

async function request(what: string, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, {
      ...init,
      headers: { "user-agent": "sluice", ...(init.headers as Record<string, string>) },
      redirect: "manual",
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch (cause) {
    throw new GitHubError(`failed to ${what}: no answer`, { cause, retryable: true });
  }
}

async function readJson(response: Response, what: string): Promise<unknown> {
  if (!response.ok) throw unexpected(what, response.status);
  try {
    const value: unknown = await response.json();
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // As if it were none: what came may hold anything.
  }
  throw unexpected(what, response.status);
}

function unexpected(what: string, status: number): GitHubError {
  return new GitHubError(`failed to ${what}: HTTP ${status}`, { status, retryable: status !== 401 });
}
