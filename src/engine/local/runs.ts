import type { Workflow } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import { EngineError, type RunKey } from "../engine.js";
import type { Executor, StepNews } from "./executor.js";
import type { Action, Fact, Interpreter, Library } from "./interpreter/facts.js";
import { open } from "./interpreter/interpreter.js";
import type { RunStore } from "./run-store.js";
import { type LiveRun, wasRunning } from "./live-run.js";
import { giveUp } from "./give-up.js";
import { keyText } from "./tokens.js";
import { type Asker, Turns } from "./turns.js";
import { WakeTimer } from "./wake-timer.js";

export interface RunsOptions {
  store: RunStore;
  library: Library;
  clock: () => number;
  log: (event: object, message: string) => void;
  /** Called after each durable change. */
  onChange: (key: RunKey) => void;
  onFinish: (key: RunKey) => void;
}

const saveRetryMs = 1000;

/**
 * The unfinished runs. Each accepted fact is folded, what changed is written in one transaction, and only then are
 * the actions carried out. When the store cannot be written, actions wait and the write is tried again.
 */
export class Runs {
  readonly #options: RunsOptions;
  readonly #executor: Executor;
  readonly #turns: Turns;
  readonly #live = new Map<string, LiveRun>();
  #closed = false;

  constructor(options: RunsOptions, executor: Executor) {
    this.#options = options;
    this.#executor = executor;
    this.#turns = new Turns(options);
  }

  find(key: RunKey): Workflow | undefined {
    return this.#live.get(keyText(key))?.interpreter.workflow;
  }

  /** Begins a new workflow; it is in the store when this returns. */
  begin(workflow: Workflow): void {
    const run = this.#open(workflow);
    this.#advance(run, { type: "opened", at: this.#options.clock() });
  }

  /** Goes on with a stored workflow after a restart: what ran then was interrupted. */
  resume(workflow: Workflow): void {
    const interrupted = Object.values(workflow.status?.nodes ?? {}).filter(wasRunning);
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
      this.#flush(run);
    } else {
      this.#save(workflow, []);
      this.#options.onChange(key);
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
      held: [],
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

  /**
   * For facts that come from inside. Facts of one turn are written together; the promise settles when they are. Nobody
   * can be told that the store failed: the retry of the write goes on.
   */
  #tell(run: LiveRun, fact: Fact): Promise<void> {
    if (this.#closed || this.#live.get(keyText(run.key)) !== run) return Promise.resolve();
    this.#fold(run, fact);
    run.saving ??= Promise.resolve().then(() => {
      delete run.saving;
      if (!this.#closed) this.#retry(run);
    });
    return run.saving;
  }

  #advance(run: LiveRun, fact: Fact, alongside?: (workflow: Workflow) => void): void {
    if (this.#live.get(keyText(run.key)) !== run) return;
    this.#fold(run, fact);
    if (alongside) {
      alongside(run.interpreter.workflow);
      run.isUnsaved = true;
    }
    this.#flush(run);
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
    run.isUnsaved ||= step.workflowChanged || step.changed.length > 0;
    run.held.push(...step.actions);
  }

  /** Marks what will start at once as running, in the same write. */
  #foldStarts(run: LiveRun): void {
    const { workflow } = run.interpreter;
    const starts = run.held.filter((action) => action.type === "start");
    let handedOver = 0;
    for (const { template, nodeId } of starts) {
      if (!this.#executor.hasRoom({ template, workflow }, handedOver)) return;
      handedOver += 1;
      this.#fold(run, { type: "running", at: this.#options.clock(), nodeId });
    }
  }

  #flush(run: LiveRun): void {
    clearTimeout(run.retry);
    this.#foldStarts(run);
    try {
      if (run.isUnsaved) this.#save(run.interpreter.workflow, [...run.unsaved]);
    } catch (error) {
      run.retry = setTimeout(() => this.#retry(run), saveRetryMs);
      throw error;
    }
    const wasUnsaved = run.isUnsaved;
    run.unsaved.clear();
    run.isUnsaved = false;
    const actions = run.held.splice(0);
    for (const action of actions) this.#act(run, action);
    if (isFinished(run.interpreter.workflow.status?.phase)) {
      this.#forget(run);
      this.#executor.dropRun(run.uid);
      this.#turns.releaseRun(run.uid);
      this.#options.onFinish(run.key);
    }
    if (wasUnsaved) this.#options.onChange(run.key);
  }

  #retry(run: LiveRun): void {
    try {
      this.#flush(run);
    } catch (error) {
      this.#options.log({ err: error, run: run.key.name }, "a run could not be written; trying again");
    }
  }

  #save(workflow: Workflow, changed: string[]): void {
    const { metadata } = workflow;
    metadata.resourceVersion = String(Number(metadata.resourceVersion ?? "0") + 1);
    try {
      this.#options.store.save(workflow, changed);
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

  #asker(run: LiveRun): Asker {
    return { uid: run.uid, namespace: run.key.namespace, tell: (fact) => void this.#tell(run, fact) };
  }

  #forget(run: LiveRun): void {
    clearTimeout(run.retry);
    run.timer.close();
    this.#live.delete(keyText(run.key));
  }
}

function stepFact(nodeId: string, at: number, news: StepNews): Fact {
  return { ...news, at, nodeId };
}
