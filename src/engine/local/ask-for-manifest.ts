import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { lookupWithin, type Reach } from "./reach.js";

export interface Question {
  url: string;
  method?: string;
  headers?: readonly { name: string; value?: string }[];
  body?: string;
  signal: AbortSignal;
}

export interface Answer {
  /** Where the last redirect led. */
  url: URL;
  status: number;
  /** Names in lower case. */
  headers: { name: string; value: string }[];
  /** Must be read or destroyed. */
  body: Readable;
}

/** As many as Go's client follows. */
const mostRedirects = 10;
/** Of the connection, and not a manifest's to set; Go's client, with which Argo asks, drops them or sets them itself. */
const ofConnection: ReadonlySet<string> = new Set(
  "host content-length transfer-encoding trailer te connection keep-alive upgrade expect proxy-connection".split(
    " ",
  ),
);
/** What goes on to another origin after a redirect: others may be credentials, whatever their name. */
const harmless: ReadonlySet<string> = new Set(["accept", "accept-language", "content-type", "user-agent"]);

/**
 * Asks by http or https what a manifest wants to be asked, with nothing of the server's: no proxy, no credentials, no
 * cookies, each time a connection of its own, and within `reach`, redirects too. They lead from http to https, never
 * back nor anywhere else, and take no header but harmless ones to another origin.
 */
export async function askForManifest(question: Question, reach: Reach): Promise<Answer> {
  let url = addressOf(question.url);
  let method = (question.method ?? "GET").toUpperCase();
  let headers = (question.headers ?? []).filter(({ name }) => !ofConnection.has(name.toLowerCase()));
  let body = question.body ?? "";
  for (let redirects = 0; ; redirects += 1) {
    const message = await send({ url, method, headers, body, signal: question.signal }, reach);
    const { statusCode: status = 0 } = message;
    const next = message.headers.location;
    if (![301, 302, 303, 307, 308].includes(status) || next === undefined)
      return answerOf(url, status, message);
    message.destroy();
    if (redirects === mostRedirects) throw new Error(`stopped after ${mostRedirects} redirects`);
    const target = redirectTarget(next, url);
    if (target.origin !== url.origin)
      headers = headers.filter(({ name }) => harmless.has(name.toLowerCase()));
    if (status === 303 ? method !== "HEAD" : status < 303 && method === "POST") {
      method = "GET";
      body = "";
    }
    url = target;
  }
}

/** Where a redirect leads. Throws where it must not. */
export function redirectTarget(location: string, from: URL): URL {
  const target = addressOf(location, from);
  if (from.protocol === "https:" && target.protocol !== "https:")
    throw new Error("a redirect leads from https to http");
  return target;
}

function addressOf(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new Error("this is no URL");
  const url = new URL(text, base);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(`${url.protocol} is no scheme that the engine asks by`);
  if (url.username !== "" || url.password !== "")
    throw new Error("a URL must hold no user and password: give a header");
  return url;
}

function send(
  { url, method, headers, body, signal }: Required<Omit<Question, "url">> & { url: URL },
  reach: Reach,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === "https:";
    const request = (isSecure ? requestHttps : requestHttp)(url, {
      method,
      signal,
      lookup: lookupWithin(url, reach),
      // The global agents may be told of a proxy, and keep connections.
      agent: isSecure ? new HttpsAgent() : new HttpAgent(),
    });
    request.once("error", reject);
    request.once("response", (message) => {
      request.on("error", (error) => message.destroy(error));
      resolve(message);
    });
    request.setHeader("accept", "*/*");
    request.setHeader("user-agent", "sluice");
    request.setHeader("accept-encoding", "gzip");
    try {
      for (const { name, value = "" } of headers) request.setHeader(name, value);
      request.end(body);
    } catch (error) {
      request.destroy(error as Error);
    }
  });
}

function answerOf(url: URL, status: number, message: IncomingMessage): Answer {
  const isPacked = message.headers["content-encoding"] === "gzip" && status !== 204 && status !== 304;
  const headers = Object.entries(message.headers).map(([name, value]) => ({
    name,
    value: [value].flat().join(", "),
  }));
  if (!isPacked) return { url, status, headers, body: message };
  const body = createGunzip();
  message.once("error", (error) => body.destroy(error));
  message.once("aborted", () => body.destroy(new Error("the answer was cut off")));
  body.once("close", () => message.destroy());
  return { url, status, headers, body: message.pipe(body) };
}

/** What went wrong, in the words of who knows it first. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : String(cause);
}
