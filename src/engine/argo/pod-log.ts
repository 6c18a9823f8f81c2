import type { IncomingMessage } from "node:http";
import { LRUCache } from "lru-cache";
import { maskSecrets } from "../../lib/mask-secrets.js";
import type { Workflow } from "../../manifest/argo.js";
import type { NodeLog, RunKey } from "../engine.js";
import { hasStatus } from "./api-error.js";
import { withoutExecutorLines } from "./executor-lines.js";
import { metadataListOnly, type KubernetesClient } from "./kubernetes-client.js";
import {
  argoLabel,
  nodeIdAnnotation,
  podsPath,
  selectorOf,
  type Named,
  type ObjectList,
} from "./resources.js";

interface Pod extends Named {
  spec?: { containers?: { name: string }[] };
}

/** argoexec's own containers (Argo 4.1 calls `wait` `supervisor`). */
const ofArgo = new Set(["wait", "supervisor", "init"]);
/** The API can end a log by lines but not by bytes; more lines than this are not asked for. */
const tailLines = 5000;
const mostBytes = 16 * 1024 * 1024;
/** More than a kubelet keeps of one container's log, unless it was told to. */
const mostWhole = 256 * 1024 * 1024;
/** Read beyond the end that is asked for, so that what lies across the cut is seen whole. */
const margin = 4096;

/** The ends of steps' logs. The last one read of a step is kept for when its pod has been removed. */
export class PodLogs {
  readonly #client: KubernetesClient;
  readonly #kept = new LRUCache<string, NodeLog>({
    maxSize: 16 * 1024 * 1024,
    sizeCalculation: ({ text }) => text.length + 100,
  });

  constructor(client: KubernetesClient) {
    this.#client = client;
  }

  async tail(
    key: RunKey,
    nodeId: string,
    tailBytes: number,
    read: () => Promise<Workflow | undefined>,
  ): Promise<NodeLog | undefined> {
    const kept = `${key.namespace}/${key.name}/${nodeId}/${tailBytes}`;
    const place = await this.#place(key, nodeId, read);
    const query = { tailLines: String(tailLines) };
    const response = place && (await this.#open(key.namespace, place, query));
    const log = response && (await tailOf(response, tailBytes));
    if (log === undefined) return this.#kept.get(kept);
    this.#kept.set(kept, log);
    return log;
  }

  /** From the beginning on; the API server ends it after `mostWhole` bytes. */
  async whole(
    key: RunKey,
    nodeId: string,
    read: () => Promise<Workflow | undefined>,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const place = await this.#place(key, nodeId, read);
    const query = { limitBytes: String(mostWhole) };
    const response = place && (await this.#open(key.namespace, place, query));
    return response && withoutExecutorLines(response);
  }

  /** Pods are found by what Argo writes on them: their names are made in more than one way. */
  async #place(
    key: RunKey,
    nodeId: string,
    read: () => Promise<Workflow | undefined>,
  ): Promise<{ pod: string; container: string } | undefined> {
    const pods = await this.#pods(key);
    const podOf = (id: string | undefined) =>
      pods.find(({ metadata }) => metadata.annotations?.[nodeIdAnnotation] === id)?.metadata.name;
    const own = podOf(nodeId);
    if (own !== undefined) return { pod: own, container: "main" };
    if (pods.length === 0) return undefined;
    const node = (await read())?.status?.nodes?.[nodeId];
    const pod = node?.type === "Container" ? podOf(node.boundaryID) : undefined;
    return node !== undefined && pod !== undefined ? { pod, container: node.displayName } : undefined;
  }

  async #pods(key: RunKey): Promise<Named[]> {
    const found: Named[] = [];
    let from: string | undefined;
    do {
      const page: ObjectList<Named> = await this.#client.list({
        path: podsPath(key.namespace),
        accept: metadataListOnly,
        query: {
          labelSelector: selectorOf({ [argoLabel.workflow]: key.name }),
          limit: "500",
          continue: from,
        },
      });
      found.push(...page.items);
      from = page.metadata.continue || undefined;
    } while (from !== undefined);
    return found;
  }

  async #open(
    namespace: string,
    { pod, container }: { pod: string; container: string },
    query: Record<string, string>,
  ): Promise<IncomingMessage | undefined> {
    const path = `${podsPath(namespace)}/${pod}`;
    const open = (name: string) =>
      this.#client.open({ path: `${path}/log`, query: { ...query, container: name } });
    try {
      return await open(container);
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      if (!hasStatus(error, 400)) throw error;
    }
    // 400: it has not started, or it has no such container, as in a container set.
    try {
      const { spec } = await this.#client.request<Pod>({ path });
      const other = spec?.containers?.find(({ name }) => !ofArgo.has(name) && name !== container);
      const only = spec?.containers?.some(({ name }) => name === container) === true;
      return other === undefined || only ? undefined : await open(other.name);
    } catch (error) {
      if (hasStatus(error, 400, 404)) return undefined;
      throw error;
    }
  }
}

/** Nothing is cut before it is masked: half a token has no shape by which it could be known. */
async function tailOf(response: IncomingMessage, tailBytes: number): Promise<NodeLog> {
  let kept = Buffer.alloc(0);
  let bytes = 0;
  let lines = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      lines += chunk.reduce((count, byte) => (byte === 10 ? count + 1 : count), 0);
      yield chunk;
    }
  }
  for await (const chunk of withoutExecutorLines(counted())) {
    bytes += chunk.length;
    kept = Buffer.concat([kept, chunk]);
    if (kept.length > tailBytes + margin) kept = kept.subarray(kept.length - tailBytes - margin);
    if (bytes > mostBytes) break;
  }
  const cut = bytes > kept.length;
  const line = kept.subarray(0, margin).indexOf(10) + 1;
  const whole = cut ? kept.subarray(line > 0 ? line : margin) : kept;
  const masked = Buffer.from(maskSecrets(whole.toString("utf8"), []));
  let start = Math.max(0, masked.length - tailBytes);
  // A cut may go through a character.
  while (start > 0 && start < masked.length && ((masked[start] ?? 0) & 0xc0) === 0x80) start++;
  const truncated = cut || start > 0 || lines >= tailLines;
  return { text: masked.subarray(start).toString("utf8"), truncated };
}
