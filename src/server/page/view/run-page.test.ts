import { describe, expect, it } from "vitest";
import type { NodeStatus } from "../../../manifest/argo.js";
import { readRun } from "../../../run/read-run.js";
import { renderRunParts } from "./run-page.js";

/** A step that started in the given minute and wrote a summary. */
const step = (id: string, displayName: string, minute: number): NodeStatus => ({
  id,
  name: `wf.${displayName}`,
  displayName,
  type: "Pod",
  phase: "Succeeded",
  startedAt: `2026-01-01T00:0${minute}:00Z`,
  outputs: { parameters: [{ name: "summary", value: `written by ${displayName}` }] },
});

describe("the page of a run", () => {
  it("shows the newest five summaries, the newest first, in whatever order the nodes are told", () => {
    // An API server gives them sorted by their ids, which are hashes.
    const nodes = ["last", "b", "d", "first", "c", "a"].map((name, index) =>
      step(`wf-${index}`, name, ["first", "a", "b", "c", "d", "last"].indexOf(name)),
    );
    const run = readRun({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Workflow",
      metadata: { name: "wf", namespace: "ns" },
      spec: {},
      status: { phase: "Running", nodes: Object.fromEntries(nodes.map((node) => [node.id, node])) },
    });
    const { text } = renderRunParts({ run, decisions: new Map(), now: Date.parse("2026-01-01T00:10:00Z") });
    const written = [...text.matchAll(/written by (\w+)/g)].map(([, name]) => name);
    expect(written).toEqual(["last", "d", "c", "b", "a"]);
  });
});
