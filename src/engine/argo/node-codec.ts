import * as zlib from "node:zlib";
import type { NodeStatus, Workflow } from "../../manifest/argo.js";
import { EngineError } from "../engine.js";

type Nodes = Record<string, NodeStatus>;

const mostNodeBytes = 128 * 1024 * 1024;

/** The controller wrote the nodes into its database: only phase, message and outputs of the run can be seen. */
export function isOffloaded({ status }: Workflow): boolean {
  return Boolean(status?.offloadNodeStatusVersion) && !status?.nodes && !status?.compressedNodes;
}

export function isCompressed({ status }: Workflow): boolean {
  return Object.keys(status?.nodes ?? {}).length === 0 && Boolean(status?.compressedNodes);
}

/** The workflow with its nodes readable, without what the API server notes for itself. */
export function hydrate(workflow: Workflow): Workflow {
  const { managedFields: _managed, ...metadata } = workflow.metadata as Workflow["metadata"] & {
    managedFields?: unknown;
  };
  const plain: Workflow = { ...workflow, metadata };
  if (isOffloaded(workflow)) {
    const note = "Argo keeps the steps of this run in its database: only the run's phase can be shown here.";
    plain.status = { ...workflow.status, message: workflow.status?.message || note };
  }
  if (!isCompressed(workflow)) return plain;
  const { compressedNodes = "", ...status } = workflow.status ?? {};
  plain.status = { ...status, nodes: decodeNodes(compressedNodes) };
  return plain;
}

/** Argo's `compressedNodes`: base64 of gzip, of zstd (by its magic number) or else of brotli (Argo 4.1 and later). */
export function decodeNodes(text: string): Nodes {
  const bytes = Buffer.from(text, "base64");
  try {
    return JSON.parse(inflate(bytes).toString("utf8")) as Nodes;
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError("failed to read compressed nodes", { cause, retryable: false });
  }
}

/** Gzip, which every controller reads whatever it writes itself. */
export function encodeNodes(nodes: Nodes): string {
  return zlib.gzipSync(JSON.stringify(nodes)).toString("base64");
}

function inflate(bytes: Buffer): Buffer {
  const limit = { maxOutputLength: mostNodeBytes };
  const magic = bytes.subarray(0, 4).toString("hex");
  if (magic.startsWith("1f8b")) return zlib.gunzipSync(bytes, limit);
  if (magic !== "28b52ffd") return zlib.brotliDecompressSync(bytes, limit);
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (from: Buffer, options: object) => Buffer };
  if (zstdDecompressSync) return zstdDecompressSync(bytes, limit);
  throw new EngineError("failed to read nodes compressed with zstd: this needs Node 22.15 or later", {
    retryable: false,
  });
}
