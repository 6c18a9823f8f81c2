import { describe, expect, it } from "vitest";
import type { Workflow } from "../../manifest/argo.js";
import { beginPatch } from "./begin-patch.js";
import { stopPatch } from "./stop-patch.js";

const now = Date.parse("2026-01-01T10:00:00Z");
function held(change: Partial<Workflow["spec"]> = {}, status?: Workflow["status"]): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "run", uid: "u", resourceVersion: "7", annotations: { turn: "waits" } },
    spec: { suspend: true, ...change },
    ...(status === undefined ? {} : { status }),
  };
}

describe("letting a held run begin", () => {
  it("takes the suspension and the annotation away in one write, of the run that was read", () => {
    expect(beginPatch(held(), { turn: null }, now)).toEqual([
      { op: "test", path: "/metadata/uid", value: "u" },
      { op: "test", path: "/spec/suspend", value: true },
      { op: "remove", path: "/spec/suspend" },
      { op: "remove", path: "/metadata/annotations/turn" },
    ]);
  });
  it("gives back the time that the controller has counted", () => {
    const status = { phase: "Running", startedAt: "2026-01-01T09:00:00Z" } as const;
    expect(beginPatch(held({ activeDeadlineSeconds: 100 }, status), {}, now)).toContainEqual({
      op: "replace",
      path: "/spec/activeDeadlineSeconds",
      value: 3700,
    });
    expect(JSON.stringify(beginPatch(held({}, status), {}, now))).not.toContain("activeDeadlineSeconds");
    const unseen = beginPatch(held({ activeDeadlineSeconds: 100 }), {}, now);
    expect(JSON.stringify(unseen)).not.toContain("activeDeadlineSeconds");
  });
  it.each([
    ["it is not held", { suspend: false }, undefined],
    ["it is being stopped", { shutdown: "Stop" as const }, undefined],
    ["it has ended", {}, { phase: "Failed" as const }],
  ])("writes nothing where %s", (_what, spec, status) => {
    expect(beginPatch(held(spec, status), {}, now)).toBe("moved");
  });
});

describe("stopping a held run", () => {
  it.each([undefined, { phase: "Running" as const }, { phase: "Pending" as const }])(
    "terminates it, since the controller takes up what has no nodes for nothing else (%j)",
    (status) => {
      const patch = stopPatch(held({}, status), "Stop");
      expect(patch).toContainEqual({ op: "add", path: "/spec/shutdown", value: "Terminate" });
      expect(patch).toContainEqual({ op: "remove", path: "/spec/suspend" });
    },
  );
  it("leaves exit handlers to one that has begun", () => {
    const begun = { phase: "Running" as const, compressedNodes: "H4sI" };
    expect(stopPatch(held({}, begun), "Stop")).toContainEqual({
      op: "add",
      path: "/spec/shutdown",
      value: "Stop",
    });
  });
});
