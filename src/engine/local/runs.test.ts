import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { deferred } from "../../lib/deferred.js";
import type { Template, Workflow } from "../../manifest/argo.js";
import type { GateAnswer, RunKey } from "../engine.js";
import { Executor } from "./executor.js";
import type { Library } from "./interpreter/facts.js";
import { RunStore } from "./run-store.js";
import { Runs } from "./runs.js";
import { RunTokens } from "./tokens.js";

const library: Library = { workflowTemplates: {}, configMaps: {} };
const yes: GateAnswer = { phase: "Succeeded", message: "yes", outputs: { go: "YES" }, annotations: {} };

let directory: string;
let store: RunStore;
let executor: Executor;
let runs: Runs;
const clock = Date.now;
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

/** Until whatever was written is durable and has had its consequences. */
async function settled(): Promise<void> {
  await store.synced();
  await sleep(100);
}

it("writes all of a run again when a disk has not taken what was written", async () => {
  const key = begin("unsynced", inTurn(gate));
  await settled();
  const refuse = () => Promise.reject(new Error("no space left on device"));
  vi.spyOn(store, "syncedLater").mockImplementationOnce(refuse);
  const said: string[] = [];
  onLog = (message) => said.push(message);
  const save = vi.spyOn(store, "save");
  runs.write(key, ({ metadata }) => (metadata.annotations = { noted: "meanwhile" }));
  await expect.poll(() => save.mock.calls.length).toBe(2);
  expect(said).toEqual(["a run could not be written; trying again"]);
  const [first, second] = save.mock.calls.map(([, changed]) => changed);
  expect(first).toEqual([]);
  expect(second).toEqual(Object.keys(read(key).status?.nodes ?? {}));
});

it("goes on by itself when an answer could not be written, and says that it was not", async () => {
  const key = begin("unwritten", inTurn(gate));
  await settled();
  vi.spyOn(store, "save").mockImplementationOnce(() => {
    throw new Error("database or disk is full");
  });
  expect(() => answer(key)).toThrow(expect.objectContaining({ name: "EngineError", retryable: true }));
  expect(store.get(key)?.status?.phase).toBe("Running");
  await expect.poll(() => store.get(key)?.status?.phase).toBe("Succeeded");
  await expect.poll(() => runs.find(key)).toBeUndefined();
  expect(answer(key)).toBe(false);
});

it("carries out what the last fact asks for, also while a note is being written", async () => {
  const memoize = { key: "k", cache: { configMap: { name: "c" } } };
  const output = { name: "go", valueFrom: { supplied: {} } };
  const cached = { ...gate, memoize, outputs: { parameters: [output] } };
  const key = begin("cached", { entrypoint: "gate", templates: [cached] });
  await expect.poll(() => nodeOf(key, key.name)?.phase).toBe("Running");
  await settled();
  const note = deferred<void>();
  vi.spyOn(store, "syncedLater").mockReturnValueOnce(note.promise);
  runs.write(key, ({ metadata }) => (metadata.annotations = { noted: "meanwhile" }));
  const last = deferred<void>();
  vi.spyOn(store, "synced").mockReturnValueOnce(last.promise);
  answer(key, key.name);
  note.resolve();
  await sleep(20);
  last.resolve();
  await expect.poll(() => runs.find(key)).toBeUndefined();
  expect(store.recall("n", "c", "k", 0)).toEqual({ parameters: [{ name: "go", value: "YES" }] });
});

it("does its work and ends when its cache cannot be used", async () => {
  const memoize = { key: "k", cache: { configMap: { name: "c" } } };
  const refuse = () => {
    throw new Error("disk I/O error");
  };
  vi.spyOn(store, "recall").mockImplementation(refuse);
  vi.spyOn(store, "remember").mockImplementation(refuse);
  const said: string[] = [];
  onLog = (message) => said.push(message);
  const key = begin("uncached", { entrypoint: "gate", templates: [{ ...gate, memoize }] });
  await expect.poll(() => nodeOf(key, key.name)?.phase).toBe("Running");
  answer(key, key.name);
  await expect.poll(() => runs.find(key)).toBeUndefined();
  expect(read(key).status?.phase).toBe("Succeeded");
  expect(said).toEqual(["a cache could not be used", "a cache could not be used"]);
});

it("tells of a note on a finished run when the note is durable", async () => {
  const key = begin("noted", inTurn(gate));
  await settled();
  answer(key);
  await expect.poll(() => runs.find(key)).toBeUndefined();
  await settled();
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
