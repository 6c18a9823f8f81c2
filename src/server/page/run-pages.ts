import type { IncomingMessage, ServerResponse } from "node:http";
import { GitHubError } from "../../app/ports.js";
import { EngineError, type RunKey } from "../../engine/engine.js";
import { readAssets } from "./assets.js";
import { clearCookie } from "./cookies.js";
import { openDoor } from "./door.js";
import { securityHeaders } from "./headers.js";
import { openLogFeeds, TooManyLogsError } from "./log-feeds.js";
import type { RunPagesOptions } from "./options.js";
import { parseRoute } from "./route.js";
import { answerRoute, type Showing } from "./show-run.js";
import { sessionCookie, type Session } from "./sign-in.js";
import { openSnapshots, type Snapshot } from "./snapshots.js";
import { openStreams } from "./streams.js";
import { html } from "./view/html.js";
import { renderMessage } from "./view/document.js";

/** The pages of runs, and the way to sign in to them. */
export interface RunPages {
  /** Answers what is addressed to the pages; false for any other path, of which nothing was answered. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  close(): Promise<void>;
}

/** Pages that are made at one time; more are asked to come again. */
const mostAtOnce = 64;

export function openRunPages(options: RunPagesOptions): RunPages {
  const { engine, gatesOf, maskOf, clock, log, publicUrl } = options;
  const headers = securityHeaders(publicUrl.startsWith("https:"));
  const assets = readAssets();
  const snapshots = openSnapshots({ engine, gatesOf, maskOf, clock });
  const feeds = openLogFeeds(engine);
  const streams = openStreams(headers);
  const door = openDoor(options);
  let busy = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = parseUrl(request.url);
    if (url === undefined || !isOurs(url.pathname)) return false;
    const { send, redirect } = answering(response, headers);
    if (!door.isWelcome(request))
      return send(403, renderMessage("Not here", html`<p>This page is for localhost only.</p>`));
    const asset = assets.get(url.pathname);
    if (asset !== undefined) return sendAsset(request, response, asset, headers);
    const acts = url.pathname === "/sign-out" ? "POST" : "GET";
    if (request.method !== acts)
      return send(405, renderMessage("Not so", html`<p>This address takes ${acts} only.</p>`));
    if (busy >= mostAtOnce)
      return send(
        503,
        renderMessage("Busy", html`<p>Too many pages are asked for. Try again in a moment.</p>`),
      );
    busy += 1;
    try {
      const signing = await door.answer(request, url);
      if (signing === undefined) return await answerRun(request, response, url);
      return "location" in signing
        ? redirect(signing.location, signing.cookies)
        : send(signing.status, signing.text, signing.cookies);
    } catch (error) {
      return send(
        503,
        renderMessage("Out of reach", html`<p>${excuse(error, log)} Try again in a moment.</p>`),
      );
    } finally {
      busy -= 1;
    }
  }

  async function answerRun(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const { send, redirect } = answering(response, headers);
    const route = parseRoute(url);
    const session = door.session(request);
    if (session === undefined) {
      if (route?.live === true) return send(401, "");
      return redirect(`/sign-in?${new URLSearchParams({ to: url.pathname }).toString()}`, []);
    }
    const viewer = session === "localhost" ? undefined : { login: session.login };
    const found = route && (await lookUp(session, route.key));
    if (found === "signed-out") {
      if (route?.live === true) return send(401, "");
      return redirect(`/sign-in?${new URLSearchParams({ to: url.pathname }).toString()}`, [
        clearCookie(sessionCookie),
      ]);
    }
    if (found === undefined || route === undefined)
      return send(404, renderMessage("No such page", notFound, viewer));
    const isAllowed = async () => {
      const now = door.session(request);
      return now !== undefined && typeof (await lookUp(now, route.key)) === "object";
    };
    const who = session === "localhost" ? "localhost" : String(session.id);
    const showing: Showing = { ...found, route, viewer, who, isAllowed, snapshots, feeds, streams, clock };
    return answerRoute(showing, request, response, headers);
  }

  /** A run that is not there and one that may not be seen take the same way and look the same. */
  async function lookUp(
    session: Session | "localhost",
    key: RunKey,
  ): Promise<{ snapshot: Snapshot } | "signed-out" | undefined> {
    const snapshot = await snapshots.read(key);
    const verdict = await door.access(session, snapshot?.run.facts?.repositoryId ?? 0);
    if (verdict === "signed-out") return verdict;
    return verdict === "allowed" && snapshot !== undefined ? { snapshot } : undefined;
  }

  return {
    answer,
    async close() {
      streams.close();
      feeds.close();
      await snapshots.close();
    },
  };
}

const notFound = html`<p>
  There is no such run, or you may not see it: a run is shown to those who may read its repository on GitHub.
</p>`;

function excuse(error: unknown, log: RunPagesOptions["log"]): string {
  if (error instanceof TooManyLogsError) return "Too many logs are being read.";
  log.warn({ err: error }, "failed to answer for a page");
  if (error instanceof GitHubError) return "GitHub could not be asked whether you may see this.";
  if (error instanceof EngineError) return "The engine could not be asked.";
  log.error({ err: error }, "failed to make a page");
  return "Something went wrong here.";
}

interface Answering {
  send: (status: number, text: string, cookies?: readonly string[]) => true;
  redirect: (location: string, cookies: readonly string[]) => true;
}

function answering(response: ServerResponse, headers: Record<string, string>): Answering {
  const withCookies = (cookies: readonly string[]) =>
    cookies.length === 0 ? {} : { "set-cookie": [...cookies] };
  return {
    send(status, text, cookies = []) {
      if (response.headersSent) return true;
      const retry = status === 503 ? { "retry-after": "5" } : {};
      response.writeHead(status, {
        ...headers,
        ...retry,
        ...withCookies(cookies),
        "content-type": "text/html; charset=utf-8",
      });
      response.end(text);
      return true;
    },
    redirect(location, cookies) {
      response.writeHead(303, { ...headers, ...withCookies(cookies), location }).end();
      return true;
    },
  };
}

function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  { type, text, etag }: { type: string; text: string; etag: string },
  headers: Record<string, string>,
): true {
  const known = request.headers["if-none-match"] === etag;
  response.writeHead(known ? 304 : 200, {
    ...headers,
    "cache-control": "no-cache",
    etag,
    "content-type": type,
  });
  response.end(known ? undefined : text);
  return true;
}

function parseUrl(text: string | undefined): URL | undefined {
  const address = `http://localhost${text ?? "/"}`;
  return (text ?? "").startsWith("/") && (text ?? "").length < 4000 && URL.canParse(address)
    ? new URL(address)
    : undefined;
}

function isOurs(path: string): boolean {
  return /^\/(runs|sign-in|assets)(\/|$)|^\/(sign-out|signed-out)?$/.test(path);
}
