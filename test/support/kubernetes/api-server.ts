import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject } from "../../../src/manifest/argo.js";
import { ObjectStore } from "./object-store.js";
import { Refusal } from "./refusal.js";
import { answer, placeOf, type Asked } from "./routes.js";
import { Watches } from "./watches.js";

/** `lost`: the request is carried out, and the connection ends before the answer. `drop`: it is not carried out. */
export type Fault = number | { status: 429; retryAfter: number } | "drop" | "lost";

export interface Requested {
  method: string;
  path: string;
  query: URLSearchParams;
  contentType: string;
  authorization: string;
}

/** A Kubernetes API server on localhost, with the semantics that Sluice relies on. */
export class ApiServer {
  readonly store = new ObjectStore();
  readonly watches = new Watches(this.store);
  /** Bearer tokens that are accepted. */
  readonly tokens: Set<string>;
  /** Decides what goes wrong; asked before each request. */
  fault: ((request: Requested) => Fault | undefined) | undefined;
  /** What a SelfSubjectAccessReview is answered. */
  allows: (attributes: JsonObject) => boolean = () => true;
  /** The whole log of a pod, or undefined while it has not started. */
  podLog: (namespace: string, pod: string) => Promise<string | undefined> = () => Promise.resolve(undefined);
  readonly requests: Requested[] = [];
  #server: Server | undefined;
  #port = 0;
  #connections = 0;

  constructor(tokens: string[]) {
    this.tokens = new Set(tokens);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }
  /** How many connections were opened so far. */
  get connections(): number {
    return this.#connections;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    server.on("connection", () => this.#connections++);
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Ends every connection and refuses new ones until `start`. Objects stay; the history of changes does not. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    this.store.forget();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const contentType = request.headers["content-type"] ?? "";
    const method = request.method ?? "GET";
    const authorization = request.headers.authorization ?? "";
    const requested = { method, path: url.pathname, query: url.searchParams, contentType, authorization };
    this.requests.push(requested);
    const fault = this.fault?.(requested);
    if (fault === "drop") return void request.socket.destroy();
    const text = await textOf(request);
    try {
      if (typeof fault === "object") response.setHeader("retry-after", String(fault.retryAfter));
      if (typeof fault === "object") throw new Refusal(429, "TooManyRequests", "a fault of this test");
      if (typeof fault === "number") throw new Refusal(fault, "InternalError", "a fault of this test");
      if (!this.tokens.has(authorization.replace(/^Bearer /, "")))
        throw new Refusal(401, "Unauthorized", "Unauthorized");
      const body = text === "" ? undefined : (JSON.parse(text) as JsonObject);
      const reply = await this.#answer(requested, request.headers.accept ?? "", body, response);
      if (fault === "lost") return void request.socket.destroy();
      if (reply !== undefined) send(response, reply.code, reply.body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(response, error.code, error.status);
    }
  }

  async #answer(
    { method, path, query, contentType }: Requested,
    accept: string,
    body: JsonObject | undefined,
    response: ServerResponse,
  ): Promise<{ code: number; body: object } | undefined> {
    if (path === "/version") return { code: 200, body: { major: "1", minor: "34", gitVersion: "v1.34.0" } };
    if (path === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") {
      const spec = (body?.["spec"] ?? {}) as JsonObject;
      const allowed = this.allows((spec["resourceAttributes"] ?? {}) as JsonObject);
      return { code: 201, body: { ...body, status: { allowed } } };
    }
    const place = placeOf(path);
    if (place === undefined)
      throw new Refusal(404, "NotFound", "the server could not find the requested resource");
    const asked: Asked = { method, place, query, contentType, accept, body };
    if (place.subresource === "log") {
      await this.#log(asked, response);
      return undefined;
    }
    if (place.subresource !== undefined)
      throw new Refusal(404, "NotFound", "the server could not find the requested resource");
    if (query.get("watch") === "true") {
      this.watches.serve(asked, response);
      return undefined;
    }
    return answer(this.store, asked);
  }

  async #log({ place, query }: Asked, response: ServerResponse): Promise<void> {
    const pod = this.store.get("pods", place.namespace, place.name ?? "");
    if (pod === undefined) throw new Refusal(404, "NotFound", `pods "${place.name}" not found`);
    const { containers = [] } = (pod["spec"] ?? {}) as { containers?: { name: string }[] };
    const container = query.get("container");
    if (!containers.some(({ name }) => name === container))
      throw new Refusal(400, "BadRequest", `container ${container} is not valid for pod ${place.name}`);
    const text = await this.podLog(place.namespace, place.name ?? "");
    if (text === undefined)
      throw new Refusal(400, "BadRequest", `container "${container}" is waiting to start: ContainerCreating`);
    const lines = text.split(/(?<=\n)/);
    const tail = query.get("tailLines");
    const ended = tail === null ? lines : lines.slice(-Number(tail));
    const limit = query.get("limitBytes");
    const bytes = Buffer.from(ended.join(""));
    response.writeHead(200, { "content-type": "text/plain" });
    response.end(limit === null ? bytes : bytes.subarray(0, Number(limit)));
  }
}

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
