import { dependsOf, type TaskResult } from "../../../expression/depends.js";
import { evaluateWhen } from "../../../expression/when.js";
import type { DAGTask, NodePhase, NodeStatus } from "../../../manifest/argo.js";
import { isCompleted, isFailed, isFulfilled } from "../../../run/phases.js";
import { Blocked, CallError, faultOf } from "./call-error.js";
import { type ResolvedCall, resolveCall } from "./calls.js";
import { assessDag } from "./dag-phase.js";
import { addTask, ancestorScope, connectTask, type Dag, taskNode, taskNodeName } from "./dag-tasks.js";
import { childrenOf, setOutbound } from "./edges.js";
import { haltOf } from "./halt.js";
import { runExitHook } from "./hooks.js";
import type { Frame } from "./invocation.js";
import { expandLoop, isLoop } from "./loops.js";
import { outputsOf, publishGlobals } from "./outputs.js";
import { scopeOf } from "./scope.js";
import { TaskGraph } from "./task-graph.js";

/** A dag template: tasks start as what they depend on ends (dag.go, executeDAG). */
export function executeDag(frame: Frame): NodeStatus {
  const { run, invocation, template } = frame;
  const { name, boundary, call, place, flag } = invocation;
  const node =
    run.node(name) ??
    run.create({
      name,
      type: "DAG",
      phase: "Running",
      boundary,
      call,
      place,
      template,
      inputs: template.inputs,
      flag,
    });
  const graph = new TaskGraph(template.dag?.tasks ?? []);
  const dag: Dag = { frame, node, graph, visited: new Set() };
  const targets = graph.targets(template.dag?.target);
  for (const task of targets) advanceTask(dag, task);
  const ends = targets.flatMap((task) => run.node(taskNodeName(dag, task.name)) ?? []);
  const phase = phaseOf(dag, targets);
  if (phase === "Running") return node;
  if (isFailed(phase)) {
    setOutbound(run, node, ends);
    return run.mark(node, phase);
  }
  return succeed(dag, ends);
}

function phaseOf({ frame, node }: Dag, targets: DAGTask[]): NodePhase {
  const { run, invocation, template } = frame;
  const named = targets.map((task) => ({ task, nodeId: run.idOf(`${node.name}.${task.name}`) }));
  const phase = assessDag(run, node, named, template.dag?.failFast ?? true);
  if (!haltOf(run, invocation.onExit)) return phase;
  const isBusy = Object.values(run.nodes).some(
    (child) => child.boundaryID === node.id && !isFulfilled(child.phase) && child.type !== "TaskGroup",
  );
  return isBusy ? "Running" : "Failed";
}

function succeed(dag: Dag, ends: NodeStatus[]): NodeStatus {
  const { frame, node, graph } = dag;
  const { run, template } = frame;
  const scope = scopeOf(run, template, frame.own);
  for (const task of graph.tasks) addTask(dag, task, scope);
  const outputs = outputsOf(run, template, scope);
  if (outputs) node.outputs = outputs;
  setOutbound(run, node, ends);
  run.mark(node, "Succeeded");
  publishGlobals(run, node);
  return node;
}

function advanceTask(dag: Dag, task: DAGTask): void {
  const { frame, graph, visited } = dag;
  if (visited.has(task.name)) return;
  visited.add(task.name);
  const node = taskNode(dag, task.name);
  if (node && isFulfilled(node.phase)) {
    settleHooks(dag, task, node);
    return;
  }
  for (const dependency of graph.dependencies(task)) advanceTask(dag, dependency);
  try {
    if (node || dependenciesMet(dag, task)) startTask(dag, task);
  } catch (error) {
    const message = faultOf(error);
    const { run, place } = frame;
    const name = taskNodeName(dag, task.name);
    const existing = run.node(name);
    if (existing) run.mark(existing, "Error", message);
    else
      run.create({ name, type: "Skipped", phase: "Error", message, boundary: dag.node, call: task, place });
    connectTask(dag, task, name);
  }
}

/** True when the task may run now; makes the node of one that is omitted. */
function dependenciesMet(dag: Dag, task: DAGTask): boolean {
  const { frame, graph } = dag;
  const { run, place } = frame;
  const dependencies = graph.dependencies(task);
  if (dependencies.length === 0) return true;
  for (const dependency of dependencies) {
    const node = taskNode(dag, dependency.name);
    if (!node || !isFulfilled(node.phase) || !settleHooks(dag, dependency, node)) return false;
  }
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

function settleHooks(dag: Dag, task: DAGTask, node: NodeStatus): boolean {
  const { frame } = dag;
  if (!task.onExit && !task.hooks) return true;
  const scope = ancestorScope(dag, task);
  const items = node.type === "TaskGroup" ? childrenOf(frame.run, node) : [node];
  const ended = items.filter((item) => isCompleted(item.phase));
  const done = ended.map((item) => runExitHook(frame, dag.node, task, item, `tasks.${task.name}`, scope));
  return done.every(Boolean);
}

function startTask(dag: Dag, task: DAGTask): void {
  const { run, place } = dag.frame;
  const name = taskNodeName(dag, task.name);
  const call = resolveCall(run, task, ancestorScope(dag, task), "tasks");
  if (!isLoop(call)) {
    advanceCall(dag, task, call, name);
    return;
  }
  const calls = expandLoop(run, call);
  if (calls.length === 0) {
    const message = "Skipped, empty params";
    run.create({ name, type: "Skipped", phase: "Skipped", message, boundary: dag.node, call: task, place });
    connectTask(dag, task, name);
    return;
  }
  const group =
    run.node(name) ??
    run.create({ name, type: "TaskGroup", phase: "Running", boundary: dag.node, call: task, place });
  connectTask(dag, task, name);
  for (const item of calls) advanceCall(dag, task, item, taskNodeName(dag, item.name), group);
  settleLoop(dag, task, group, calls);
}

function settleLoop(dag: Dag, task: DAGTask, group: NodeStatus, calls: ResolvedCall[]): void {
  const items = calls.map((item) => taskNode(dag, item.name));
  if (!items.every((item) => item && isFulfilled(item.phase))) return;
  const failed = items.filter((item) => isFailed(item?.phase)).at(-1);
  dag.frame.run.mark(group, failed?.phase ?? "Succeeded");
  settleHooks(dag, task, group);
}

function advanceCall(dag: Dag, task: DAGTask, call: ResolvedCall, name: string, group?: NodeStatus): void {
  const { frame } = dag;
  const { run, execute, place, invocation, template } = frame;
  if (!run.node(name) && !isWanted(dag, task, call, name, group)) return;
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
    if (error instanceof Blocked) return;
    const message = `task '${name}' errored: ${faultOf(error)}`;
    const node = run.node(name);
    if (!node) throw new CallError(message);
    run.mark(node, "Error", message);
  }
  connectTask(dag, task, name, group);
  const node = run.node(name);
  if (node && isFulfilled(node.phase)) settleHooks(dag, task, node);
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
