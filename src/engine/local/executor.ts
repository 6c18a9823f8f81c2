import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Template, Workflow } from "../../manifest/argo.js";
import type { RunKey } from "../engine.js";
import { tokenUse } from "./environment.js";
import type { Sandbox } from "./sandbox.js";
import { segment } from "./segment.js";
import { runStep } from "./step.js";
import { writeToken } from "./step-inputs.js";
import type { StepEnd, StepOptions } from "./step-start.js";
import { keyText, type RunTokens } from "./tokens.js";

/** What an executor tells about a step. */
export type StepNews =
  { type: "running" } | { type: "waiting"; message: string } | ({ type: "finished" } & StepEnd);

export interface StepRequest {
  key: RunKey;
  uid: string;
  workflow: Workflow;
  nodeId: string;
  template: Template;
  /** Never called before `start` has returned, nor is `announce`. Resolves when it is written, and tells when durable. */
  tell: (news: StepNews) => Promise<{ durable: () => Promise<void> }>;
  /**
   * Says that the step is one of the next. When this has resolved, the step may be started before it is written that it
   * runs: should the machine go down in between, it counts as one that may have run.
   */
  announce: () => Promise<void>;
}

export interface ExecutorOptions extends StepOptions {
  maxParallelSteps: number;
  tokens: RunTokens;
  /** Written before the step's command starts. */
  onProcess: (pid: number) => void;
  /** Called when no step runs and the ends of all are written. */
  onIdle: () => void;
}

interface Execution {
  request: StepRequest;
  abort: AbortController;
  needsToken: boolean;
  announced?: "asked" | "durable";
  sandbox?: Sandbox;
  done: Promise<void>;
}

/** Runs steps, first come first served, a number of them at a time. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #queue: Execution[] = [];
  /** How many of the queue need a token. */
  #unparked = 0;
  /** Those that wait for a token. */
  readonly #parked = new Set<Execution>();
  readonly #running = new Map<string, Execution>();
  /** Steps that have ended and whose ends are not yet written. */
  #ending = 0;
  #closed = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  start(request: StepRequest): void {
    if (this.#closed) return;
    const needsToken = usesToken(request).needed;
    if (needsToken) this.#unparked += 1;
    this.#queue.push({ request, abort: new AbortController(), needsToken, done: Promise.resolve() });
    queueMicrotask(() => this.#pump());
  }

  /** Whether a step that is handed over now would run at once. */
  hasRoom(request: Pick<StepRequest, "template" | "workflow">, handedOver: number): boolean {
    const isFree = this.#running.size + this.#queue.length + handedOver < this.#options.maxParallelSteps;
    return isFree && !this.#closed && !tokenUse(request.template, request.workflow).needed;
  }

  /** Ends a step's processes; `finished` is told as for any other end. */
  kill(uid: string, nodeId: string): void {
    this.#running.get(stepKey(uid, nodeId))?.abort.abort();
    for (const waiting of [...this.#queue, ...this.#parked]) {
      if (waiting.request.uid !== uid || waiting.request.nodeId !== nodeId) continue;
      this.#forget(waiting);
      const { tell } = waiting.request;
      queueMicrotask(
        () => this.#closed || void tell({ type: "finished", phase: "Failed", message: "killed" }),
      );
    }
  }

  /** Ends whatever is left of a run, without news. */
  dropRun(uid: string): void {
    for (const waiting of [...this.#queue, ...this.#parked]) {
      if (waiting.request.uid === uid) this.#forget(waiting);
    }
    for (const execution of this.#running.values()) {
      if (execution.request.uid === uid) execution.abort.abort();
    }
    rmSync(join(this.#options.directory, "volumes", segment(uid)), { recursive: true, force: true });
  }

  /** A run has a new token: starts what waited for it, and replaces the one that running steps read. */
  tokenPut(key: RunKey): void {
    for (const parked of this.#parked) {
      if (keyText(parked.request.key) !== keyText(key)) continue;
      this.#parked.delete(parked);
      this.#unparked += 1;
      this.#queue.push(parked);
    }
    for (const { request, sandbox } of this.#running.values()) {
      if (!sandbox || keyText(request.key) !== keyText(key) || !usesToken(request).used) continue;
      writeToken(sandbox, () => this.#options.tokens.fresh(key)).catch(() => undefined);
    }
    queueMicrotask(() => this.#pump());
  }

  /** Kills all steps and tells nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#queue.length = 0;
    this.#unparked = 0;
    this.#parked.clear();
    const running = [...this.#running.values()];
    for (const execution of running) execution.abort.abort();
    await Promise.all(running.map((execution) => execution.done));
    await this.#options.pods?.close();
    await this.#options.launcher?.close();
  }

  #forget(execution: Execution): void {
    this.#parked.delete(execution);
    const at = this.#queue.indexOf(execution);
    if (at < 0) return;
    this.#queue.splice(at, 1);
    if (execution.needsToken) this.#unparked -= 1;
  }

  #pump(): void {
    if (this.#closed) return;
    this.#park();
    while (this.#running.size < this.#options.maxParallelSteps) {
      const execution = this.#queue.shift();
      if (!execution) return;
      if (execution.needsToken) this.#unparked -= 1;
      const { uid, nodeId } = execution.request;
      this.#running.set(stepKey(uid, nodeId), execution);
      execution.done = this.#run(execution);
    }
    this.#announceNext();
  }

  /** So many at once that few syncs are needed, so few that a crash of the machine touches no more. */
  #announceNext(): void {
    const most = 4 * this.#options.maxParallelSteps;
    const next = this.#queue.slice(0, most);
    if (next.filter(({ announced }) => announced).length > most / 2) return;
    for (const execution of next) this.#announce(execution);
  }

  #announce(next: Execution): void {
    if (next.announced) return;
    next.announced = "asked";
    void next.request.announce().then(() => (next.announced = "durable"));
  }

  /** Sets aside the queued steps whose token is missing, so that they hold up nobody. */
  #park(): void {
    if (this.#unparked === 0) return;
    const waiting = this.#queue.filter(
      ({ request, needsToken }) => needsToken && this.#options.tokens.fresh(request.key) === undefined,
    );
    for (const execution of waiting) {
      const { request } = execution;
      this.#forget(execution);
      this.#parked.add(execution);
      void request.tell({ type: "waiting", message: "waiting for a GitHub token" });
    }
  }

  async #run(execution: Execution): Promise<void> {
    const { tokens, onProcess, onIdle } = this.#options;
    const { key, uid, nodeId, workflow, template, tell } = execution.request;
    // The launcher notes what it starts: what is announced need not wait for the store.
    const isLaunched =
      this.#options.launcher !== undefined && (template.script ?? template.container) !== undefined;
    const isAhead = isLaunched && execution.announced === "durable";
    const begun = isAhead ? nextTurn().then(() => tell({ type: "running" })) : tell({ type: "running" });
    if (!isAhead) await (await begun).durable();
    if (this.#closed) return;
    const end = await runStep(this.#options, {
      workflow,
      uid,
      nodeId,
      template,
      token: () => tokens.fresh(key),
      secrets: () => tokens.values(key),
      onProcess,
      onSandbox: (sandbox) => (execution.sandbox = sandbox),
      signal: execution.abort.signal,
    });
    this.#running.delete(stepKey(uid, nodeId));
    if (this.#closed) return;
    this.#ending += 1;
    // The next step starts before this one's end is looked at; it does not follow from it.
    this.#pump();
    await begun;
    await nextTurn();
    await tell({ type: "finished", ...end });
    this.#ending -= 1;
    if (this.#running.size + this.#ending === 0) onIdle();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function usesToken(request: StepRequest): { used: boolean; needed: boolean } {
  return tokenUse(request.template, request.workflow);
}

function stepKey(uid: string, nodeId: string): string {
  return `${uid}/${nodeId}`;
}
