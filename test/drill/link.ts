import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** One request that goes over a link. */
export interface Hop {
  method: string;
  path: string;
  query: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** What goes wrong with one request. */
export type Twist =
  /** The connection ends: before the request was carried out, after it, or in the middle of the answer. */
  | { kind: "cut" | "lost" | "half" }
  /** Milliseconds. */
  | { kind: "slow"; before: number; after: number }
  | { kind: "answer"; status: number; headers?: OutgoingHttpHeaders; body: string }
  /** Changes the body of a JSON answer. */
  | { kind: "rewrite"; change: (body: string) => string }
  /** Who asked is killed, before the request was carried out or after it; or it arrives so many milliseconds later. */
  | { kind: "kill"; when: "before" | "after" | "late"; lateMs: number; kill: () => void };

export interface LinkOptions {
  /** Where requests go on to; undefined: nobody is there. */
  target: () => string | undefined;
  twist: (hop: Hop) => Promise<Twist | undefined> | Twist | undefined;
  /** Told of every answer that was given by the target, whether it arrived or not. */
  onAnswer?: (hop: Hop, status: number, body: string) => Promise<void> | void;
}

/** A proxy on localhost between two parties, over which all goes wrong that may. */
export interface Link {
  url: string;
  /** How many requests are under way, watches left out. */
  busy(): number;
  /** Ends every open connection. */
  cut(): void;
  close(): Promise<void>;
}

export async function openLink(options: LinkOptions): Promise<Link> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  let busy = 0;
  const server = http.createServer((request, response) => {
    const counts = request.url?.includes("watch=true") !== true;
    if (counts) busy += 1;
    pass(request, response)
      .catch(() => response.destroy())
      .finally(() => (busy -= counts ? 1 : 0));
  });
  /** A request that is only kept waiting is not under way. */
  async function wait(ms: number): Promise<void> {
    busy -= 1;
    await sleep(ms);
    busy += 1;
  }
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const url = new URL(request.url ?? "/", "http://localhost");
    const { method = "GET", headers } = request;
    const hop: Hop = { method, path: url.pathname, query: url.search.slice(1), headers, body };
    const twist = await options.twist(hop);
    const end = () => void request.socket.destroy();
    if (twist?.kind === "cut") return end();
    if (twist?.kind === "answer") {
      response.writeHead(twist.status, { "content-type": "application/json", ...twist.headers });
      return void response.end(twist.body);
    }
    if (twist?.kind === "slow") await wait(twist.before);
    if (twist?.kind === "kill" && twist.when !== "after") {
      twist.kill();
      end();
      if (twist.when === "before") return;
      await wait(twist.lateMs);
    }
    const target = options.target();
    if (target === undefined) return end();
    const answer = await forward(agent, target, request.url ?? "/", hop);
    if (answer === undefined) return end();
    const status = answer.statusCode ?? 0;
    if (url.searchParams.get("watch") === "true") {
      response.writeHead(status, answer.headers);
      // The API server's end of a watch is the client's end of it, and the other way round.
      response.on("close", () => answer.destroy());
      answer.on("error", end).on("close", end);
      return void answer.pipe(response);
    }
    const given = await textOf(answer);
    await options.onAnswer?.(hop, status, given);
    if (twist?.kind === "kill" && twist.when === "after") twist.kill();
    if (twist?.kind === "lost" || twist?.kind === "kill") return end();
    if (twist?.kind === "slow") await wait(twist.after);
    const text = twist?.kind === "rewrite" ? twist.change(given) : given;
    const { "transfer-encoding": _, ...kept } = answer.headers;
    // The addresses of further pages lead over this link too.
    const pages =
      kept.link === undefined ? {} : { link: String(kept.link).replaceAll(target, urlOf(server)) };
    response.writeHead(status, { ...kept, ...pages, "content-length": Buffer.byteLength(text) });
    if (twist?.kind !== "half") return void response.end(text);
    response.write(text.slice(0, Math.floor(text.length / 2)), () => setTimeout(end, 100));
  }

  return {
    url: urlOf(server),
    busy: () => busy,
    cut: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function urlOf(server: http.Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function forward(
  agent: http.Agent,
  target: string,
  path: string,
  { method, headers, body }: Hop,
): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const { connection: _, "transfer-encoding": _encoding, ...kept } = headers;
    const sent = http.request(new URL(path, target), { method, headers: kept, agent }, resolve);
    sent.on("error", () => resolve(undefined));
    sent.end(body);
  });
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
