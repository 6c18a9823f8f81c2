import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import http, { type IncomingMessage } from "node:http";
import https, { type RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { backoff } from "../../lib/backoff.js";
import { EngineError } from "../engine.js";
import { ApiError, apiErrorOf } from "./api-error.js";
import { loadConfig, type ClusterOptions } from "./kubeconfig.js";
import type { ObjectList } from "./resources.js";

export type PatchType = "application/json-patch+json" | "application/merge-patch+json";

export interface ApiRequest {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | undefined>;
  body?: unknown;
  /** Of the body; by default JSON. */
  contentType?: PatchType;
  accept?: string;
  /** How often a request is made that fails in a way that may pass; by default 3. */
  tries?: number;
  /** How long the whole answer may take; by default 20 s. */
  timeoutMs?: number;
}

const json = "application/json";
/** Asks the API server to send the metadata of objects and nothing else, whatever their size. */
export const metadataOnly = `${json};as=PartialObjectMetadata;v=v1;g=meta.k8s.io`;
export const metadataListOnly = `${json};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io`;

const answerMs = 20_000;
/** An API server that asks for a longer pause than this (Retry-After) is left to the caller's own patience. */
const longestAskedMs = 5000;
const mostBytes = 256 * 1024 * 1024;

/**
 * Speaks to one API server over connections that are kept. Addresses, certificates and credentials come from
 * client-node's KubeConfig, which is asked before each request: rotated tokens and certificates are taken up.
 */
export class KubernetesClient {
  readonly #config: KubeConfig;
  readonly #tokenFile: string | undefined;
  readonly #server: string;
  readonly #agent: http.Agent | undefined;

  constructor(options: ClusterOptions) {
    const { config, tokenFile } = loadConfig(options);
    this.#config = config;
    this.#tokenFile = tokenFile;
    const cluster = this.#config.getCurrentCluster();
    if (!cluster) {
      throw new EngineError(
        `failed to find the cluster: the kubeconfig has no context "${this.#config.getCurrentContext()}"`,
        { retryable: false },
      );
    }
    this.#server = cluster.server.replace(/\/+$/, "");
    const keep = { keepAlive: true, maxSockets: 64 };
    const own = this.#server.startsWith("https:") ? new https.Agent(keep) : new http.Agent(keep);
    this.#agent = cluster.proxyUrl ? undefined : own;
  }

  get server(): string {
    return this.#server;
  }

  /** Throws an ApiError for every answer that is not 2xx. */
  async request<T>(request: ApiRequest): Promise<T> {
    const tries = request.tries ?? 3;
    for (let attempt = 0; ; attempt++) {
      try {
        return JSON.parse((await this.#ask(request)).toString("utf8")) as T;
      } catch (error) {
        const again = error instanceof ApiError && error.transient && attempt + 1 < tries;
        if (!again) throw error;
        const asked = Math.min(error.retryAfterMs ?? 0, longestAskedMs);
        await sleep(asked + backoff(attempt, 100, 2000));
      }
    }
  }

  /** One page of a collection. API servers send null for the items of an empty list of metadata. */
  async list<T>(request: ApiRequest): Promise<ObjectList<T>> {
    const page = await this.request<{ metadata: ObjectList<T>["metadata"]; items: T[] | null }>(request);
    return { metadata: page.metadata, items: page.items ?? [] };
  }

  /** The answer's body as it comes; the caller ends it. Throws an ApiError for every answer that is not 2xx. */
  async open(request: ApiRequest, signal?: AbortSignal): Promise<IncomingMessage> {
    const response = await this.#send(request, signal);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const text = (await collect(response)).toString("utf8");
    throw apiErrorOf(status, text, response.headers["retry-after"]);
  }

  close(): void {
    this.#agent?.destroy();
  }

  async #ask(request: ApiRequest): Promise<Buffer> {
    const timeout = AbortSignal.timeout(request.timeoutMs ?? answerMs);
    try {
      return await collect(await this.open(request, timeout));
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      throw new ApiError(`${this.#server} does not answer: ${textOf(cause)}`, { cause });
    }
  }

  async #send(request: ApiRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const { method = "GET", path, query = {}, body } = request;
    const url = new URL(this.#server + path);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string | number> = {
      accept: request.accept ?? json,
      "user-agent": "sluice",
      ...(text === undefined
        ? {}
        : { "content-type": request.contentType ?? json, "content-length": Buffer.byteLength(text) }),
    };
    const options: RequestOptions = { method, headers, ...(signal === undefined ? {} : { signal }) };
    await this.#config.applyToHTTPSOptions(options);
    if (this.#tokenFile !== undefined) headers["Authorization"] = `Bearer ${await tokenIn(this.#tokenFile)}`;
    if (this.#agent !== undefined) options.agent = this.#agent;
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === "https:" ? https : http).request(url, options, resolve);
      const slow = setTimeout(() => sent.destroy(new Error(`no answer in ${answerMs / 1000} s`)), answerMs);
      sent.once("response", () => clearTimeout(slow));
      sent.once("error", (cause) => {
        clearTimeout(slow);
        reject(new ApiError(`${this.#server} does not answer: ${textOf(cause)}`, { cause }));
      });
      sent.end(text);
    });
  }
}

const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/** The namespace of the pod that this process runs in; undefined outside of a cluster. */
export function podNamespace(): string | undefined {
  return existsSync(namespaceFile) ? readFileSync(namespaceFile, "utf8").trim() || undefined : undefined;
}

/** Read before each request: client-node would keep it for a minute after it has been replaced. */
async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new ApiError(`the cluster's token cannot be read: ${textOf(cause)}`, { cause });
  }
}

async function collect(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new ApiError(`the answer is longer than ${mostBytes} bytes`, { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Connections to several addresses fail with an empty text and the cause in the code.
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}
