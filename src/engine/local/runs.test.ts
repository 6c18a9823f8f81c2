import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { deferred } from "../../lib/deferred.js";
import type { Template, Workflow } from "../../manifest/argo.js";
import type { GateAnswer, RunKey } from "../engine.js";
import { Executor } from "./executor.js";
import type { Library } from "./interpreter/facts.js";
import { logFile } from "./log-file.js";
import { RunStore } from "./run-store.js";
import { Runs } from "./runs.js";
import { RunTokens } from "./tokens.js";

const library: Library = { workflowTemplates: {}, configMaps: {} };
const yes: GateAnswer = { phase: "Succeeded", message: "yes", outputs: {}, annotations: {} };

let directory: string;
let store: RunStore;
let executor: Executor;
let runs: Runs;
/** What is added to the time of the clock. */
let aheadMs: number;
const clock = () => Date.now() + aheadMs;
let onLog: (message: string) => void;
let onChange: (key: RunKey) => void;

function open(): void {
  store = new RunStore(join(directory, "runs.db"));
  executor = new Executor({
    directory,
    isolation: { kind: "serial" },
    mounts: [],
    hidden: [],
    images: [],
    library,
    maxParallelSteps: 2,
    tokens: new RunTokens(clock),
    onProcess: () => undefined,
    onIdle: () => undefined,
  });
  const ignore = () => undefined;
  const log = (_: object, message: string) => onLog(message);
  const options = { store, started: new Set<string>(), library, clock, log };
  runs = new Runs({ ...options, onChange: (key) => onChange(key), onFinish: ignore }, executor);
}

async function close(): Promise<void> {
  runs.close();
  await executor.close();
  store.close();
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-runs-"));
  aheadMs = 0;
  onLog = () => undefined;
  onChange = () => undefined;
  open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await close();
  rmSync(directory, { recursive: true, force: true });
});

const gate: Template = { name: "gate", suspend: {} };
const step: Template = { name: "step", script: { image: "none", command: ["sh"], source: "echo done" } };

function inParallel(...templates: Template[]): Workflow["spec"] {
  const calls = templates.map(({ name = "" }) => ({ name, template: name }));
  return { entrypoint: "main", templates: [{ name: "main", steps: [calls] }, ...templates] };
}

const inTurn = (...templates: Template[]): Workflow["spec"] => ({
  entrypoint: "main",
  templates: [
    { name: "main", steps: templates.map(({ name = "" }) => [{ name, template: name }]) },
    ...templates,
  ],
});

function begin(name: string, spec: Workflow["spec"]): RunKey {
  const metadata = { name, namespace: "n", uid: `uid-of-${name}`, labels: { of: name } };
  runs.begin({ apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata, spec });
  return { namespace: "n", name };
}

function read(key: RunKey): Workflow {
  const workflow = runs.find(key) ?? store.get(key);
  if (!workflow) throw new Error(`there is no run ${key.name}`);
  return workflow;
}

function nodeOf(key: RunKey, displayName: string) {
  return Object.values(read(key).status?.nodes ?? {}).find((node) => node.displayName === displayName);
}

function answer(key: RunKey, displayName = "gate"): boolean {
  const nodeId = nodeOf(key, displayName)?.id ?? "";
  return runs.advance(key, { type: "answered", at: clock(), nodeId, answer: yes });
}

/** Whether the run is unfinished and read from the store whenever it is asked for. */
function isResting(key: RunKey): boolean {
  const get = vi.spyOn(store, "get");
  const found = runs.find(key);
  const isRead = get.mock.calls.length > 0;
  get.mockRestore();
  return found !== undefined && isRead;
}

/** Long enough for whatever was written to be durable. */
async function settled(): Promise<void> {
  await store.synced();
  await sleep(100);
}

it("rests at a gate in the store, and goes on from what is there", async () => {
  const key = begin("rests", inTurn(step, gate, { ...step, name: "after" }));
  expect(isResting(key), "at once").toBe(false);
  await expect.poll(() => isResting(key)).toBe(true);
  expect(runs.has(key)).toBe(true);
  const before = nodeOf(key, "step");
  expect(before).toMatchObject({ phase: "Succeeded" });

  runs.write(key, ({ metadata }) => (metadata.annotations = { noted: "meanwhile" }));
  expect(isResting(key), "after a note").toBe(true);
  expect(store.list({ labels: { of: "rests" } })).toHaveLength(1);

  expect(answer(key)).toBe(true);
  expect(isResting(key), "with a step at work").toBe(false);
  await expect.poll(() => read(key).status?.phase).toBe("Succeeded");
  expect(read(key).metadata.annotations).toMatchObject({ noted: "meanwhile" });
  expect(nodeOf(key, "step")).toEqual(before);
  await expect.poll(() => runs.has(key)).toBe(false);
  expect(answer(key)).toBe(false);
});

it("rests at once after a restart, with all others", async () => {
  const keys = ["a", "b", "c"].map((name) => begin(name, inTurn(gate, step)));
  await settled();
  await close();
  open();
  expect(store.unfinished()).toEqual(keys);
  for (const key of store.unfinished()) runs.resume(key);
  expect(keys.map(isResting)).toEqual([true, true, true]);
  for (const key of keys) answer(key);
  await expect.poll(() => keys.map((key) => read(key).status?.phase)).toEqual(keys.map(() => "Succeeded"));
});

it("gives what its gate gives to all that comes", async () => {
  const output = { name: "go", globalName: "decision", valueFrom: { supplied: {} } };
  const say = "echo {{workflow.outputs.parameters.decision}}";
  const after: Template = { name: "after", script: { image: "none", command: ["sh"], source: say } };
  const gives = { ...gate, outputs: { parameters: [output] } };
  const key = begin("gives", inTurn(gives, after));
  await expect.poll(() => isResting(key)).toBe(true);
  const nodeId = nodeOf(key, "gate")?.id ?? "";
  runs.advance(key, { type: "answered", at: clock(), nodeId, answer: { ...yes, outputs: { go: "YES" } } });
  await expect.poll(() => read(key).status?.phase).toBe("Succeeded");
  expect(read(key).status?.outputs?.parameters).toMatchObject([{ name: "decision", value: "YES" }]);
  const { uid = "" } = read(key).metadata;
  const log = readFileSync(logFile(directory, uid, nodeOf(key, "after")?.id ?? ""), "utf8");
  expect(log).toContain("YES");
});

it("is stopped where it rests", async () => {
  const key = begin("stopped", inTurn(gate));
  await expect.poll(() => isResting(key)).toBe(true);
  runs.advance(key, { type: "stopped", at: clock(), strategy: "Terminate", message: "no more" });
  await expect.poll(() => runs.has(key)).toBe(false);
  expect(read(key).status).toMatchObject({ phase: "Failed" });
  expect(nodeOf(key, "gate")).toMatchObject({ phase: "Failed", message: "no more" });
});

it("does not rest while a step is at work, a lock is held or a time is to come", async () => {
  const mutex = { synchronization: { mutexes: [{ name: "one" }] } };
  const working = begin(
    "working",
    inParallel(gate, { ...step, script: { ...step.script, source: "sleep 1000" } }),
  );
  const holding = begin("holding", { ...inTurn(gate), ...mutex });
  const second = begin("second", { ...inTurn(gate), ...mutex });
  const timed = begin("timed", inParallel(gate, { name: "timed", suspend: { duration: "1h" } }));
  await settled();
  expect([working, holding, second, timed].map(isResting)).toEqual([false, false, false, false]);
  expect(read(second).status).toMatchObject({ phase: "Pending", message: expect.stringContaining("one") });
  answer(holding);
  await expect.poll(() => read(second).status?.phase).toBe("Running");
});

it("does not rest with a time that has come and was not yet looked at", async () => {
  const other: Template = {
    name: "main",
    steps: [[{ name: "gate", template: "gate" }], [{ name: "last", template: "gate" }]],
  };
  const spec: Workflow["spec"] = {
    entrypoint: "both",
    templates: [
      {
        name: "both",
        dag: {
          tasks: [
            { name: "timed", template: "timed" },
            { name: "main", template: "main" },
          ],
        },
      },
      { name: "timed", steps: [[{ name: "pause", template: "pause" }]] },
      { name: "pause", suspend: { duration: "2s" } },
      other,
      gate,
    ],
  };
  const key = begin("late", spec);
  await settled();
  aheadMs = 10_000;
  answer(key);
  await expect.poll(() => nodeOf(key, "pause")?.phase).toBe("Succeeded");
  await expect.poll(() => isResting(key)).toBe(true);
});

it("stays as it was when the store cannot be read, and says so", async () => {
  const key = begin("unread", inTurn(gate));
  await expect.poll(() => isResting(key)).toBe(true);
  const nodeId = nodeOf(key, "gate")?.id ?? "";
  const fact = { type: "answered", at: clock(), nodeId, answer: yes } as const;
  const get = vi.spyOn(store, "get").mockImplementation(() => {
    throw new Error("disk I/O error");
  });
  const refusal = expect.objectContaining({ name: "EngineError", retryable: true });
  expect(() => runs.find(key)).toThrow(refusal);
  expect(() => runs.advance(key, fact)).toThrow(refusal);
  expect(() => runs.write(key, () => undefined)).toThrow(refusal);
  get.mockRestore();
  expect(isResting(key)).toBe(true);
  expect(runs.advance(key, fact)).toBe(true);
  await expect.poll(() => read(key).status?.phase).toBe("Succeeded");
});

it("does not rest until what it has written is durable", async () => {
  const key = begin("unsynced", inTurn(gate));
  const save = vi.spyOn(store, "save");
  const refuse = () => Promise.reject(new Error("no space left on device"));
  vi.spyOn(store, "syncedLater")
    .mockResolvedValueOnce()
    .mockImplementationOnce(() => sleep(20).then(refuse));
  const said: [message: string, isResting: boolean][] = [];
  onLog = (message) => said.push([message, isResting(key)]);
  for (const noted of ["first", "second"])
    runs.write(key, ({ metadata }) => (metadata.annotations = { noted }));
  await expect.poll(() => said.length).toBe(1);
  await expect.poll(() => isResting(key)).toBe(true);
  expect(said).toEqual([["a run could not be written; trying again", false]]);
  const written = save.mock.calls.at(-1)?.[1] ?? [];
  expect(written, "all nodes once more").toEqual(Object.keys(read(key).status?.nodes ?? {}));
});

it("tells of a note on a run that rests when the note is durable", async () => {
  const key = begin("noted", inTurn(gate));
  await expect.poll(() => isResting(key)).toBe(true);
  const told = vi.fn();
  onChange = told;
  const { promise, resolve } = deferred<void>();
  vi.spyOn(store, "syncedLater").mockReturnValueOnce(promise);
  runs.write(key, ({ metadata }) => (metadata.annotations = { noted: "meanwhile" }));
  await settled();
  expect(told).not.toHaveBeenCalled();
  resolve();
  await expect.poll(() => told.mock.calls).toEqual([[key]]);
});

it("is written again after it was taken up in vain", async () => {
  const key = begin("unwritten", inTurn(gate));
  await expect.poll(() => isResting(key)).toBe(true);
  vi.spyOn(store, "save").mockImplementationOnce(() => {
    throw new Error("database or disk is full");
  });
  expect(() => answer(key)).toThrow(expect.objectContaining({ name: "EngineError", retryable: true }));
  expect(store.get(key)?.status?.phase).toBe("Running");
  await expect.poll(() => store.get(key)?.status?.phase).toBe("Succeeded");
  await expect.poll(() => runs.has(key)).toBe(false);
});
