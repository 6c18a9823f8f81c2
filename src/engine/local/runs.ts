import type { Workflow } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import { EngineError, type RunKey } from "../engine.js";
import type { Executor, StepNews } from "./executor.js";
import type { Action, Fact, Interpreter, Library } from "./interpreter/facts.js";
import { open } from "./interpreter/interpreter.js";
import type { RunStore } from "./run-store.js";
import { type LiveRun, wasRunning, type Written } from "./live-run.js";
import { giveUp } from "./give-up.js";
import { startName } from "./process-notes.js";
import { keyText } from "./tokens.js";
import { type Asker, Turns } from "./turns.js";
import { WakeTimer } from "./wake-timer.js";

export interface RunsOptions {
  store: RunStore;
  /** Names of the steps that an engine which crashed had started. */
  started: ReadonlySet<string>;
  library: Library;
  clock: () => number;
  log: (event: object, message: string) => void;
  /** Called after each durable change. */
  onChange: (key: RunKey) => void;
  onFinish: (key: RunKey) => void;
}

const saveRetryMs = 1000;

/**
 * The unfinished runs. Each accepted fact is folded, what changed is written in one transaction, and the actions are
 * carried out when it is durable. When the store cannot be written, actions wait and the write is tried again. What a
 * method of this class wrote is durable when the store's `synced` resolves.
 */
export class Runs {
  readonly #options: RunsOptions;
  readonly #executor: Executor;
  readonly #turns: Turns;
  readonly #live = new Map<string, LiveRun>();
  /** Steps that are marked as running and will be with the executor once that is durable. */
  #handedOver = 0;
  #closed = false;

  constructor(options: RunsOptions, executor: Executor) {
    this.#options = options;
    this.#executor = executor;
    this.#turns = new Turns(options);
  }

  find(key: RunKey): Workflow | undefined {
    return this.#live.get(keyText(key))?.interpreter.workflow;
  }

  /** Begins a new workflow; it is written when this returns. */
  begin(workflow: Workflow): void {
    const run = this.#open(workflow);
    this.#advance(run, { type: "opened", at: this.#options.clock() });
  }

  /** Goes on with a stored workflow after a restart: what ran then was interrupted. */
  resume(workflow: Workflow): void {
    const { uid = "" } = workflow.metadata;
    const { ids, isThisBoot } = this.#options.store.announced(uid);
    const mayHaveRun = new Set(
      ids.filter((id) => !isThisBoot || this.#options.started.has(startName(uid, id))),
    );
    const interrupted = Object.values(workflow.status?.nodes ?? {}).filter(
      (node) => wasRunning(node) || (mayHaveRun.has(node.id) && node.phase === "Pending"),
    );
    const run = this.#open(workflow);
    this.#advance(run, { type: "opened", at: this.#options.clock() });
    const message = "interrupted: the engine was restarted while this step ran";
    for (const { id: nodeId } of interrupted) {
      this.#advance(run, { type: "finished", at: this.#options.clock(), nodeId, phase: "Error", message });
    }
  }

  /** Folds a fact; `alongside` changes the workflow in the same write. False when the run is not live. */
  advance(key: RunKey, fact: Fact, alongside?: (workflow: Workflow) => void): boolean {
    const run = this.#live.get(keyText(key));
    if (!run) return false;
    this.#advance(run, fact, alongside);
    return true;
  }

  /** Writes a change of the workflow's metadata, of a live run or of a finished one. */
  write(key: RunKey, change: (workflow: Workflow) => void): void {
    const run = this.#live.get(keyText(key));
    const workflow = run?.interpreter.workflow ?? this.#options.store.get(key);
    if (!workflow) return;
    change(workflow);
    if (run) {
      run.isUnsaved = true;
      this.#flushed(run);
    } else {
      this.#save(workflow, [], []);
      const { store, onChange } = this.#options;
      // Who waits for the store is told when it fails; what watchers are told is only to look again.
      void store
        .syncedLater()
        .catch(() => undefined)
        .then(() => onChange(key));
    }
  }

  close(): void {
    this.#closed = true;
    for (const run of this.#live.values()) this.#forget(run);
  }

  #open(workflow: Workflow): LiveRun {
    const { name = "", namespace = "", uid = "" } = workflow.metadata;
    const key = { namespace, name };
    const { clock, library } = this.#options;
    const run: LiveRun = {
      key,
      uid,
      interpreter: this.#interpreter(workflow, library),
      unsaved: new Set(),
      isUnsaved: false,
      flushes: 0,
      held: [],
      recovered: [],
      announced: new Set(),
      timer: new WakeTimer(clock, (at) => void this.#tell(run, { type: "elapsed", at })),
    };
    this.#live.set(keyText(key), run);
    return run;
  }

  #interpreter(workflow: Workflow, library: Library): Interpreter {
    try {
      return open(workflow, library);
    } catch (error) {
      this.#options.log({ err: error, run: workflow.metadata.name }, "a workflow could not be opened");
      return { workflow, advance: () => giveUp(workflow, error, this.#options.clock()) };
    }
  }

  /** Folds a fact that comes from inside. What one turn brings is written together. */
  #tell(run: LiveRun, fact: Fact): Promise<Written> {
    if (!this.#isLive(run)) return Promise.resolve({ durable: () => Promise.resolve() });
    this.#fold(run, fact);
    return this.#write(run);
  }

  /** Nobody can be told that the store failed: the write is tried again until it succeeds. */
  #write(run: LiveRun): Promise<Written> {
    run.writing ??= Promise.resolve().then(async () => {
      run.writing = undefined;
      if (!this.#isLive(run)) return { durable: () => Promise.resolve() };
      try {
        this.#flushed(run);
      } catch (error) {
        this.#complain(run, error);
        await recovery(run);
      }
      return { durable: () => this.#persisted(run, this.#options.store.synced()) };
    });
    return run.writing;
  }

  async #persisted(run: LiveRun, flushed: Promise<void>): Promise<void> {
    try {
      await flushed;
    } catch (error) {
      this.#complain(run, error);
      if (this.#isLive(run)) await recovery(run);
    }
  }

  #isLive(run: LiveRun): boolean {
    return !this.#closed && this.#live.get(keyText(run.key)) === run;
  }

  #advance(run: LiveRun, fact: Fact, alongside?: (workflow: Workflow) => void): void {
    if (this.#live.get(keyText(run.key)) !== run) return;
    this.#fold(run, fact);
    if (alongside) {
      alongside(run.interpreter.workflow);
      run.isUnsaved = true;
    }
    this.#flushed(run);
  }

  /** For callers who wait for the store themselves. */
  #flushed(run: LiveRun): void {
    void this.#persisted(run, this.#flush(run));
  }

  #fold(run: LiveRun, fact: Fact): void {
    const { workflow } = run.interpreter;
    let step;
    try {
      step = run.interpreter.advance(fact);
    } catch (error) {
      this.#options.log({ err: error, run: run.key.name, fact: fact.type }, "the interpreter failed");
      step = giveUp(workflow, error, this.#options.clock());
    }
    for (const id of step.changed) run.unsaved.add(id);
    if (fact.type === "running" || fact.type === "finished") run.announced.delete(fact.nodeId);
    run.isUnsaved ||= step.workflowChanged || step.changed.length > 0;
    run.held.push(...step.actions);
  }

  /** Marks what will start at once as running, in the same write. */
  #foldStarts(run: LiveRun): void {
    const { workflow } = run.interpreter;
    const starts = run.held.filter((action) => action.type === "start");
    let handedOver = this.#handedOver;
    for (const { template, nodeId } of starts) {
      if (!this.#executor.hasRoom({ template, workflow }, handedOver)) return;
      handedOver += 1;
      this.#fold(run, { type: "running", at: this.#options.clock(), nodeId });
    }
  }

  /** Throws when it cannot be written; rejects when it cannot be made durable. Either is tried again later. */
  #flush(run: LiveRun): Promise<void> {
    clearTimeout(run.retry);
    this.#foldStarts(run);
    try {
      if (run.isUnsaved) this.#save(run.interpreter.workflow, [...run.unsaved], [...run.announced]);
    } catch (error) {
      this.#retryLater(run);
      throw error;
    }
    const wasUnsaved = run.isUnsaved;
    run.unsaved.clear();
    run.isUnsaved = false;
    const actions = run.held.splice(0);
    const starts = actions.filter(({ type }) => type === "start").length;
    this.#handedOver += starts;
    run.flushes += 1;
    const { store } = this.#options;
    return (actions.length > 0 ? store.synced() : store.syncedLater()).then(
      () => {
        this.#handedOver -= starts;
        run.flushes -= 1;
        if (this.#isLive(run)) this.#carryOut(run, actions, wasUnsaved);
      },
      (cause: unknown) => {
        this.#handedOver -= starts;
        run.flushes -= 1;
        this.#takeBack(run, actions);
        throw new EngineError(`failed to write run ${run.key.name}`, { cause, retryable: true });
      },
    );
  }

  #carryOut(run: LiveRun, actions: readonly Action[], isChanged: boolean): void {
    for (const action of actions) this.#act(run, action);
    for (const tell of run.recovered.splice(0)) tell();
    const isDone = isFinished(run.interpreter.workflow.status?.phase);
    if (isDone && !run.isUnsaved && run.flushes === 0) {
      this.#forget(run);
      this.#executor.dropRun(run.uid);
      this.#turns.releaseRun(run.uid);
      this.#options.onFinish(run.key);
    }
    if (isChanged) this.#options.onChange(run.key);
  }

  /** What a disk has taken before it failed is not known: all is written again. */
  #takeBack(run: LiveRun, actions: readonly Action[]): void {
    for (const id of Object.keys(run.interpreter.workflow.status?.nodes ?? {})) run.unsaved.add(id);
    run.isUnsaved = true;
    run.held.unshift(...actions);
    if (this.#isLive(run)) this.#retryLater(run);
  }

  #retryLater(run: LiveRun): void {
    clearTimeout(run.retry);
    run.retry = setTimeout(() => void this.#write(run), saveRetryMs);
  }

  #complain(run: LiveRun, error: unknown): void {
    this.#options.log({ err: error, run: run.key.name }, "a run could not be written; trying again");
  }

  #save(workflow: Workflow, changed: string[], announced: string[]): void {
    const { metadata } = workflow;
    metadata.resourceVersion = String(Number(metadata.resourceVersion ?? "0") + 1);
    try {
      this.#options.store.save(workflow, changed, announced);
    } catch (cause) {
      throw new EngineError(`failed to write run ${metadata.name ?? ""}`, { cause, retryable: true });
    }
  }

  #act(run: LiveRun, action: Action): void {
    switch (action.type) {
      case "start":
        return this.#executor.start({
          key: run.key,
          uid: run.uid,
          workflow: run.interpreter.workflow,
          nodeId: action.nodeId,
          template: action.template,
          announce: () => this.#announce(run, action.nodeId),
          tell: (news) => this.#tell(run, stepFact(action.nodeId, this.#options.clock(), news)),
        });
      case "kill":
        return this.#executor.kill(run.uid, action.nodeId);
      case "wake":
        return run.timer.add(action.at);
      default:
        return this.#turns.act(this.#asker(run), action);
    }
  }

  async #announce(run: LiveRun, nodeId: string): Promise<void> {
    if (!this.#isLive(run)) return;
    run.announced.add(nodeId);
    run.isUnsaved = true;
    const { durable } = await this.#write(run);
    await durable();
  }

  #asker(run: LiveRun): Asker {
    return { uid: run.uid, namespace: run.key.namespace, tell: (fact) => void this.#tell(run, fact) };
  }

  #forget(run: LiveRun): void {
    clearTimeout(run.retry);
    for (const tell of run.recovered.splice(0)) tell();
    run.timer.close();
    this.#live.delete(keyText(run.key));
  }
}

function recovery(run: LiveRun): Promise<void> {
  return new Promise((resolve) => run.recovered.push(resolve));
}

function stepFact(nodeId: string, at: number, news: StepNews): Fact {
  return { ...news, at, nodeId };
}
