import { spawn } from "node:child_process";
import { once } from "node:events";
import Database from "libsql";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NodeStatus, Workflow } from "../../manifest/argo.js";
import { openLocalEngine } from "./local-engine.js";
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
  expect(store.list({ unfinished: true })).toEqual([]);
  expect(store.list({})).toHaveLength(1);
  store.close();
});

describe("labels", () => {
  const labelled = (name: string, labels?: Record<string, string>, phase = "Running") => ({
    ...run([]),
    metadata: { name, namespace: "n", uid: name, ...(labels ? { labels } : {}) },
    status: { phase: phase as "Running" },
  });
  const names = (found: Workflow[]) => found.map(({ metadata }) => metadata.name);

  it("find the runs that have all of them, in the order of submission, as they are now", () => {
    const store = new RunStore(join(directory, "db"));
    store.save(labelled("z", { of: "1", at: "a" }), []);
    store.save(labelled("y", { of: "1", at: "b" }, "Succeeded"), []);
    store.save(labelled("x", { of: "2", at: "a" }), []);
    store.save(labelled("w"), []);
    const of = (labels: Record<string, string>, unfinished = false) =>
      names(store.list({ labels, unfinished }));
    expect(of({})).toEqual(["z", "y", "x", "w"]);
    expect(of({ of: "1" })).toEqual(["z", "y"]);
    expect(of({ of: "1" }, true)).toEqual(["z"]);
    expect(of({ at: "a", of: "2" })).toEqual(["x"]);
    expect(of({ at: "b", of: "2" })).toEqual([]);
    expect(of({ of: "1' OR '1'='1" })).toEqual([]);
    expect(names(store.outline({ labels: { at: "a" } }))).toEqual(["z", "x"]);
    store.save(labelled("x", { of: "1" }), []);
    expect(of({ of: "1" })).toEqual(["z", "y", "x"]);
    expect(of({ at: "a" })).toEqual(["z"]);
    store.remove("z");
    expect(of({ of: "1" })).toEqual(["y", "x"]);
    store.close();
  });

  it("are those that were written: of a write that failed none stay", () => {
    const store = new RunStore(join(directory, "db"));
    const broken = {
      toJSON: () => {
        throw new Error("no");
      },
    };
    const failing = { ...labelled("w", { of: "1" }), status: { nodes: { a: broken } } };
    expect(() => store.save(failing as unknown as Workflow, ["a"])).toThrow("no");
    expect(store.list({ labels: { of: "1" } })).toEqual([]);
    store.save(labelled("w", { of: "1" }), []);
    expect(names(store.list({ labels: { of: "1" } }))).toEqual(["w"]);
    store.close();
  });

  it("of a file from before they had a table are found too", () => {
    const store = new RunStore(join(directory, "db"));
    store.save(labelled("w", { of: "1" }), []);
    store.close();
    const db = new Database(join(directory, "db"));
    db.exec("DROP TABLE labels; PRAGMA user_version = 0");
    db.close();
    const again = new RunStore(join(directory, "db"));
    expect(names(again.list({ labels: { of: "1" } }))).toEqual(["w"]);
    again.close();
  });
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
  before.processes.put(pids[0] ?? 0);
  appendFileSync(join(directory, "processes"), `${pids[1] ?? 0} 1\n1 1\nhalf a li`);
  before.close();
  mkdirSync(join(directory, "steps", "left", "upper"), { recursive: true });
  const gone = left ? once(left, "exit") : undefined;
  const store = openStore(directory);
  expect((await gone)?.[1]).toBe("SIGKILL");
  expect(startTime(pids[1] ?? 0)).toBeDefined();
  expect(store.processes.alive()).toEqual([]);
  expect(readdirSync(join(directory, "steps"))).toEqual([]);
  store.close();
  other?.kill("SIGKILL");
});

describe("a step that was announced when the engine crashed", () => {
  const key = { namespace: "n", name: "w" };
  const template = { name: "main", container: { command: ["true"] } };
  const workflow = { ...run([{ ...node("w", "Pending"), templateName: "main", templateScope: "local/w" }]) };
  workflow.spec = { entrypoint: "main", templates: [template] };

  async function afterCrash(notes: string, boot?: string): Promise<NodeStatus | undefined> {
    const before = openStore(directory);
    before.store.save(workflow, ["w"], ["w"]);
    before.close();
    if (boot !== undefined) {
      const database = new Database(join(directory, "runs.db"));
      database.prepare("UPDATE runs SET announced = ?").run([JSON.stringify({ boot, ids: ["w"] })]);
      database.close();
    }
    writeFileSync(join(directory, "processes"), notes);
    const engine = await openLocalEngine({ directory, isolation: "serial" });
    try {
      while ((await engine.list({ unfinished: true })).length > 0) await sleep(20);
      return (await engine.get(key))?.status?.nodes?.["w"];
    } finally {
      await engine.close();
    }
  }

  it("runs when it had not been started", async () => {
    expect(await afterCrash("started u/other\n")).toMatchObject({ phase: "Succeeded" });
  });

  it("was interrupted when it had been started", async () => {
    expect(await afterCrash("started u/w\n")).toMatchObject({
      phase: "Error",
      message: "interrupted: the engine was restarted while this step ran",
    });
  });

  it("counts as interrupted when the machine went down too: its start may be lost", async () => {
    expect(await afterCrash("", "another boot")).toMatchObject({ phase: "Error" });
  });
});
