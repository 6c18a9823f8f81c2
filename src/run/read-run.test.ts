import { describe, expect, it } from "vitest";
import type { NodeStatus, Workflow } from "../manifest/argo.js";
import { failingLeaf, gateTemplateOf, openGates } from "./gates.js";
import { fnv32a, nodeId, podName } from "./node-id.js";
import { readRun } from "./read-run.js";
import { treeOf, type TreeNode } from "./tree.js";

const facts = {
  installationId: 1,
  repositoryId: 2,
  repository: "acme/site",
  manifest: "deploy",
  manifestFile: ".workflows/deploy.yaml",
  checkName: "deploy",
  title: "Deploy the site",
  event: "pull_request",
  headSha: "abc",
  ref: "refs/heads/x",
  actor: { id: 3, login: "alice" },
  attempt: 1,
  tokenPermissions: {},
  trigger: "pull_request 1",
  cloneUrl: "https://example.test/acme/site.git",
  htmlUrl: "https://example.test",
};

function node(name: string, fields: Partial<NodeStatus> = {}): NodeStatus {
  const displayName = name.replace(/^wf(\[\d+\])?\.?/, "") || name;
  return { id: nodeId("wf", name), name, displayName, type: "Pod", phase: "Succeeded", ...fields };
}

function workflow(nodes: NodeStatus[], rest: Partial<Workflow> = {}): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "wf", namespace: "ns", uid: "u" },
    spec: {},
    status: { phase: "Running", nodes: Object.fromEntries(nodes.map((each) => [each.id, each])) },
    ...rest,
  };
}

function annotated(annotations: Record<string, string>): Workflow {
  return { ...workflow([]), metadata: { name: "wf", annotations } };
}

describe("node ids", () => {
  it("hashes as Go's fnv.New32a", () => {
    expect(fnv32a("")).toBe(2166136261);
    expect(fnv32a("größe")).toBe(3443061914);
    expect(nodeId("wf", "wf")).toBe("wf");
    expect(nodeId("wf", "wf[0].one")).toBe("wf-284716080");
    expect(podName("wf", "wf[0].one", "echo")).toBe("wf-echo-284716080");
  });
});

describe("readRun", () => {
  it("reads the annotations that Sluice wrote", () => {
    const report = { legs: [{ id: 9, leg: 0, completed: false, hash: "h" }] };
    const run = readRun(
      annotated({
        "sluice.dev/facts": JSON.stringify(facts),
        "sluice.dev/report": JSON.stringify(report),
        "sluice.dev/stopped": '{"reason":"newer commit","by":"sluice"}',
      }),
    );
    expect(run.facts).toEqual(facts);
    expect(run.report).toEqual(report);
    expect(run.stopped).toEqual({ reason: "newer commit", by: "sluice" });
    expect(run.title).toBe("Deploy the site");
  });

  it("survives annotations that anyone else wrote", () => {
    for (const text of ["", "{", "null", "[]", "7", '{"legs":[1,{"id":"x"}]}', '{"reason":1}']) {
      const run = readRun(
        annotated({ "sluice.dev/facts": text, "sluice.dev/report": text, "sluice.dev/stopped": text }),
      );
      expect(run).toMatchObject({ facts: undefined, report: { legs: [] }, phase: "Running", title: "wf" });
      expect(run).not.toHaveProperty("stopped");
    }
    const wrong = { ...facts, actor: { login: "alice" } };
    expect(readRun(annotated({ "sluice.dev/facts": JSON.stringify(wrong) })).facts).toBeUndefined();
  });

  it("counts leaves", () => {
    const run = readRun(
      workflow([
        node("wf", { type: "Steps", phase: "Running" }),
        node("wf[0].a"),
        node("wf[1].gate", { type: "Suspend", phase: "Running" }),
        node("wf[1].b", { type: "Skipped", phase: "Skipped" }),
      ]),
    );
    expect(run.progress).toEqual({ done: 1, total: 2 });
    expect(run.root?.type).toBe("Steps");
  });
});

describe("treeOf", () => {
  const show = ({ node: { displayName }, children }: TreeNode): string =>
    children.length === 0 ? displayName : `${displayName}(${children.map(show).join(" ")})`;

  it("nests by boundary, leaves out groups, omitted tasks and single attempts", () => {
    const inWf = { boundaryID: "wf" };
    const at = (second: number): Partial<NodeStatus> => ({
      ...inWf,
      startedAt: `2026-01-02T03:04:0${second}Z`,
    });
    const [retry, first, second] = [
      nodeId("wf", "wf[1].r"),
      nodeId("wf", "wf[1].r(0)"),
      nodeId("wf", "wf[1].t(0)"),
    ];
    const nodes = [
      node("wf.onExit", { displayName: "wf.onExit", nodeFlag: { hooked: true } }),
      node("wf[1].t(0)", { ...at(3), nodeFlag: { retried: true } }),
      node("wf[1].t(1)", { ...at(4), nodeFlag: { retried: true } }),
      node("wf[1].t", { ...at(3), type: "Retry", children: [second, nodeId("wf", "wf[1].t(1)")] }),
      node("wf[1].r(0)", { ...at(2), nodeFlag: { retried: true } }),
      node("wf[1].r", { ...at(2), type: "Retry", children: [first] }),
      node("wf[0].b", at(1)),
      node("wf[0].a(10:x)", at(1)),
      node("wf[0].a(2:x)", at(1)),
      node("wf[0].gone", { ...at(1), type: "Skipped", phase: "Omitted" }),
      node("wf[0]", { ...at(1), type: "StepGroup", children: [nodeId("wf", "wf[0].b")] }),
      node("wf[1]", { ...at(2), type: "StepGroup", children: [retry, nodeId("wf", "wf[1].t")] }),
      node("wf", { type: "Steps", children: [nodeId("wf", "wf[0]")] }),
    ];
    const shown = treeOf(readRun(workflow(nodes))).map(show);
    expect(shown).toEqual(["wf(a(2:x) a(10:x) b r(0) t(t(0) t(1)))", "wf.onExit"]);
  });
});

describe("openGates", () => {
  const waiting = { type: "Suspend", phase: "Running", startedAt: "2026-01-02T03:04:05Z" } as const;
  const supplied = { parameters: [{ name: "ok", valueFrom: { supplied: {} } }] };
  const gate = {
    name: "gate",
    suspend: {},
    inputs: { parameters: [{ name: "ok", default: "NO", enum: ["YES", "NO"] }] },
    outputs: supplied,
  };

  it("finds waiting suspend nodes, but not delays", () => {
    const templates = [gate, { name: "delay", suspend: { duration: "10s" } }];
    const inputs = { parameters: [{ name: "ok", value: "NO" }] };
    const nodes = [
      node("wf[0].a", { ...waiting, templateName: "gate", inputs, outputs: supplied }),
      node("wf[0].b", { ...waiting, templateName: "delay" }),
      node("wf[0].c", { ...waiting, templateName: "gate", phase: "Succeeded" }),
    ];
    const [open, ...rest] = openGates(readRun(workflow(nodes, { spec: { templates } })));
    expect(rest).toEqual([]);
    expect(open).toMatchObject({
      node: { displayName: "a" },
      template: { name: "gate" },
      outputs: ["ok"],
      inputs: [{ name: "ok", value: "NO", default: "NO", enum: ["YES", "NO"] }],
      startedAt: "2026-01-02T03:04:05Z",
    });
  });

  it("finds a template that was reached by reference", () => {
    const stored = { ...workflow([]), status: { storedTemplates: { "namespaced/shared/gate": gate } } };
    const byRef = node("wf[0].a", { ...waiting, templateRef: { name: "shared", template: "gate" } });
    const inside = node("wf[0].b", { ...waiting, templateName: "gate", templateScope: "namespaced/shared" });
    expect(gateTemplateOf({ workflow: stored }, byRef)).toBe(gate);
    expect(gateTemplateOf({ workflow: stored }, inside)).toBe(gate);
    expect(gateTemplateOf({ workflow: stored }, node("wf[0].c", { templateName: "other" }))).toBeUndefined();
  });
});

describe("failingLeaf", () => {
  it("is the deepest node, of the failure that came first", () => {
    const end = (second: number): Partial<NodeStatus> => ({
      phase: "Failed",
      finishedAt: `2026-01-02T03:04:0${second}Z`,
    });
    const nodes = [
      node("wf", { ...end(3), type: "Steps" }),
      node("wf[0]", {
        ...end(3),
        type: "StepGroup",
        boundaryID: "wf",
        children: [nodeId("wf", "wf[0].late")],
      }),
      node("wf[0].late", { ...end(3), boundaryID: "wf" }),
      node("wf[0].early", { ...end(1), boundaryID: "wf" }),
      node("wf[0].fine", { boundaryID: "wf", finishedAt: "2026-01-02T03:04:00Z" }),
    ];
    expect(failingLeaf(readRun(workflow(nodes)))?.displayName).toBe("early");
    expect(failingLeaf(readRun(workflow([node("wf")])))).toBeUndefined();
  });
  it("is no attempt that was tried again, and no step whose failure was allowed", () => {
    const failed = (second: number): Partial<NodeStatus> => ({
      phase: "Failed",
      finishedAt: `2026-01-02T03:04:0${second}Z`,
    });
    const attempts = ["0", "1"].map((index) =>
      node(`wf.deploy(${index})`, { ...failed(Number(index)), boundaryID: "wf" }),
    );
    const retry = (phase: "Failed" | "Succeeded") =>
      node("wf.deploy", {
        ...failed(3),
        phase,
        type: "Retry",
        boundaryID: "wf",
        children: attempts.map(({ id }) => id),
      });
    const root = node("wf", { ...failed(9), type: "Steps" });
    const tolerant = node("wf.group", { phase: "Succeeded", type: "Steps", boundaryID: "wf" });
    const allowed = node("wf.group.lint", { ...failed(1), boundaryID: tolerant.id });
    const last = node("wf.last", { ...failed(8), boundaryID: "wf" });
    const leaf = (...nodes: NodeStatus[]) => failingLeaf(readRun(workflow([root, ...nodes])))?.name;
    expect(leaf(retry("Failed"), ...attempts)).toBe("wf.deploy(1)");
    expect(leaf(retry("Succeeded"), ...attempts, tolerant, allowed, last)).toBe("wf.last");
    expect(leaf(tolerant, allowed)).toBe("wf");
  });
  it("counts the attempts of one step as one", () => {
    const attempts = ["0", "1"].map((index) => node(`wf.deploy(${index})`, { phase: "Failed" }));
    const retry = node("wf.deploy", {
      type: "Retry",
      phase: "Running",
      children: attempts.map(({ id }) => id),
    });
    expect(readRun(workflow([retry, ...attempts, node("wf.a", { phase: "Succeeded" })])).progress).toEqual({
      done: 1,
      total: 2,
    });
  });
});
