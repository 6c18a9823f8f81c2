import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "../app/ports.js";
import { answerWebhook, type WebhookOptions } from "./webhook.js";

export interface ServerOptions extends WebhookOptions {
  port: number;
  host: string;
  isReady(): boolean;
  metrics?: Pick<Metrics, "delivered">;
}

export interface RunningServer {
  port: number;
  /** Stops listening, lets started requests end, and resolves when the last has. */
  close(): Promise<void>;
}

export const webhookPath = "/api/github/webhooks";

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
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.log.error({ err: error }, "failed to answer a request");
      send(response, 500, "internal error\n");
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path === "/healthz") return send(response, 200, "ok\n");
    if (path === "/readyz") {
      const ready = options.isReady() && !draining;
      return send(response, ready ? 200 : 503, ready ? "ready\n" : "not ready\n");
    }
    if (path !== webhookPath) return send(response, 404, "no such page\n");
    if (request.method !== "POST") return send(response, 405, "POST only\n");
    const started = performance.now();
    const { status, text } = await answerWebhook(request, options);
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
    ...(status === 413 ? { connection: "close" } : {}),
  };
  response.writeHead(status, headers).end(text);
}
