import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../app/ports.js";
import type { RunningServer } from "./server.js";
import type { ServerMetrics } from "./metrics.js";

export interface MetricsServerOptions {
  metrics: ServerMetrics;
  port: number;
  host: string;
  log: Log;
}

/** `GET /metrics` on a port of its own, so that whoever reaches the webhook does not reach it. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<RunningServer> {
  const { metrics, port, host, log } = options;
  const server = createServer((request, response) => {
    if ((request.url ?? "").split("?", 1)[0] !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("no such page\n");
      return;
    }
    metrics.render().then(
      (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text),
      (error: unknown) => {
        log.error({ err: error }, "failed to render the metrics");
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
