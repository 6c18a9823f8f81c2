import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LRUCache } from "lru-cache";
import type { Metrics } from "../app/ports.js";
import { createAdmission, type AdmissionLimits } from "./admission.js";
import { answerWebhook, type WebhookOptions } from "./webhook.js";

export interface ServerOptions extends Omit<WebhookOptions, "admission" | "bodyRoom" | "doneLate"> {
  port: number;
  host: string;
  isReady(): boolean;
  metrics?: Pick<Metrics, "delivered" | "countWaiting">;
  limits?: AdmissionLimits;
  connections?: ConnectionLimits;
  /** Answers what is addressed to the pages; false for any other path. */
  pages?: { answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> };
}

/** What clients may hold without having said anything yet. */
export interface ConnectionLimits {
  /** Connections in all: more are closed at once, so that files are left for requests to GitHub. */
  most: number;
  /** The head of a request must be there after this time, all of it after that one. */
  headMs: number;
  requestMs: number;
}

const usualConnections: ConnectionLimits = { most: 4000, headMs: 10_000, requestMs: 30_000 };

export interface RunningServer {
  port: number;
  /** Stops listening, lets started requests end, and resolves when the last has. */
  close(): Promise<void>;
}

export const webhookPath = "/api/github/webhooks";

const rememberedLate = 10_000;
/** Ten of GitHub's largest payloads. */
const mostBodyBytes = 256 * 1024 * 1024;

/** Thrown when the server must not start as it was asked to. */
export class ServerOptionsError extends Error {
  override readonly name = "ServerOptionsError";
}

/**
 * GitHub's side of the App: the webhook, and two addresses for probes. Probot's own server buffers bodies without
 * limit, knows one secret and stops on SIGINT only.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  if (options.secrets.length === 0 || options.secrets.some((secret) => secret.trim() === "")) {
    throw new ServerOptionsError("WEBHOOK_SECRET is missing: without it anyone could start runs");
  }
  let draining = false;
  const admission = createAdmission(options.limits);
  options.metrics?.countWaiting(() => admission.waiting());
  const bodyRoom = { left: mostBodyBytes };
  const late = new LRUCache<string, true>({ max: rememberedLate });
  const doneLate = {
    has: (identity: string) => late.has(identity),
    add: (identity: string) => late.set(identity, true),
  };
  const { most, headMs, requestMs } = options.connections ?? usualConnections;
  // Node looks every half a minute otherwise.
  const timing = {
    headersTimeout: headMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: headMs / 2,
  };
  const server = createServer(timing, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.log.error({ err: error }, "failed to answer a request");
      send(response, 500, "internal error\n");
    });
  });
  server.maxConnections = most;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path === "/healthz") return send(response, 200, "ok\n");
    if (path === "/readyz") {
      const ready = options.isReady() && !draining;
      return send(response, ready ? 200 : 503, ready ? "ready\n" : "not ready\n");
    }
    if (path !== webhookPath) {
      if ((await options.pages?.answer(request, response)) === true) return;
      return send(response, 404, "no such page\n");
    }
    if (request.method !== "POST") return send(response, 405, "POST only\n");
    const started = performance.now();
    const { status, text } = await answerWebhook(request, { ...options, admission, bodyRoom, doneLate });
    const event = String(request.headers["x-github-event"] ?? "");
    options.metrics?.delivered(event, status, (performance.now() - started) / 1000);
    send(response, status, text);
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      return closed;
    },
  };
}

function send(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return;
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
    ...(status === 413 || status === 503 ? { connection: "close" } : {}),
  };
  response.writeHead(status, headers).end(text);
}
