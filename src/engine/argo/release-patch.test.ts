import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import type { NodeStatus, Workflow } from "../../manifest/argo.js";
import type { GateAnswer } from "../engine.js";
import { decodeNodes, hydrate } from "./node-codec.js";
import { releasePatch } from "./release-patch.js";

const at = "2026-11-24T03:00:00Z";
const node: NodeStatus = {
  id: "w-1",
  name: "w[0].gate",
  displayName: "gate",
  type: "Suspend",
  phase: "Running",
  startedAt: at,
  inputs: { parameters: [{ name: "with-default", default: "NO" }] },
  outputs: {
    parameters: [
      { name: "go", globalName: "went", valueFrom: { supplied: {} } },
      { name: "with-default", valueFrom: { supplied: {} } },
    ],
  },
};
const workflow: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "w", uid: "u", resourceVersion: "7", annotations: {} },
  spec: {},
  status: {
    phase: "Running",
    nodes: { "w-1": node },
    outputs: { parameters: [{ name: "old", value: "1" }] },
  },
};
const gate = { uid: "u", nodeId: "w-1", startedAt: at };
const yes: GateAnswer = {
  phase: "Succeeded",
  message: "ok",
  outputs: { go: "YES" },
  annotations: { "a/b": "1" },
};
const patch = (answer: GateAnswer, stored = workflow) =>
  releasePatch(stored, hydrate(stored), gate, answer, "2026-11-24T04:00:00Z");
const value = (operations: ReturnType<typeof patch>, path: string) =>
  operations
    .filter((one) => one.path === path && one.op !== "test")
    .map((one) => ("value" in one ? one.value : one.op));

describe("the patch that ends a gate", () => {
  it("tests what was read, and sets every supplied output, its global name and the audit", () => {
    const operations = patch(yes);
    expect(operations.filter(({ op }) => op === "test")).toEqual([
      { op: "test", path: "/metadata/uid", value: "u" },
      { op: "test", path: "/status/nodes/w-1/type", value: "Suspend" },
      { op: "test", path: "/status/nodes/w-1/phase", value: "Running" },
      { op: "test", path: "/status/nodes/w-1/startedAt", value: at },
      { op: "test", path: "/status/nodes/w-1/outputs/parameters/0/name", value: "go" },
      { op: "test", path: "/status/nodes/w-1/outputs/parameters/1/name", value: "with-default" },
      { op: "test", path: "/status/outputs", value: { parameters: [{ name: "old", value: "1" }] } },
    ]);
    expect(value(operations, "/status/nodes/w-1/outputs/parameters/0/value")).toEqual(["YES"]);
    expect(value(operations, "/status/nodes/w-1/outputs/parameters/0/valueFrom")).toEqual(["remove"]);
    expect(value(operations, "/status/nodes/w-1/outputs/parameters/1/value")).toEqual(["NO"]);
    expect(value(operations, "/status/nodes/w-1/phase")).toEqual(["Succeeded"]);
    expect(value(operations, "/metadata/annotations/a~1b")).toEqual(["1"]);
    expect(value(operations, "/status/outputs")).toEqual([
      {
        parameters: [
          { name: "old", value: "1" },
          { name: "went", value: "YES" },
        ],
      },
    ]);
  });

  it("leaves the outputs of a rejected gate alone", () => {
    const operations = patch({ ...yes, phase: "Failed" });
    expect(operations.some(({ path }) => path.includes("outputs"))).toBe(false);
    expect(value(operations, "/status/nodes/w-1/phase")).toEqual(["Failed"]);
  });

  it("ends the node as Error when an output would stay without a value: the run would hang", () => {
    const operations = patch({ ...yes, outputs: {} });
    expect(value(operations, "/status/nodes/w-1/phase")).toEqual(["Error"]);
    expect(value(operations, "/status/nodes/w-1/message")[0]).toContain("'go' has not been set");
  });

  it("rewrites compressed nodes as a whole, at the version that was read", () => {
    const compressedNodes = zlib
      .brotliCompressSync(JSON.stringify({ "w-1": node, other: node }))
      .toString("base64");
    const operations = patch(yes, { ...workflow, status: { phase: "Running", compressedNodes } });
    expect(operations).toContainEqual({ op: "test", path: "/metadata/resourceVersion", value: "7" });
    const nodes = decodeNodes(String(value(operations, "/status/compressedNodes")[0]));
    expect(nodes["w-1"]).toMatchObject({
      phase: "Succeeded",
      outputs: { parameters: [{ value: "YES" }, {}] },
    });
    expect(nodes["other"]).toEqual(node);
    expect(operations.some(({ path }) => path.startsWith("/status/nodes"))).toBe(false);
  });

  const zstd = "zstdCompressSync" in zlib;
  it.skipIf(!zstd)("reads nodes compressed with zstd, where this Node can", () => {
    const { zstdCompressSync } = zlib as unknown as { zstdCompressSync: (text: string) => Buffer };
    expect(decodeNodes(zstdCompressSync(JSON.stringify({ a: node })).toString("base64"))).toEqual({
      a: node,
    });
  });

  it.skipIf(zstd)("says which Node it needs for zstd", () => {
    expect(() => decodeNodes(Buffer.from("28b52ffd00", "hex").toString("base64"))).toThrow("Node 22.15");
  });
});
