import { expect, it } from "vitest";
import type { Workflow } from "../manifest/argo.js";
import { fingerprint } from "./fingerprint.js";

const workflow: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: {
    name: "a",
    uid: "1",
    resourceVersion: "1",
    labels: { a: "b" },
    annotations: { "sluice.dev/votes": "[]", "sluice.dev/report": "{}" },
  },
  spec: { entrypoint: "main" },
  status: { phase: "Running" },
};
const { metadata } = workflow;
const annotated = (more: Record<string, string>): Workflow => ({
  ...workflow,
  metadata: { ...metadata, annotations: { ...metadata.annotations, ...more } },
});

it.each([
  ["itself", structuredClone(workflow)],
  ["what its report says", annotated({ "sluice.dev/report": '{"legs":[]}' })],
  ["what the API server counts", { ...workflow, metadata: { ...metadata, resourceVersion: "2" } }],
])("is the same for %s", (_, same) => {
  expect(fingerprint(same)).toBe(fingerprint(workflow));
});

it.each<[string, Workflow]>([
  ["uid", { ...workflow, metadata: { ...metadata, uid: "2" } }],
  ["label", { ...workflow, metadata: { ...metadata, labels: { a: "c" } } }],
  ["annotation", annotated({ "sluice.dev/votes": "[1]" })],
  ["annotation more", annotated({ "sluice.dev/woken": "now" })],
  ["spec", { ...workflow, spec: { entrypoint: "main", suspend: true } }],
  ["status", { ...workflow, status: { phase: "Failed" } }],
])("is another with another %s", (_, other) => {
  expect(fingerprint(other)).not.toBe(fingerprint(workflow));
});
