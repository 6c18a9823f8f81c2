import { expect, it } from "vitest";
import { readRun } from "../run/read-run.js";
import { rejectionsOf } from "./rejections.js";

it("come in the order in which they were decided, whatever the order of the annotations", () => {
  const audit = (nodeName: string, decidedAt: string, decision = "rejected") =>
    JSON.stringify({ decision, nodeName, people: [{ login: `who-${nodeName}` }], decidedAt });
  const run = readRun({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: {
      name: "a",
      annotations: {
        "sluice.dev/gate.a-1": audit("second", "2026-01-01T10:00:02Z"),
        "sluice.dev/gate.a-2": audit("opened", "2026-01-01T10:00:00Z", "approved"),
        "sluice.dev/gate.a-3": audit("first", "2026-01-01T10:00:01Z"),
        "sluice.dev/gate.a-4": "no JSON",
      },
    },
    spec: {},
  });
  expect(rejectionsOf(run)).toEqual([
    { gate: "first", logins: ["who-first"] },
    { gate: "second", logins: ["who-second"] },
  ]);
});
