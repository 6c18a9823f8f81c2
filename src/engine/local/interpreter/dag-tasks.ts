import type { DAGTask, NodeStatus } from "../../../manifest/argo.js";
import { addAggregate } from "./aggregate.js";
import type { ResolvedCall } from "./calls.js";
import { childrenOf, outboundOf } from "./edges.js";
import type { Frame } from "./invocation.js";
import { addNode, type LocalScope, scopeOf } from "./scope.js";
import type { TaskGraph } from "./task-graph.js";
import { declaredOutputs } from "./templates.js";

/** How far a DAG has come, kept between passes and found again from its nodes after a restart. */
export interface DagMemo {
  graph: TaskGraph;
  targets: DAGTask[];
  /** The targets and what they need, dependencies first. */
  tasks: DAGTask[];
  isFresh: boolean;
  /** Names of tasks that have ended with their hooks. */
  settled: Set<string>;
  /** How many dependencies of a task are not settled. */
  missing: Map<string, number>;
  /** Tasks to look at again in the next pass. */
  again: Set<DAGTask>;
  loops: Map<string, DagLoop>;
}

/** The items of a task that is a loop. */
export interface DagLoop {
  group: NodeStatus;
  calls: Map<string, ResolvedCall>;
  open: Set<string>;
  isFresh: boolean;
  isHeld?: boolean;
}

/** One DAG on one pass. */
export interface Dag {
  frame: Frame;
  node: NodeStatus;
  memo: DagMemo;
  graph: TaskGraph;
}

export function taskNodeName({ node }: Dag, task: string): string {
  return `${node.name}.${task}`;
}

export function taskNode(dag: Dag, task: string): NodeStatus | undefined {
  return dag.frame.run.node(taskNodeName(dag, task));
}

/** Hangs a task's node below what it depends on: its loop, the ends of its dependencies, or else the DAG. */
export function connectTask(dag: Dag, task: DAGTask, name: string, group?: NodeStatus): void {
  const { run } = dag.frame;
  const id = run.idOf(name);
  const dependencies = dag.graph.dependencies(task);
  if (group) run.connect(group, id);
  else if (dependencies.length === 0) run.connect(dag.node, id);
  else {
    const above = dependencies.flatMap((dependency) => taskNode(dag, dependency.name) ?? []);
    for (const end of above.flatMap((node) => outboundOf(run, node))) {
      const parent = run.nodes[end];
      if (parent) run.connect(parent, id);
    }
  }
}

/** What a task may refer to: the inputs and what those of its ancestors gave that it names. */
export function ancestorScope(dag: Dag, task: DAGTask): LocalScope {
  const { frame, graph } = dag;
  const scope = scopeOf(frame.template, frame.own);
  for (const ancestor of graph.namedAncestors(task)) addTask(dag, ancestor, scope);
  return scope;
}

/** Adds what others may know of a task, of all its items when it is a loop. */
export function addTask(dag: Dag, task: DAGTask, scope: LocalScope): void {
  const { run, place } = dag.frame;
  const node = taskNode(dag, task.name);
  if (!node) return;
  const prefix = `tasks.${task.name}`;
  if (node.type === "TaskGroup") {
    addAggregate(
      scope,
      prefix,
      childrenOf(run, node).filter((child) => child.name.startsWith(`${node.name}(`)),
    );
  }
  addNode(run, scope, prefix, node, declaredOutputs(run, task, place));
}
