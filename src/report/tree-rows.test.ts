import { describe, expect, it } from "vitest";
import type { NodeStatus } from "../manifest/argo.js";
import { at, makeNode, makeRun } from "./run-maker.js";
import { rowsOf } from "./tree-rows.js";

function print(nodes: NodeStatus[]): string[] {
  return rowsOf(makeRun({ phase: "Running" }, nodes), new Set()).map(
    ({ branch, name, note }) => `${branch}${name}${note() === "" ? "" : `: ${note()}`}`,
  );
}
function item(index: number, fields: Partial<NodeStatus> = {}): NodeStatus {
  const times = { startedAt: at("00:00"), finishedAt: at(`01:${String(index % 60).padStart(2, "0")}`) };
  return makeNode(`each(${index}:x)`, { phase: "Succeeded", ...times, ...fields });
}

describe("the rows of a tree", () => {
  it("hold a short loop item by item", () => {
    expect(print([0, 1, 2].map((index) => item(index)))).toHaveLength(4);
  });
  it("fold a long loop, and show of it what did not succeed", () => {
    const nodes = Array.from({ length: 30 }, (_, index) =>
      item(index, index >= 25 ? { phase: index === 25 ? "Running" : "Failed", message: "no" } : {}),
    );
    expect(print(nodes)).toEqual([
      "● plan-x",
      "└─✖ each × 30: 4 failed, 1 running, 25 succeeded",
      "  ├─✖ each(26:x): 1m 26s, no",
      "  ├─✖ each(27:x): 1m 27s, no",
      "  ├─✖ each(28:x): 1m 28s, no",
      "  └─… 2 more like these",
    ]);
  });
  it("tell how long a loop took that has ended", () => {
    expect(print([0, 1, 2, 3].map((index) => item(index)))[1]).toBe("└─✔ each × 4: 1m 3s, 4 succeeded");
  });
  it("keep two loops beside each other apart", () => {
    const other = [0, 1, 2, 3].map((index) => makeNode(`other(${index})`, { phase: "Pending" }));
    expect(print([...[0, 1, 2, 3].map((index) => item(index)), ...other]).slice(1)).toEqual([
      "├─✔ each × 4: 1m 3s, 4 succeeded",
      "└─◷ other × 4: 4 waiting to start",
      ...[0, 1, 2].map((index) => `  ├─◷ other(${index})`),
      "  └─… 1 more like these",
    ]);
  });
  it("fold the attempts of a retry, and show what the last one holds", () => {
    const retry = makeNode("deploy", {
      type: "Retry",
      phase: "Succeeded",
      children: ["deploy(0)", "deploy(1)"],
      startedAt: at("00:00"),
      finishedAt: at("00:09"),
    });
    const first = makeNode("deploy(0)", { phase: "Failed", message: "no" });
    const last = makeNode("deploy(1)", { type: "Steps", phase: "Succeeded" });
    const inside = makeNode("upload", { phase: "Succeeded", boundaryID: "deploy(1)" });
    expect(print([retry, first, last, inside])).toEqual([
      "● plan-x",
      "└─✔ deploy: 9s, 2 attempts",
      "  └─✔ upload",
    ]);
  });
});
