import * as zlib from "node:zlib";
import type { Engine, GateAnswer, RunKey } from "../../../src/engine/engine.js";
import { openLocalEngine } from "../../../src/engine/local/local-engine.js";
import { createKeyedQueue } from "../../../src/lib/keyed-queue.js";
import type { JsonObject, NodeStatus, Workflow, WorkflowStatus } from "../../../src/manifest/argo.js";
import { podName } from "../../../src/run/node-id.js";
import { isFinished, isFulfilled } from "../../../src/run/phases.js";
import type { ObjectStore, StoredObject } from "./object-store.js";
import { Refusal } from "./refusal.js";

/** How `status.nodes` is written. */
export type Nodes = "plain" | "gzip" | "brotli" | "offload";

export interface ControllerOptions {
  store: ObjectStore;
  directory: string;
  mounts?: string[];
  instanceId?: string;
  nodes?: Nodes;
}

export interface Controller {
  podLog(namespace: string, pod: string): Promise<string | undefined>;
  /** Resolves when nothing waits to be looked at. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const prefix = "workflows.argoproj.io";
/** argoexec, which starts a step's process in its pod, writes among that one's lines. */
const executorLine = 'time=2026-01-02T03:04:05.678Z level=INFO msg="waiting for signals" argo=true\n';
const never = "2999-01-01T00:00:00Z";

/**
 * The Argo controller and the kubelet, played by the local engine: it takes up Workflows of its instance, runs their
 * steps as processes with the Secrets that are stored, obeys `spec.shutdown` and suspend nodes that somebody ended,
 * and writes status, labels and pods back.
 */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const { store, directory, mounts = [], instanceId, nodes = "plain" } = options;
  const local = await openLocalEngine({ directory, mounts });
  const queue = createKeyedQueue({
    concurrency: 8,
    work: (text) => sync(keyOf(text)),
    retry: () => true,
    delay: () => 50,
  });
  const watch = local.watch(({ namespace, name }) => queue.add(`${namespace}/${name}`));
  const stop = store.onEvent(({ resource, object: { metadata } }) => {
    if (resource === "workflows") queue.add(`${metadata.namespace}/${metadata.name}`);
    if (resource === "secrets") queue.add(`${metadata.namespace}/${metadata.name.replace(/-github$/, "")}`);
  });

  async function sync(key: RunKey): Promise<void> {
    const stored = workflowOf(store, key);
    if (stored === undefined) return void (await local.stop(key, "Terminate", "deleted"));
    const labels = stored.metadata.labels ?? {};
    if (labels[`${prefix}/controller-instanceid`] !== instanceId) return;
    if (labels[`${prefix}/completed`] === "true") return;
    if (stored.spec.suspend === true) {
      if (stored.status === undefined) write(store, key, { ...stored, status: { phase: "Running" } });
      return;
    }
    await local.submit(asSteps(stored));
    const secret = store.get("secrets", key.namespace, `${key.name}-github`) as
      (StoredObject & { data?: { token?: string } }) | undefined;
    const token = secret?.data?.token;
    // The kubelet knows of no expiry.
    if (token !== undefined)
      await local.putToken(key, { value: Buffer.from(token, "base64").toString("utf8"), expiresAt: never });
    const { shutdown } = stored.spec;
    if (shutdown) await local.stop(key, shutdown, `Stopped with strategy '${shutdown}'`);
    await endSuspended(local, key, stored);
    const run = await local.get(key);
    if (run !== undefined) publish(key, run);
  }

  function publish(key: RunKey, run: Workflow): void {
    const stored = workflowOf(store, key);
    if (stored === undefined) return;
    // Somebody ended a node meanwhile: never overwrite it.
    if (ended(stored).some(({ id }) => !isFulfilled(run.status?.nodes?.[id]?.phase)))
      return queue.add(`${key.namespace}/${key.name}`);
    const { phase = "", nodes: all = {} } = run.status ?? {};
    const { metadata } = stored;
    const next = {
      ...stored,
      metadata: {
        ...metadata,
        labels: {
          ...metadata.labels,
          [`${prefix}/phase`]: phase,
          ...(isFinished(phase) ? { [`${prefix}/completed`]: "true" } : {}),
        },
        annotations: { ...metadata.annotations, [`${prefix}/pod-name-format`]: "v2" },
      },
      status: encode(run.status ?? {}, nodes),
    };
    write(store, key, next);
    for (const node of Object.values(all).filter(({ type }) => type === "Pod"))
      putPod(store, key, metadata.uid ?? "", node);
  }

  return {
    async podLog(namespace, pod) {
      const { annotations = {}, labels = {} } = store.get("pods", namespace, pod)?.metadata ?? {};
      const key = { namespace, name: labels[`${prefix}/workflow`] ?? "" };
      const log = await local.log(key, annotations[`${prefix}/node-id`] ?? "", 64 * 1024 * 1024);
      return log && executorLine + log.text;
    },
    idle: () => queue.idle(),
    async close() {
      stop();
      await watch.close();
      await queue.close();
      await local.close();
    },
  };
}

/** The kubelet mounts what the local engine puts there by itself. */
function asSteps({ apiVersion, kind, metadata, spec }: Workflow): Workflow {
  const copy = structuredClone({ apiVersion, kind, metadata, spec });
  delete copy.spec["volumes"];
  for (const { container, script } of copy.spec.templates ?? []) {
    delete container?.volumeMounts;
    delete script?.volumeMounts;
  }
  return copy;
}

function workflowOf(store: ObjectStore, { namespace, name }: RunKey): Workflow | undefined {
  return store.get("workflows", namespace, name) as unknown as Workflow | undefined;
}

/** Suspend nodes that are fulfilled in the stored object. */
function ended(stored: Workflow): NodeStatus[] {
  const { nodes, compressedNodes } = stored.status ?? {};
  const all = nodes ?? (compressedNodes ? (decode(compressedNodes) as Record<string, NodeStatus>) : {});
  return Object.values(all).filter(({ type, phase }) => type === "Suspend" && isFulfilled(phase));
}

async function endSuspended(local: Engine, key: RunKey, stored: Workflow): Promise<void> {
  const run = await local.get(key);
  for (const { id, phase, message = "", outputs } of ended(stored)) {
    const own = run?.status?.nodes?.[id];
    if (own?.phase !== "Running") continue;
    const values = (outputs?.parameters ?? []).flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const answer: GateAnswer = {
      phase: phase === "Succeeded" ? "Succeeded" : "Failed",
      message,
      outputs: Object.fromEntries(values) as Record<string, string>,
      annotations: {},
    };
    await local.release(
      key,
      { uid: run?.metadata.uid ?? "", nodeId: id, startedAt: own.startedAt ?? "" },
      answer,
    );
  }
}

function encode(status: WorkflowStatus, as: Nodes): WorkflowStatus {
  const { nodes, ...rest } = status;
  if (as === "plain" || nodes === undefined) return status;
  if (as === "offload") return { ...rest, offloadNodeStatusVersion: "fnv:1" };
  const text = JSON.stringify(nodes);
  const bytes = as === "gzip" ? zlib.gzipSync(text) : zlib.brotliCompressSync(text);
  return { ...rest, compressedNodes: bytes.toString("base64") };
}

function decode(text: string): unknown {
  const bytes = Buffer.from(text, "base64");
  const plain = bytes[0] === 0x1f ? zlib.gunzipSync(bytes) : zlib.brotliDecompressSync(bytes);
  return JSON.parse(plain.toString("utf8"));
}

function write(store: ObjectStore, { namespace, name }: RunKey, workflow: Workflow): void {
  store.update("workflows", namespace, name, workflow as unknown as JsonObject);
}

function putPod(store: ObjectStore, { namespace, name: run }: RunKey, uid: string, node: NodeStatus): void {
  const name = podName(run, node.name, node.templateName ?? "");
  const body = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels: { [`${prefix}/workflow`]: run },
      annotations: { [`${prefix}/node-id`]: node.id, [`${prefix}/node-name`]: node.name },
      ownerReferences: [{ apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", name: run, uid }],
    },
    spec: { containers: [{ name: "wait" }, { name: "main" }] },
    status: { phase: node.phase ?? "Pending" },
  };
  const present = store.get("pods", namespace, name);
  if (present === undefined) store.create("pods", namespace, body);
  else {
    try {
      store.update("pods", namespace, name, { ...present, status: body.status } as unknown as JsonObject);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

function keyOf(text: string): RunKey {
  const [namespace = "", name = ""] = text.split("/");
  return { namespace, name };
}
