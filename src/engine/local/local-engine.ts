import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { NodeStatus, Workflow } from "../../manifest/argo.js";
import {
  EngineError,
  type Engine,
  type GateAnswer,
  type GateKey,
  type NodeLog,
  type RunKey,
  type RunToken,
  type Submission,
  type Unsupported,
  type WatchHandle,
  type WriteResult,
} from "../engine.js";
import type { Reach } from "./reach.js";
import { isFinished } from "../../run/phases.js";
import { Changes } from "./changes.js";
import { Executor } from "./executor.js";
import type { ImageRule } from "./images.js";
import type { Library } from "./interpreter/facts.js";
import { unsupported } from "./interpreter/supports.js";
import { openProgram } from "./image/program.js";
import { unsupportedByImages } from "./image/supports.js";
import { chooseIsolation } from "./isolation.js";
import type { LocalEngineOptions } from "./local-engine-options.js";
import { Launcher } from "./launcher.js";
import { lockDirectory, type DirectoryLock } from "./directory-lock.js";
import { contains, parseMount, type Mount } from "./namespace.js";
import { openStore, type Stores } from "./open-store.js";
import { PodPool } from "./pod-pool.js";
import type { RunStore } from "./run-store.js";
import { Runs } from "./runs.js";
import type { Isolation } from "./sandbox.js";
import { segment } from "./segment.js";
import { logFile } from "./step.js";
import { readTail, readWhole } from "./step-log.js";
import { RunTokens } from "./tokens.js";

export type { Library, LocalEngineOptions };

/** Opens the engine of a directory and goes on with its unfinished runs. Throws when another one has it open. */
export async function openLocalEngine(options: LocalEngineOptions): Promise<Engine> {
  const {
    clock = Date.now,
    log = () => undefined,
    library = { workflowTemplates: {}, configMaps: {} },
  } = options;
  if (!existsSync(options.directory)) mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const directory = realpathSync(options.directory);
  const mounts = (options.mounts ?? []).map(parseMount);
  for (const { host } of mounts) {
    if (contains(directory, host)) throw new Error(`mount "${host}" lies in the engine's own directory`);
  }
  const hidden = (options.hidden ?? []).filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const lock = lockDirectory(directory);
  let stores: Stores | undefined;
  let launcher: Launcher | undefined;
  try {
    stores = openStore(directory);
    const { processes } = stores;
    launcher = await Launcher.open(directory, (pid) => processes.put(pid, true), log);
    const isolation = await isolationFor(options, directory, mounts, log);
    const moved = mounts.find((mount) => mount.host !== mount.path);
    if (isolation.kind === "serial" && moved)
      throw new Error(`mount "${moved.host}:${moved.path}": steps cannot have a root of their own here`);
    const parallel = Math.max(1, options.maxParallelSteps ?? availableParallelism());
    const maxParallelSteps = isolation.kind === "serial" ? 1 : parallel;
    const pods =
      launcher && isolation.kind === "overlay"
        ? new PodPool(launcher, join(directory, "steps"), maxParallelSteps)
        : undefined;
    const { images = [], reach } = options;
    const step = { directory, isolation, mounts, hidden, images, maxParallelSteps, reach };
    return new LocalEngine({
      ...step,
      launcher,
      pods,
      stores,
      store: stores.store,
      lock,
      library,
      clock,
      log,
    });
  } catch (error) {
    await launcher?.close();
    stores?.close();
    lock.release();
    throw error;
  }
}

async function isolationFor(
  { executor = "process", isolation = "auto" }: LocalEngineOptions,
  directory: string,
  mounts: readonly Mount[],
  log: NonNullable<LocalEngineOptions["log"]>,
): Promise<Isolation> {
  if (executor === "process") return chooseIsolation(isolation, directory, mounts, log);
  await openProgram(executor, directory);
  return { kind: "image", program: executor };
}

interface Parts {
  directory: string;
  isolation: Isolation;
  mounts: readonly Mount[];
  hidden: readonly string[];
  images: readonly ImageRule[];
  reach: Reach | undefined;
  maxParallelSteps: number;
  launcher: Launcher | undefined;
  pods: PodPool | undefined;
  stores: Stores;
  store: RunStore;
  lock: DirectoryLock;
  library: Library;
  clock: () => number;
  log: (event: object, message: string) => void;
}

class LocalEngine implements Engine {
  readonly kind = "local";
  readonly #parts: Parts;
  readonly #store: RunStore;
  readonly #tokens: RunTokens;
  readonly #changes = new Changes();
  readonly #executor: Executor;
  readonly #runs: Runs;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { store, stores, clock } = parts;
    this.#parts = parts;
    this.#store = store;
    const tokens = new RunTokens(clock);
    this.#tokens = tokens;
    this.#executor = new Executor({
      ...parts,
      tokens,
      onProcess: (pid) => this.#note(() => stores.processes.put(pid)),
      onIdle: () => this.#note(() => stores.processes.clear()),
    });
    const onChange = (key: RunKey) => this.#changes.note(key);
    this.#runs = new Runs(
      { ...parts, started: stores.started, onChange, onFinish: (key) => tokens.drop(key) },
      this.#executor,
    );
    for (const workflow of store.list({ unfinished: true })) this.#runs.resume(workflow);
  }

  supports(workflow: Workflow): Unsupported[] {
    const { library, isolation } = this.#parts;
    const found = unsupported(workflow, library);
    return isolation.kind === "image" ? [...found, ...unsupportedByImages(workflow)] : found;
  }

  async submit(workflow: Workflow): Promise<Submission> {
    this.#assertOpen();
    const { metadata } = workflow;
    const name =
      metadata.name ?? (metadata.generateName ? metadata.generateName + randomBytes(3).toString("hex") : "");
    if (name === "")
      throw new EngineError("failed to submit: the workflow has no name", { retryable: false });
    const key = { namespace: metadata.namespace ?? "default", name };
    const stored = this.#read(key);
    if (stored) {
      await this.#synced();
      return { created: false, workflow: stored };
    }
    const { apiVersion, kind, spec } = structuredClone(workflow);
    const identity = {
      ...key,
      uid: randomUUID(),
      creationTimestamp: `${new Date(this.#parts.clock()).toISOString().slice(0, 19)}Z`,
    };
    this.#runs.begin({ apiVersion, kind, metadata: { ...structuredClone(metadata), ...identity }, spec });
    await this.#synced();
    return { created: true, workflow: this.#read(key) ?? workflow };
  }

  /** Only what is durable is shown. */
  async get(key: RunKey): Promise<Workflow | undefined> {
    const workflow = this.#read(key);
    await this.#synced();
    return workflow;
  }

  async list(selector: Parameters<Engine["list"]>[0]): Promise<Workflow[]> {
    this.#assertOpen();
    const found = this.#asking(() =>
      selector.outline === true ? this.#store.outline(selector) : this.#store.list(selector),
    );
    await this.#synced();
    return found;
  }

  watch(onChange: (key: RunKey) => void): WatchHandle {
    return this.#changes.watch(onChange);
  }

  async release(key: RunKey, gate: GateKey, answer: GateAnswer): Promise<WriteResult> {
    this.#assertOpen();
    const workflow = this.#runs.find(key);
    if (!workflow || !isWaiting(workflow, gate)) return "moved";
    const fact = { type: "answered", at: this.#parts.clock(), nodeId: gate.nodeId, answer } as const;
    this.#runs.advance(key, fact, ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, ...answer.annotations };
    });
    await this.#synced();
    return "done";
  }

  async begin(key: RunKey, annotations: Record<string, string | null>): Promise<WriteResult> {
    this.#assertOpen();
    if (this.#runs.find(key)?.spec.suspend !== true) return "moved";
    const fact = { type: "begun", at: this.#parts.clock() } as const;
    this.#runs.advance(key, fact, ({ metadata }) => annotateWith(metadata, annotations));
    await this.#synced();
    return "done";
  }

  async stop(key: RunKey, strategy: "Stop" | "Terminate", message: string): Promise<WriteResult> {
    this.#assertOpen();
    const fact = { type: "stopped", at: this.#parts.clock(), strategy, message } as const;
    if (!this.#runs.advance(key, fact)) return "moved";
    await this.#synced();
    return "done";
  }

  async annotate(
    key: RunKey,
    annotations: Record<string, string | null>,
    ifEquals: Record<string, string | null> = {},
  ): Promise<WriteResult> {
    this.#assertOpen();
    const workflow = this.#runs.find(key) ?? this.#read(key);
    if (!workflow) return "moved";
    const present = workflow.metadata.annotations ?? {};
    const same = Object.entries(ifEquals).every(([name, value]) => (present[name] ?? null) === value);
    if (!same) return "moved";
    this.#runs.write(key, ({ metadata }) => annotateWith(metadata, annotations));
    await this.#synced();
    return "done";
  }

  async putToken(key: RunKey, token: RunToken): Promise<void> {
    this.#assertOpen();
    this.#tokens.put(key, token);
    this.#executor.tokenPut(key);
  }

  async dropToken(key: RunKey): Promise<void> {
    if (isFinished(this.#read(key)?.status?.phase)) this.#tokens.drop(key);
  }

  async tokenExpiry(key: RunKey): Promise<string | undefined> {
    return this.#tokens.expiry(key);
  }

  async log(key: RunKey, nodeId: string, tailBytes: number): Promise<NodeLog | undefined> {
    const workflow = this.#read(key);
    const uid = workflow?.metadata.uid;
    if (uid === undefined) return undefined;
    const tail = readTail(logFile(this.#parts.directory, uid, nodeId), tailBytes);
    return tail ?? (isSilent(workflow, nodeId) ? { text: "", truncated: false } : undefined);
  }

  async readLog(key: RunKey, nodeId: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const workflow = this.#read(key);
    const uid = workflow?.metadata.uid;
    if (uid === undefined) return undefined;
    const log = await readWhole(logFile(this.#parts.directory, uid, nodeId));
    return log ?? (isSilent(workflow, nodeId) ? Readable.from([]) : undefined);
  }

  async remove(key: RunKey): Promise<WriteResult> {
    const stored = this.#read(key);
    if (stored === undefined || this.#runs.find(key) !== undefined || !isFinished(stored.status?.phase))
      return "moved";
    const { uid = "" } = stored.metadata;
    try {
      // Files first: what a crash leaves is then still found by the run's row.
      for (const folder of ["logs", "artifacts"])
        await rm(join(this.#parts.directory, folder, segment(uid)), { recursive: true, force: true });
      this.#store.remove(uid);
      await this.#store.synced();
    } catch (cause) {
      throw new EngineError(`failed to remove run ${key.name}`, { cause, retryable: true });
    }
    return "done";
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#runs.close();
    this.#changes.close();
    await this.#executor.close();
    this.#parts.stores.close();
    this.#parts.lock.release();
  }

  /** A note about a process only helps after a crash: a step does not fail when it cannot be written. */
  #note(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#parts.log({ err: error }, "a step's process could not be noted");
    }
  }

  async #synced(): Promise<void> {
    try {
      await this.#store.synced();
    } catch (cause) {
      throw new EngineError("failed to write a run", { cause, retryable: true });
    }
  }

  #read(key: RunKey): Workflow | undefined {
    this.#assertOpen();
    return this.#asking(() => this.#store.get(key));
  }

  #asking<T>(ask: () => T): T {
    try {
      return ask();
    } catch (cause) {
      throw new EngineError("failed to read the runs", { cause, retryable: true });
    }
  }

  #assertOpen(): void {
    if (this.#closing) throw new EngineError("the engine is closed", { retryable: false });
  }
}

function annotateWith(metadata: Workflow["metadata"], annotations: Record<string, string | null>): void {
  const entries = Object.entries({ ...metadata.annotations, ...annotations });
  metadata.annotations = Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

function isWaiting(workflow: Workflow, gate: GateKey): boolean {
  const node: NodeStatus | undefined = workflow.status?.nodes?.[gate.nodeId];
  const same = workflow.metadata.uid === gate.uid && node?.startedAt === gate.startedAt;
  return same && node.type === "Suspend" && node.phase === "Running" && !isFinished(workflow.status?.phase);
}

/** A step that ran and has written nothing has no log file. */
function isSilent(workflow: Workflow | undefined, nodeId: string): boolean {
  const phase = workflow?.status?.nodes?.[nodeId]?.phase;
  return phase === "Running" || phase === "Succeeded" || phase === "Failed";
}
