import { existsSync, readFileSync } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import https, { type RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { backoff } from "../../lib/backoff.js";
import { EngineError } from "../engine.js";
import { ApiError, apiErrorOf } from "./api-error.js";

/** Which cluster: a kubeconfig file, or else KUBECONFIG, ~/.kube/config, or the pod's own service account. */
export interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
}

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
const mostBytes = 256 * 1024 * 1024;

/**
 * Speaks to one API server over connections that are kept. Addresses, certificates and credentials come from
 * client-node's KubeConfig, which is asked before each request: rotated tokens and certificates are taken up.
 */
export class KubernetesClient {
  readonly #config: KubeConfig;
  readonly #server: string;
  readonly #agent: http.Agent | undefined;

  constructor(options: ClusterOptions) {
    this.#config = loadConfig(options);
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
        await sleep(backoff(attempt, 100, 2000));
      }
    }
  }

  /** The answer's body as it comes; the caller ends it. Throws an ApiError for every answer that is not 2xx. */
  async open(request: ApiRequest, signal?: AbortSignal): Promise<IncomingMessage> {
    const response = await this.#send(request, signal);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw apiErrorOf(status, (await collect(response)).toString("utf8"));
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
    const options: RequestOptions = {
      method,
      headers: {
        accept: request.accept ?? json,
        "user-agent": "sluice",
        ...(text === undefined
          ? {}
          : { "content-type": request.contentType ?? json, "content-length": Buffer.byteLength(text) }),
      },
      ...(signal === undefined ? {} : { signal }),
    };
    await this.#config.applyToHTTPSOptions(options);
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

function loadConfig({ kubeconfig, context }: ClusterOptions): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    throw new EngineError(`failed to read the kubeconfig: ${textOf(cause)}`, { cause, retryable: false });
  }
  if (context !== undefined) config.setCurrentContext(context);
  // What client-node makes up when it finds neither a file nor a service account.
  if (config.getCurrentCluster()?.server === "http://localhost:8080") {
    throw new EngineError("failed to find the cluster: there is no kubeconfig, and this is no pod", {
      retryable: false,
    });
  }
  return config;
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
