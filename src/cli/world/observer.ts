import { createSign } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** A check run as GitHub's REST API returns it; only what the observer looks at. */
export interface ObservedCheck {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  output: { title: string | null; summary: string | null };
}

/** Sees the world only through GitHub's REST API, with a read-only installation token of its own. */
export interface Observer {
  /** The newest check run of this name on the commit. */
  check(sha: string, name: string): Promise<ObservedCheck | undefined>;
  /** Polls until the newest check run satisfies the condition; throws after the time, saying what it saw last. */
  until(
    sha: string,
    name: string,
    what: string,
    condition: (check: ObservedCheck) => boolean,
  ): Promise<ObservedCheck>;
}

export async function openObserver(options: {
  url: string;
  appId: number;
  privateKey: string;
  repository: string;
  timeoutMs?: number;
}): Promise<Observer> {
  const token = await installationToken(options);
  const timeoutMs = options.timeoutMs ?? 45_000;

  async function check(sha: string, name: string): Promise<ObservedCheck | undefined> {
    const query = `check_name=${encodeURIComponent(name)}&filter=latest`;
    const answer = await get(
      `${options.url}/repos/${options.repository}/commits/${sha}/check-runs?${query}`,
      token,
    );
    const runs = (answer as { check_runs: ObservedCheck[] }).check_runs;
    return runs.toSorted((a, b) => b.id - a.id)[0];
  }

  async function until(
    sha: string,
    name: string,
    what: string,
    condition: (check: ObservedCheck) => boolean,
  ): Promise<ObservedCheck> {
    const end = Date.now() + timeoutMs;
    let seen: ObservedCheck | undefined;
    while (Date.now() < end) {
      seen = await check(sha, name);
      if (seen !== undefined && condition(seen)) return seen;
      await sleep(250);
    }
    throw new Error(`gave up waiting for ${what}; the check says: ${JSON.stringify(seen ?? "no check run")}`);
  }
  return { check, until };
}

async function installationToken(options: {
  url: string;
  appId: number;
  privateKey: string;
  repository: string;
}): Promise<string> {
  const jwt = appJwt(options.appId, options.privateKey);
  const installation = (await get(`${options.url}/repos/${options.repository}/installation`, jwt)) as {
    id: number;
  };
  const response = await fetch(`${options.url}/app/installations/${installation.id}/access_tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${jwt}`, "content-type": "application/json" },
    body: JSON.stringify({ permissions: { checks: "read", pull_requests: "read" } }),
  });
  if (!response.ok) throw new Error(`failed to get a token to observe with: HTTP ${response.status}`);
  return ((await response.json()) as { token: string }).token;
}

async function get(url: string, token: string): Promise<unknown> {
  const read = () => fetch(url, { headers: { authorization: `Bearer ${token}` } });
  // A connection that was kept may be closed by the other side just as it is used again.
  const response = await read().catch(read);
  if (!response.ok)
    throw new Error(`failed to read ${url}: HTTP ${response.status} ${await response.text()}`);
  return response.json();
}

function appJwt(appId: number, privateKey: string): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iat: now - 30, exp: now + 300, iss: String(appId) })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(privateKey, "base64url")}`;
}
