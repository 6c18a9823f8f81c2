import { expect, it } from "vitest";
import type { NodeStatus, Workflow } from "../manifest/argo.js";
import { fit } from "./run-live.js";
import { treeLines } from "./run-tree.js";

const startedAt = "2026-01-02T03:04:05Z";

function node(name: string, rest: Partial<NodeStatus>): NodeStatus {
  return { id: name, name, displayName: name, type: "Pod", boundaryID: "w", startedAt, ...rest };
}

it("says how long each step takes and what it waits for", () => {
  const nodes = [
    node("w", { type: "DAG", phase: "Running", boundaryID: "" }),
    node("a", { phase: "Succeeded", finishedAt: "2026-01-02T03:04:15Z" }),
    node("b", { phase: "Running" }),
    node("c", { phase: "Pending", message: "Waiting for n/Mutex/m lock. Lock status: 0/1" }),
    node("d", { phase: "Running", type: "Suspend" }),
  ];
  const workflow: Workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "w" },
    spec: {},
    status: { phase: "Running", startedAt, nodes: Object.fromEntries(nodes.map((each) => [each.id, each])) },
  };
  expect(treeLines(workflow, Date.parse(startedAt) + 72_000)).toEqual([
    "w: Running  1m 12s",
    "● w  Running",
    "  ✔ a  Succeeded  10s",
    "  ● b  Running  1m 12s",
    "  ◷ c  Pending  1m 12s  Waiting for n/Mutex/m lock. Lock status: 0/1",
    "  ● d  Running  1m 12s  waits to be resumed",
  ]);
});

it("keeps what is going on where the screen is small", () => {
  const lines = ["w: Running", "● w", "  ✔ a", "  ● b", "  ✖ a long line", "  ○ d"];
  expect(fit(lines, { rows: 6, columns: 8 })).toEqual(["w: Runn…", "● w", "  ● b", "  ✖ a l…", "… and 2…"]);
  expect(fit(lines, { rows: 50, columns: 80 })).toEqual(lines);
});
