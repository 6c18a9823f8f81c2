import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isGitPath, serveGit } from "./git-http.js";
import { isSignInPath, serveSignIn } from "./sign-in.js";
import { dispatch, type Reply, type Request, type Route } from "./router.js";
import { HttpRefusal, type State } from "./state.js";

/** One request to the REST or GraphQL API, and what was answered. Bodies are parsed JSON, undefined when empty. */
export interface Exchange {
  method: string;
  path: string;
  query: string;
  /** Who asks, as it names itself (`user-agent`). */
  agent: string;
  requestBody: unknown;
  status: number;
  responseBody: unknown;
}
/** Decides what goes wrong: `next` is asked before every request, deliveries included (there only `drop` counts). */
export interface Faults {
  next: ((request: { method: string; path: string; query: string }) => Fate | Promise<Fate>) | undefined;
}
type Fate = Fault | "drop" | undefined;
export interface Fault {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const documentation = "https://docs.github.com/rest";
const largestBody = 25 * 1024 * 1024;

/** The HTTP side: faults, git, JSON in and out. */
export function openServer(options: {
  state: State;
  routes: Route[];
  faults: Faults;
  onExchange: ((exchange: Exchange) => void) | undefined;
}): Server {
  const { state, routes, faults, onExchange } = options;
  return createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", state.url);
    const method = incoming.method ?? "GET";
    const place = { method, path: url.pathname, query: url.search.slice(1) };
    const fault = await faults.next?.(place);
    if (fault === "drop") return void incoming.socket.destroy();
    if (isGitPath(url.pathname) && fault === undefined) return serveGit(state, url, incoming, response);
    if (isSignInPath(url.pathname) && fault === undefined) return serveSignIn(state, url, incoming, response);
    const text = await readBody(incoming);
    const body = parseJson(text);
    const asked: Request = {
      method,
      path: url.pathname,
      query: url.searchParams,
      authorization: incoming.headers.authorization,
      body: body.value,
    };
    const reply =
      fault ?? (body.ok ? await ask(asked) : refuse(new HttpRefusal(400, "Problems parsing JSON")));
    const agent = incoming.headers["user-agent"] ?? "";
    onExchange?.({
      ...place,
      agent,
      requestBody: body.value,
      status: reply.status,
      responseBody: reply.body,
    });
    send(response, reply, state.clock());
  }

  async function ask(request: Request): Promise<Reply> {
    try {
      const reply = await dispatch(routes, state, request);
      if (reply !== undefined) return reply;
      state.unknownRequests.push({ method: request.method, path: request.path });
      return refuse(new HttpRefusal(404, "Not Found"));
    } catch (error) {
      if (error instanceof HttpRefusal) return refuse(error);
      return refuse(new HttpRefusal(500, error instanceof Error ? error.message : String(error)));
    }
  }
}

function send(response: ServerResponse, reply: Reply, now: number): void {
  const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    ...(text === "" ? {} : { "content-type": "application/json; charset=utf-8" }),
    "content-length": Buffer.byteLength(text),
    date: new Date(now).toUTCString(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-request-id": randomUUID(),
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4999",
    "x-ratelimit-used": "1",
    "x-ratelimit-reset": String(Math.floor(now / 1000) + 3600),
    "x-ratelimit-resource": "core",
    ...reply.headers,
  });
  response.end(text);
}

function refuse(refusal: HttpRefusal): Reply {
  const { status, message, errors } = refusal;
  const body = { message, ...(errors === undefined ? {} : { errors }), documentation_url: documentation };
  return { status, body: { ...body, status: String(status) } };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Error("the request is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): { ok: boolean; value: unknown } {
  if (text === "") return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, value: undefined };
  }
}
