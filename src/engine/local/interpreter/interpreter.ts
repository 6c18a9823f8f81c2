import { Variables } from "../../../expression/scope.js";
import { substitute } from "../../../expression/substitute.js";
import { assertNever } from "../../../lib/assert-never.js";
import type { NodeStatus, Workflow } from "../../../manifest/argo.js";
import { podName } from "../../../run/node-id.js";
import { isFailed, isFinished, isFulfilled } from "../../../run/phases.js";
import { Blocked, faultOf } from "./call-error.js";
import { execute } from "./execute.js";
import type { Fact, Interpreter, Library, Step } from "./facts.js";
import { setGlobals } from "./globals.js";
import { applyHalt, enforceDeadlines, haltOf } from "./halt.js";
import { exitHookOf, targetOf } from "./hooks.js";
import type { GivenArguments } from "./inputs.js";
import { leafFinished, leafRunning, nodeWaiting } from "./leaf.js";
import { isWork } from "./leaf-node.js";
import { begin, endStragglers, finish, finishAs, isHeld, phaseOf, takeUp } from "./lifecycle.js";
import { nodeLocked } from "./locks.js";
import { nodeRecalled } from "./memoize.js";
import { setWorkflowProgress } from "./progress.js";
import { RunState } from "./run-state.js";
import { suspendAnswered } from "./suspend.js";
import { rootPlace } from "./templates.js";
import { advanceWorkflowHooks } from "./workflow-hooks.js";

/** One pass may open the way for the next; a run that needs more than this many is going in circles. */
const MAX_PASSES = 10_000;

/**
 * Interprets a workflow as Argo's controller does: after each fact it walks the template tree from the entrypoint and
 * brings every node that is not fulfilled as far as it goes, until nothing moves. Pure: the time is in the facts.
 */
export function open(workflow: Workflow, library: Library): Interpreter {
  const run = new RunState(workflow, library);
  return {
    workflow,
    advance(fact: Fact): Step {
      run.now = fact.at;
      if (!isFinished(run.status.phase) && !isHeld(run, fact)) {
        begin(run);
        if (!isFinished(run.status.phase)) apply(run, fact);
        if (!isFinished(run.status.phase)) settle(run);
      }
      // Each pass makes them anew; a run that waits need not hold them.
      run.globals = new Variables(fact.at);
      return run.takeStep();
    },
  };
}

function apply(run: RunState, fact: Fact): void {
  switch (fact.type) {
    case "finished":
      return leafFinished(run, fact.nodeId, fact);
    case "running":
      return leafRunning(run, fact.nodeId);
    case "waiting":
      return nodeWaiting(run, fact.nodeId, fact.message);
    case "locked":
      return nodeLocked(run, fact.nodeId, fact.fault);
    case "recalled":
      return nodeRecalled(run, fact.nodeId, fact.outputs);
    case "answered":
      return suspendAnswered(run, fact.nodeId, fact.answer);
    case "stopped":
      return stop(run, fact.strategy, fact.message);
    case "opened":
    case "begun":
    case "elapsed":
      return run.walk.lookEverywhere();
    default:
      return assertNever(fact, "fact");
  }
}

/** A later Terminate ends what a Stop let run on; never the other way round. */
function stop(run: RunState, strategy: "Stop" | "Terminate", message: string): void {
  const { spec } = run.workflow;
  if (spec.shutdown !== "Terminate" && spec.shutdown !== strategy) {
    spec.shutdown = strategy;
    run.touchWorkflow();
  }
  run.walk.lookEverywhere();
  applyHalt(run, message);
}

function settle(run: RunState): void {
  run.takeMoved();
  run.isStuck = false;
  for (let passes = 0; passes < MAX_PASSES; passes++) {
    run.walk.begin();
    pass(run);
    if (isFinished(run.status.phase)) return;
    if (run.takeMoved()) continue;
    run.walk.end();
    if (!isStalled(run)) break;
    if (run.isStuck) return finish(run, "Error", "no node of the workflow can go on");
    run.isStuck = true;
    run.walk.lookEverywhere();
  }
  setWorkflowProgress(run);
}

/** Nothing runs, waits for an answer, a lock or a time: no fact will come. */
function isStalled(run: RunState): boolean {
  if (run.isWaking || run.status.phase === "Pending") return false;
  for (const node of run.index.open.values()) {
    if (isWork(node) || node.type === "Suspend" || node.phase === "Pending") return false;
  }
  return true;
}

function pass(run: RunState): void {
  try {
    setGlobals(run);
  } catch (error) {
    finish(run, "Failed", faultOf(error));
    return;
  }
  if (!takeUp(run)) return;
  applyHalt(run);
  enforceDeadlines(run);
  const root = advanceRoot(run);
  if (root) run.globals.set("workflow.status", isFulfilled(root.phase) ? phaseOf(root) : "Running");
  const areHooksDone = advanceWorkflowHooks(run);
  if (!root || !isFulfilled(root.phase) || !areHooksDone || !endStragglers(run)) return;
  run.globals.set("workflow.failures", failures(run));
  if (isEntryError(run)) {
    finishAs(run, root, undefined);
    return;
  }
  const exit = advanceExit(run);
  if (exit !== "open") finishAs(run, root, exit);
}

const ENTRY_ERROR = "error in entry template execution: ";

function isEntryError(run: RunState): boolean {
  return run.status.message?.startsWith(ENTRY_ERROR) === true;
}

function advanceRoot(run: RunState): NodeStatus | undefined {
  const lenient = { strict: [], allowUnresolved: true };
  const entrypoint = substitute(run.spec.entrypoint, run.globals, lenient);
  try {
    return execute(run, {
      name: run.name,
      call: {
        name: run.name,
        ...(entrypoint ? { template: entrypoint } : {}),
        arguments: workflowArguments(run),
      },
      place: rootPlace(run),
      caller: "workflow",
      onExit: false,
      depth: 0,
    });
  } catch (error) {
    if (error instanceof Blocked) return run.node(run.name);
    run.status.message = `${ENTRY_ERROR}${faultOf(error)}`;
    run.touchWorkflow();
    return run.node(run.name);
  }
}

/** The arguments of the workflow with the values that `workflow.parameters` shows. */
function workflowArguments(run: RunState): GivenArguments {
  const given = substitute(run.spec.arguments ?? {}, run.globals, { strict: [], allowUnresolved: true });
  const parameters = (given.parameters ?? []).map(({ name }) => ({
    name,
    value: run.globals.get(`workflow.parameters.${name}`) ?? "",
  }));
  return { parameters, ...(given.artifacts ? { artifacts: given.artifacts } : {}) };
}

/** The workflow's exit handler: its node when it has ended, undefined when there is none to run. */
function advanceExit(run: RunState): NodeStatus | undefined | "open" {
  const hook = exitHookOf(run.spec);
  const name = `${run.name}.onExit`;
  // What has begun is seen to its end, also when it is being terminated.
  if (!hook || (haltOf(run, true) && !run.node(name))) return undefined;
  const given = substitute(hook.arguments ?? {}, run.globals, { strict: [], allowUnresolved: true });
  const whole = workflowArguments(run);
  try {
    const node = execute(run, {
      name,
      call: { ...targetOf(hook), name, arguments: hook.arguments ? given : whole },
      place: rootPlace(run),
      caller: "hook",
      onExit: true,
      flag: { hooked: true },
      depth: 0,
    });
    return isFulfilled(node.phase) ? node : "open";
  } catch (error) {
    if (error instanceof Blocked) return "open";
    finish(run, "Error", `error in exit template execution : ${faultOf(error)}`);
    return "open";
  }
}

/** `workflow.failures`: a quoted JSON list, null when nothing failed, as Argo gives it to exit handlers. */
function failures(run: RunState): string {
  const failed = Object.values(run.nodes).filter((node) => isFailed(node.phase));
  const list = failed.map(({ name, displayName, message, templateName, templateRef, phase, finishedAt }) => {
    const template = templateName ?? templateRef?.template ?? "";
    return {
      displayName,
      message: message ?? "",
      templateName: template,
      phase,
      podName: podName(run.name, name, template),
      finishedAt: finishedAt ?? null,
    };
  });
  return JSON.stringify(failed.length === 0 ? "null" : JSON.stringify(list));
}
