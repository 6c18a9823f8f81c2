import { describe, expect, it } from "vitest";
import type { NodeStatus, Template, Workflow } from "../../../manifest/argo.js";
import { readRun } from "../../../run/read-run.js";
import { layoutGraph } from "./layout-graph.js";
import { graphOf, mostBoxes, type Graph } from "./run-graph.js";

type Given = Partial<NodeStatus> & { name: string };

/** Nodes by name; children are given by name too, and a name is its own id. */
function graph(
  nodes: Given[],
  templates: Template[] = [],
  phase: "Running" | "Succeeded" = "Succeeded",
): Graph | undefined {
  const status = Object.fromEntries(
    nodes.map((given) => {
      const displayName = given.name.replace(/^.*?[.\]]/, "").replace(/^\./, "") || given.name;
      return [
        given.name,
        {
          id: given.name,
          displayName,
          type: "Pod",
          phase: "Succeeded",
          boundaryID: "wf",
          ...given,
        } as NodeStatus,
      ];
    }),
  );
  const workflow: Workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "wf", namespace: "ns" },
    spec: { templates },
    status: { phase, nodes: status },
  };
  return graphOf(readRun(workflow));
}

/** `a>b` by label, joints as `*`. */
function lines(drawn: Graph | undefined): string[] {
  const label = new Map(drawn?.boxes.map((box) => [box.id, box.kind === "joint" ? "*" : box.label]));
  return (drawn?.edges ?? []).map(({ from, to }) => `${label.get(from)}>${label.get(to)}`).sort();
}

describe("the graph of a run", () => {
  it("leads through groups and templates to what runs in them", () => {
    const drawn = graph([
      { name: "wf", type: "DAG", boundaryID: "", children: ["wf.a"] },
      { name: "wf.a", children: ["wf.b"] },
      { name: "wf.b", type: "Steps", children: ["wf.b[0]"] },
      { name: "wf.b[0]", type: "StepGroup", boundaryID: "wf.b", children: ["wf.b[0].x", "wf.b[0].y"] },
      { name: "wf.b[0].x", displayName: "x", boundaryID: "wf.b", children: ["wf.c"] },
      { name: "wf.b[0].y", displayName: "y", boundaryID: "wf.b", children: ["wf.c"] },
      { name: "wf.c" },
    ]);
    expect(lines(drawn)).toEqual(["a>x", "a>y", "x>c", "y>c"]);
  });

  it("draws attempts as their step, and a long loop as one box", () => {
    const items = Array.from({ length: 20 }, (_, index) => `wf.t(${index}:${index})`);
    const drawn = graph([
      { name: "wf", type: "DAG", boundaryID: "", children: ["wf.r", "wf.t"] },
      { name: "wf.r", type: "Retry", phase: "Failed", children: ["wf.r(0)", "wf.r(1)"] },
      { name: "wf.r(0)", phase: "Failed", nodeFlag: { retried: true } },
      { name: "wf.r(1)", phase: "Failed", nodeFlag: { retried: true }, children: ["wf.z"] },
      { name: "wf.t", type: "TaskGroup", children: items },
      ...items.map((name, index): Given => ({
        name,
        phase: index === 7 ? "Failed" : "Succeeded",
        children: ["wf.z"],
      })),
      { name: "wf.z" },
    ]);
    expect(drawn?.boxes.map(({ label, detail }) => [label, detail]).sort()).toEqual([
      ["r", "Failed, attempt 2"],
      ["t × 20", "1 of 20 failed"],
      ["z", "Succeeded"],
    ]);
    expect(lines(drawn)).toEqual(["r>z", "t × 20>z"]);
  });

  it("lets many lines meet in a point", () => {
    const [left, right] = [
      ["a", "b", "c"],
      ["x", "y"],
    ];
    const drawn = graph([
      { name: "wf", type: "Steps", boundaryID: "", children: ["wf[0]"] },
      { name: "wf[0]", type: "StepGroup", children: left.map((name) => `wf[0].${name}`) },
      ...left.map((name): Given => ({ name: `wf[0].${name}`, displayName: name, children: ["wf[1]"] })),
      { name: "wf[1]", type: "StepGroup", children: right.map((name) => `wf[1].${name}`) },
      ...right.map((name): Given => ({ name: `wf[1].${name}`, displayName: name })),
    ]);
    expect(lines(drawn)).toEqual(["*>x", "*>y", "a>*", "b>*", "c>*"]);
  });

  it("draws what is still to come of steps and of tasks", () => {
    const steps: Template[] = [
      {
        name: "main",
        steps: [
          [{ name: "a", template: "t" }],
          [{ name: "g", template: "t" }],
          [{ name: "z", template: "t", withItems: ["1"] }],
        ],
      },
      { name: "t", container: { image: "x" } },
    ];
    const ofSteps: Given[] = [
      {
        name: "wf",
        type: "Steps",
        phase: "Running",
        boundaryID: "",
        templateName: "main",
        children: ["wf[0]"],
      },
      { name: "wf[0]", type: "StepGroup", phase: "Running", children: ["wf[0].a"] },
      { name: "wf[0].a", displayName: "a", phase: "Running" },
    ];
    expect(lines(graph(ofSteps, steps, "Running"))).toEqual(["a>g", "g>z (loop)"]);
    expect(lines(graph(ofSteps, steps, "Succeeded"))).toEqual([]);
    const tasks: Template[] = [
      {
        name: "main",
        dag: {
          tasks: [
            { name: "a", template: "t" },
            { name: "b", template: "t" },
            { name: "c", template: "t", depends: "a.Succeeded && b" },
          ],
        },
      },
    ];
    const ofTasks: Given[] = [
      { name: "wf", type: "DAG", phase: "Running", boundaryID: "", templateName: "main", children: ["wf.a"] },
      { name: "wf.a", phase: "Running" },
    ];
    expect(lines(graph(ofTasks, tasks, "Running"))).toEqual(["a>c", "b>c"]);
  });

  it("draws whole templates as one box where there is too much, and nothing where that is too much too", () => {
    const inner = (parent: string) => Array.from({ length: 12 }, (_, index) => `${parent}.s${index}`);
    const many = (parents: number): Given[] => {
      const names = Array.from({ length: parents }, (_, index) => `wf.p${index}`);
      return [
        { name: "wf", type: "DAG", boundaryID: "", children: names },
        ...names.map((name): Given => ({ name, type: "DAG", children: inner(name) })),
        ...names.flatMap((parent) => inner(parent).map((name): Given => ({ name, boundaryID: parent }))),
      ];
    };
    const drawn = graph(many(10));
    expect(drawn?.folded).toBe(true);
    expect(drawn?.boxes.map(({ detail }) => detail)).toEqual(
      Array.from({ length: 10 }, () => "Succeeded, 12 nodes"),
    );
    expect(graph(many(mostBoxes + 1))).toBeUndefined();
  });

  it("survives nodes that lead in a circle or nowhere", () => {
    const drawn = graph([
      { name: "wf", type: "Steps", boundaryID: "wf", children: ["wf.g"] },
      { name: "wf.g", type: "StepGroup", children: ["wf.g", "wf.a", "gone"] },
      { name: "wf.a", children: ["wf.g"] },
    ]);
    expect(drawn?.boxes).toHaveLength(1);
  });

  it("has places for all of it, in both directions", () => {
    const drawn = graph([
      { name: "wf", type: "DAG", boundaryID: "", children: ["wf.a"] },
      { name: "wf.a", children: ["wf.b"] },
      { name: "wf.b" },
    ]);
    if (drawn === undefined) throw new Error("nothing was drawn");
    const [across, down] = [layoutGraph(drawn, "across"), layoutGraph(drawn, "down")];
    expect(across.places.get("wf.a")?.x).toBeLessThan(across.places.get("wf.b")?.x ?? 0);
    expect(down.places.get("wf.a")?.y).toBeLessThan(down.places.get("wf.b")?.y ?? 0);
    expect(across.lines).toHaveLength(1);
  });
});
