import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SignIns } from "./sign-ins.js";
import type { Account } from "./account.js";
import { HttpRefusal, type State } from "./state.js";

const codeLifeMs = 10 * 60_000;
const tokenLifeSeconds = 8 * 60 * 60;

export function createSignIns(callbackUrls: string[]): SignIns {
  const clientSecret = randomBytes(20).toString("hex");
  return {
    clientId: "Iv23simulated000000",
    clientSecret,
    callbackUrls,
    codes: new Map(),
    userTokens: new Map(),
  };
}

export function isSignInPath(path: string): boolean {
  return path.startsWith("/login/oauth/");
}

/** GitHub's web flow (docs, "Generating a user access token for a GitHub App"); people choose who they are. */
export async function serveSignIn(
  state: State,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(request.method === "POST" ? await readText(request) : "");
  switch (`${request.method} ${url.pathname}`) {
    case "GET /login/oauth/authorize":
      return choose(state, url, response);
    case "POST /login/oauth/authorize":
      return authorize(state, url, form.get("login") ?? "", response);
    case "POST /login/oauth/access_token":
      return sendJson(response, 200, exchange(state, form));
    default:
      return sendJson(response, 404, { message: "Not Found" });
  }
}

function choose(state: State, url: URL, response: ServerResponse): void {
  if (!isKnown(state, url))
    return sendPage(response, 404, "<h1>The redirect_uri is not associated with this application.</h1>");
  const people = [...state.accounts.values()].filter(({ type }) => type === "User");
  const buttons = people
    .map(({ login }) => `<button name="login" value="${login}">${login}</button>`)
    .join(" ");
  sendPage(response, 200, `<h1>Who are you?</h1><form method="post">${buttons}</form>`);
}

function isKnown({ signIns }: State, { searchParams }: URL): boolean {
  const known = signIns.callbackUrls.includes(searchParams.get("redirect_uri") ?? "");
  return known && searchParams.get("client_id") === signIns.clientId;
}

function authorize(state: State, url: URL, login: string, response: ServerResponse): void {
  const account = state.accounts.get(login.toLowerCase());
  if (!isKnown(state, url) || account === undefined) return sendPage(response, 404, "<h1>Not found</h1>");
  const code = randomBytes(10).toString("hex");
  const query = url.searchParams;
  const redirectUri = query.get("redirect_uri") ?? "";
  const challenge = query.get("code_challenge_method") === "S256" ? (query.get("code_challenge") ?? "") : "";
  state.signIns.codes.set(code, { account, redirectUri, challenge, expiresAt: state.clock() + codeLifeMs });
  const target = new URL(redirectUri);
  target.search = new URLSearchParams({ code, state: query.get("state") ?? "" }).toString();
  response.writeHead(302, { location: target.toString() }).end();
}

/** A code is good once, for ten minutes, and only with the verifier of its challenge. */
function exchange(state: State, form: URLSearchParams): object {
  const { signIns } = state;
  if (form.get("client_id") !== signIns.clientId || form.get("client_secret") !== signIns.clientSecret) {
    return refusal(
      "incorrect_client_credentials",
      "The client_id and/or client_secret passed are incorrect.",
    );
  }
  const text = form.get("code") ?? "";
  const code = signIns.codes.get(text);
  signIns.codes.delete(text);
  const verifier = form.get("code_verifier") ?? "";
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  if (code === undefined || code.expiresAt <= state.clock() || code.challenge !== challenge) {
    return refusal("bad_verification_code", "The code passed is incorrect or expired.");
  }
  if (form.get("redirect_uri") !== code.redirectUri) {
    return refusal(
      "redirect_uri_mismatch",
      "The redirect_uri MUST match the registered callback URL for this application.",
    );
  }
  const token = `ghu_${randomBytes(27).toString("hex").slice(0, 36)}`;
  signIns.userTokens.set(token, {
    account: code.account,
    expiresAt: state.clock() + tokenLifeSeconds * 1000,
  });
  return {
    access_token: token,
    expires_in: tokenLifeSeconds,
    refresh_token: `ghr_${randomBytes(38).toString("hex")}`,
    refresh_token_expires_in: 15_811_200,
    scope: "",
    token_type: "bearer",
  };
}

function refusal(error: string, description: string): object {
  return { error, error_description: description, error_uri: "https://docs.github.com" };
}

/** Whose user access token a request carries; undefined when it carries none of that kind. */
export function userOf(state: State, authorization: string | undefined): Account | undefined {
  const value = /^(?:bearer|token)\s+(ghu_\S+)$/i.exec(authorization ?? "")?.[1];
  if (value === undefined) return undefined;
  const token = state.signIns.userTokens.get(value);
  if (token === undefined || token.expiresAt <= state.clock()) throw new HttpRefusal(401, "Bad credentials");
  return token.account;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

function sendPage(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Simulated GitHub</title><main>${body}</main></html>`,
  );
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 10_000) throw new Error("the form is too large");
  }
  return text;
}
