import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { NodeStatus, Workflow } from "../../manifest/argo.js";
import { openStore } from "./open-store.js";
import { startTime } from "./processes.js";
import { RunStore } from "./run-store.js";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "sluice-store-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function node(id: string, phase: NodeStatus["phase"]): NodeStatus {
  return { id, name: id, displayName: id, type: "Pod", ...(phase ? { phase } : {}) };
}

function run(nodes: NodeStatus[]): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "w", namespace: "n", uid: "u" },
    spec: {},
    status: { phase: "Running", nodes: Object.fromEntries(nodes.map((each) => [each.id, each])) },
  };
}

it("keeps the order in which nodes were made, whichever is written again", () => {
  const store = new RunStore(join(directory, "db"));
  store.save(run([node("b", "Running"), node("a", "Pending")]), ["b", "a"]);
  const second = run([node("b", "Succeeded"), node("a", "Failed")]);
  store.save(second, ["b"]);
  const stored = store.get({ namespace: "n", name: "w" });
  expect(Object.keys(stored?.status?.nodes ?? {})).toEqual(["b", "a"]);
  expect(stored?.status?.nodes?.["b"]?.phase).toBe("Succeeded");
  expect(stored?.status?.nodes?.["a"]?.phase, "not named as changed").toBe("Pending");
  store.save({ ...second, status: { ...second.status, phase: "Failed" } }, []);
  expect(store.list(true)).toEqual([]);
  expect(store.list(false)).toHaveLength(1);
  store.close();
});

it("writes nothing of a run whose nodes cannot be written", () => {
  const store = new RunStore(join(directory, "db"));
  const broken = {
    ...node("a", "Running"),
    toJSON: () => {
      throw new Error("no");
    },
  };
  expect(() => store.save(run([broken]), ["a"])).toThrow("no");
  expect(store.get({ namespace: "n", name: "w" })).toBeUndefined();
  store.save(run([node("a", "Running")]), ["a"]);
  store.close();
});

it("kills the processes that a crashed engine noted, but not a later one with the same id", async () => {
  const [left, other] = [0, 1].map(() => spawn("sleep", ["1000"], { detached: true }));
  const pids = [left?.pid ?? 0, other?.pid ?? 0];
  const before = openStore(directory);
  before.processes.put({ uid: "u", nodeId: "a", pid: pids[0] ?? 0, started: startTime(pids[0] ?? 0) ?? "" });
  before.processes.put({ uid: "u", nodeId: "b", pid: pids[1] ?? 0, started: "1" });
  before.close();
  mkdirSync(join(directory, "steps", "left", "upper"), { recursive: true });
  const gone = left ? once(left, "exit") : undefined;
  const store = openStore(directory);
  expect((await gone)?.[1]).toBe("SIGKILL");
  expect(startTime(pids[1] ?? 0)).toBeDefined();
  expect(store.processes.all()).toEqual([]);
  expect(readdirSync(join(directory, "steps"))).toEqual([]);
  store.close();
  other?.kill("SIGKILL");
});
