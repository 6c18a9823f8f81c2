import type { NodeStatus, Workflow } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import { EngineError, type RunKey } from "../engine.js";
import type { Executor, StepNews } from "./executor.js";
import type { Action, Fact, Interpreter, Library } from "./interpreter/facts.js";
import { open } from "./interpreter/interpreter.js";
import type { RunStore } from "./run-store.js";
import { keyText } from "./tokens.js";
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

interface LiveRun {
  key: RunKey;
  uid: string;
  interpreter: Interpreter;
  /** Ids of nodes that are not yet in the store, and what may be done only when they are. */
  unsaved: Set<string>;
  held: Action[];
  timer: WakeTimer;
  retry?: NodeJS.Timeout;
}

const saveRetryMs = 1000;

/**
 * The unfinished runs. Each accepted fact is folded, what changed is written in one transaction, and only then are
 * the actions carried out. When the store cannot be written, actions wait and the write is tried again.
 */
export class Runs {
  readonly #options: RunsOptions;
  readonly #executor: Executor;
  readonly #live = new Map<string, LiveRun>();
  #closed = false;

  constructor(options: RunsOptions, executor: Executor) {
    this.#options = options;
    this.#executor = executor;
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
    if (run) this.#flush(run);
    else {
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
      held: [],
      timer: new WakeTimer(clock, (at) => this.#tell(run, { type: "elapsed", at })),
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

  /** For facts that come from inside: nobody can be told that the store failed, the retry of the write goes on. */
  #tell(run: LiveRun, fact: Fact): void {
    if (this.#closed || this.#live.get(keyText(run.key)) !== run) return;
    try {
      this.#advance(run, fact);
    } catch (error) {
      this.#options.log({ err: error, run: run.key.name }, "a run could not be written; trying again");
    }
  }

  #advance(run: LiveRun, fact: Fact, alongside?: (workflow: Workflow) => void): void {
    if (this.#live.get(keyText(run.key)) !== run) return;
    const { workflow } = run.interpreter;
    let step;
    try {
      step = run.interpreter.advance(fact);
    } catch (error) {
      this.#options.log({ err: error, run: run.key.name, fact: fact.type }, "the interpreter failed");
      step = giveUp(workflow, error, this.#options.clock());
    }
    alongside?.(workflow);
    for (const id of step.changed) run.unsaved.add(id);
    run.held.push(...step.actions);
    this.#flush(run);
  }

  #flush(run: LiveRun): void {
    clearTimeout(run.retry);
    try {
      this.#save(run.interpreter.workflow, [...run.unsaved]);
    } catch (error) {
      run.retry = setTimeout(() => this.#retry(run), saveRetryMs);
      throw error;
    }
    run.unsaved.clear();
    const actions = run.held.splice(0);
    for (const action of actions) this.#act(run, action);
    if (isFinished(run.interpreter.workflow.status?.phase)) {
      this.#forget(run);
      this.#executor.dropRun(run.uid);
      this.#options.onFinish(run.key);
    }
    this.#options.onChange(run.key);
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
    }
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

function wasRunning(node: NodeStatus): boolean {
  return node.type === "Pod" && node.phase === "Running";
}

/** Ends a workflow that the interpreter cannot go on with, so that it is not tried for ever. */
function giveUp(workflow: Workflow, error: unknown, now: number) {
  const finishedAt = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const message = `the local engine failed: ${error instanceof Error ? error.message : String(error)}`;
  const open = Object.values(workflow.status?.nodes ?? {}).filter((node) => node.finishedAt === undefined);
  for (const node of open) Object.assign(node, { phase: "Error", message, finishedAt });
  const startedAt = workflow.status?.startedAt ?? finishedAt;
  workflow.status = { ...workflow.status, phase: "Error", message, startedAt, finishedAt };
  return { actions: [], changed: open.map((node) => node.id), workflowChanged: true };
}
