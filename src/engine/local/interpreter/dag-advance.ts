import { dependsOf, type TaskResult } from "../../../expression/depends.js";
import { evaluateWhen } from "../../../expression/when.js";
import type { DAGTask, NodeStatus } from "../../../manifest/argo.js";
import { isCompleted, isFailed, isFulfilled } from "../../../run/phases.js";
import { Blocked, CallError, faultOf, TooDeep } from "./call-error.js";
import { type ResolvedCall, resolveCall } from "./calls.js";
import { ancestorScope, connectTask, type Dag, type DagLoop, taskNode, taskNodeName } from "./dag-tasks.js";
import { childrenOf } from "./edges.js";
import { markError } from "./halt.js";
import { type HookState, runHooks } from "./hooks.js";
import { callsOfLoop, itemsOf } from "./loops.js";
import { ownerOf } from "./node-names.js";
import { variablesOf } from "./scope.js";

/** Brings the tasks forward that changed, or were held back, and those whose turn has come by that. */
export function advanceTasks(dag: Dag, touched: ReadonlySet<string>): void {
  const { frame, memo, node } = dag;
  const { walk, nodes } = frame.run;
  const queue = memo.isFresh || walk.isWhole ? [...memo.tasks] : changedTasks(dag, touched);
  memo.isFresh = false;
  memo.again = new Set();
  const seen = new Set<DAGTask>();
  for (const task of queue) {
    if (memo.settled.has(task.name) || seen.has(task)) continue;
    seen.add(task);
    if (!advanceTask(dag, task, touched)) continue;
    memo.settled.add(task.name);
    for (const dependent of dag.graph.dependents(task)) {
      const before = memo.missing.get(dependent.name);
      if (before === undefined) continue;
      const missing = before - 1;
      memo.missing.set(dependent.name, missing);
      if (missing !== 0) continue;
      seen.delete(dependent);
      queue.push(dependent);
    }
  }
  if (memo.again.size > 0) walk.hold(node, nodes);
}

function changedTasks({ memo, graph, node }: Dag, touched: ReadonlySet<string>): DAGTask[] {
  const tasks = new Set(memo.again);
  for (const name of touched) {
    const task = name.startsWith(`${node.name}.`) ? taskOf(name.slice(node.name.length + 1)) : undefined;
    const found = task === undefined ? undefined : graph.find(task);
    if (found) tasks.add(found);
  }
  return [...tasks];
}

function taskOf(name: string): string | undefined {
  return /^[^(.]+/.exec(name)?.[0];
}

/** True when the task and its hooks have ended. */
function advanceTask(dag: Dag, task: DAGTask, touched: ReadonlySet<string>): boolean {
  if ((dag.memo.missing.get(task.name) ?? 0) > 0) return false;
  const node = taskNode(dag, task.name);
  if (node && isFulfilled(node.phase)) return settleHooks(dag, task, node);
  try {
    if (node || dependsHolds(dag, task)) startTask(dag, task, touched);
  } catch (error) {
    if (error instanceof Blocked) {
      dag.memo.again.add(task);
      return false;
    }
    failTask(dag, task, faultOf(error));
  }
  const after = taskNode(dag, task.name);
  if (!after) return false;
  const hooksDone = settleHooks(dag, task, after);
  return isFulfilled(after.phase) && hooksDone;
}

function failTask(dag: Dag, task: DAGTask, message: string): void {
  const { run, place } = dag.frame;
  const name = taskNodeName(dag, task.name);
  const existing = run.node(name);
  if (existing) markError(run, existing, message);
  else run.create({ name, type: "Skipped", phase: "Error", message, boundary: dag.node, call: task, place });
  connectTask(dag, task, name);
}

/** Whether the task may run, now that all it depends on has ended; makes the node of one that is omitted. */
function dependsHolds(dag: Dag, task: DAGTask): boolean {
  const { frame, graph } = dag;
  const { run, place } = frame;
  if (graph.dependencies(task).length === 0) return true;
  const depends = dependsOf(task, (name) => graph.find(name)?.continueOn);
  if (depends.evaluate((name) => resultOf(dag, name))) return true;
  const name = taskNodeName(dag, task.name);
  const message = "omitted: depends condition not met";
  run.create({ name, type: "Skipped", phase: "Omitted", message, boundary: dag.node, call: task, place });
  connectTask(dag, task, name);
  return false;
}

function resultOf(dag: Dag, task: string): TaskResult {
  const node = taskNode(dag, task);
  const items = node?.type === "TaskGroup" ? childrenOf(dag.frame.run, node) : [];
  return {
    Succeeded: node?.phase === "Succeeded",
    Failed: node?.phase === "Failed",
    Errored: node?.phase === "Error",
    Skipped: node?.phase === "Skipped",
    Omitted: node?.phase === "Omitted",
    Daemoned: false,
    AnySucceeded: items.some((item) => item.phase === "Succeeded"),
    AllFailed: items.length > 0 && items.every((item) => item.phase === "Failed"),
  };
}

/** Runs the task's hooks, those of each item of a loop; true when none is open. */
function settleHooks(dag: Dag, task: DAGTask, node: NodeStatus): boolean {
  if (!task.onExit && !task.hooks) return true;
  const { exit, ...statusHooks } = task.hooks ?? {};
  const exitOnly: Hooked = {
    name: task.name,
    ...(exit ? { hooks: { exit } } : {}),
    ...(task.onExit ? { onExit: task.onExit } : {}),
  };
  const isLoopNode = node.type === "TaskGroup";
  const items = isLoopNode ? childrenOf(dag.frame.run, node).filter(isCompletedItem) : [];
  const states = items.map((item) => runExitHook(dag, task, exitOnly, item));
  states.push(runStatusHooks(dag, task, { name: task.name, hooks: statusHooks }, node));
  states.push(runExitHook(dag, task, exitOnly, node));
  return states.map((state) => report(dag, task, state)).every(Boolean);
}

type Hooked = Pick<DAGTask, "name" | "hooks" | "onExit">;

function isCompletedItem({ phase, nodeFlag }: NodeStatus): boolean {
  return isCompleted(phase) && nodeFlag?.hooked !== true;
}

/** One that cannot be run makes its task faulty, and with a target the DAG. */
function runStatusHooks(dag: Dag, task: DAGTask, hooked: Hooked, node: NodeStatus): HookState {
  try {
    return runHooks(dag.frame, dag.node, hooked, node, `tasks.${task.name}`, ancestorScope(dag, task));
  } catch (error) {
    const message = faultOf(error);
    if (dag.memo.targets.includes(task)) throw error;
    failTask(dag, task, message);
    return "done";
  }
}

/** One that cannot be run is left behind, but for that of a target, which makes the DAG faulty. */
function runExitHook(dag: Dag, task: DAGTask, hooked: Hooked, node: NodeStatus): HookState {
  try {
    return runHooks(dag.frame, dag.node, hooked, node, `tasks.${task.name}`, ancestorScope(dag, task));
  } catch (error) {
    faultOf(error);
    if (dag.memo.targets.includes(task)) throw error;
    return "done";
  }
}

function report({ memo }: Dag, task: DAGTask, state: HookState): boolean {
  if (state === "watching") memo.again.add(task);
  return state !== "open";
}

function startTask(dag: Dag, task: DAGTask, touched: ReadonlySet<string>): void {
  const { run, place } = dag.frame;
  const name = taskNodeName(dag, task.name);
  const known = dag.memo.loops.get(task.name);
  if (known) return advanceLoop(dag, task, known, touched);
  const call = resolve(dag, task);
  const existing = run.node(name);
  // What was begun as a loop stays one, over the same items, whatever the workflow gives by now; so does what was none.
  const isPlain = existing !== undefined && existing.type !== "TaskGroup";
  const items = isPlain ? null : (existing?.loops?.[0]?.items ?? itemsOf(call));
  if (items === null) return advanceCall(dag, task, call, name);
  const calls = callsOfLoop(call, items, variablesOf(run, ancestorScope(dag, task)));
  if (calls.length === 0) {
    const message = "Skipped, empty params";
    run.create({ name, type: "Skipped", phase: "Skipped", message, boundary: dag.node, call: task, place });
    connectTask(dag, task, name);
    return;
  }
  const group =
    existing ??
    run.create({ name, type: "TaskGroup", phase: "Running", boundary: dag.node, call: task, place });
  if (group.loops === undefined) {
    group.loops = [{ call: task.name, items }];
    run.touch(group);
  }
  connectTask(dag, task, name);
  const byName = new Map(calls.map((item) => [item.name, item]));
  const loop: DagLoop = { group, calls: byName, open: new Set(byName.keys()), isFresh: true };
  dag.memo.loops.set(task.name, loop);
  advanceLoop(dag, task, loop, touched);
}

/** A call is resolved once, and forgotten where it is simple: its node is found by name. */
function resolve(dag: Dag, task: DAGTask): ResolvedCall {
  const { run } = dag.frame;
  try {
    return resolveCall(run, task, ancestorScope(dag, task), "tasks");
  } catch (error) {
    run.requeue(error);
    throw error;
  }
}

function advanceLoop(dag: Dag, task: DAGTask, loop: DagLoop, touched: ReadonlySet<string>): void {
  const { run } = dag.frame;
  const { group, calls, open } = loop;
  const isAll = loop.isFresh || run.walk.isWhole || loop.isHeld === true;
  loop.isFresh = false;
  loop.isHeld = false;
  const prefix = `${dag.node.name}.`;
  const names = isAll
    ? [...open]
    : [...touched].flatMap((name) => ownerOf(name, prefix, (each) => calls.has(each)) ?? []);
  for (const name of names) {
    const call = calls.get(name);
    if (!call || !open.has(name)) continue;
    advanceCall(dag, task, call, taskNodeName(dag, name), loop);
    if (isFulfilled(taskNode(dag, name)?.phase)) open.delete(name);
  }
  if (open.size > 0) return;
  const items = [...calls.keys()].map((name) => taskNode(dag, name));
  const failed = items.filter((item) => isFailed(item?.phase)).at(-1);
  run.mark(group, failed?.phase ?? "Succeeded");
}

function advanceCall(dag: Dag, task: DAGTask, call: ResolvedCall, name: string, loop?: DagLoop): void {
  const { frame, memo } = dag;
  const { run, execute, place, invocation, template } = frame;
  if (isFulfilled(run.node(name)?.phase)) return connectTask(dag, task, name, loop?.group);
  if (!run.node(name) && !isWanted(dag, task, call, name, loop?.group)) return;
  try {
    execute(run, {
      name,
      call,
      place,
      caller: "task",
      boundary: dag.node,
      boundaryTemplate: template,
      onExit: invocation.onExit,
      depth: invocation.depth + 1,
    });
  } catch (error) {
    if (error instanceof Blocked) {
      memo.again.add(task);
      if (loop) loop.isHeld = true;
      return;
    }
    const message = error instanceof TooDeep ? error.message : `task '${name}' errored: ${faultOf(error)}`;
    const node = run.node(name);
    if (!node) throw new CallError(message);
    run.mark(node, "Error", message);
  }
  connectTask(dag, task, name, loop?.group);
}

function isWanted(dag: Dag, task: DAGTask, call: ResolvedCall, name: string, group?: NodeStatus): boolean {
  const { run, place } = dag.frame;
  if (call.when === undefined) return true;
  const skipped = { name, type: "Skipped", boundary: dag.node, call, place } as const;
  try {
    if (evaluateWhen(call.when)) return true;
    run.create({ ...skipped, phase: "Skipped", message: `when '${call.when}' evaluated false` });
  } catch (error) {
    run.create({ ...skipped, phase: "Error", message: faultOf(error) });
  }
  connectTask(dag, task, name, group);
  return false;
}
