import type { DAGTask, NodeStatus } from "../../../manifest/argo.js";
import { addAggregate } from "./aggregate.js";
import { childrenOf, outboundOf } from "./edges.js";
import type { Frame } from "./invocation.js";
import { addNode, type LocalScope, scopeOf } from "./scope.js";
import type { TaskGraph } from "./task-graph.js";
import { declaredOutputs } from "./templates.js";

/** One DAG on one pass. */
export interface Dag {
  frame: Frame;
  node: NodeStatus;
  graph: TaskGraph;
  visited: Set<string>;
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

/** What a task may refer to: the inputs and what all of its ancestors gave. */
export function ancestorScope(dag: Dag, task: DAGTask): LocalScope {
  const { frame, graph } = dag;
  const scope = scopeOf(frame.run, frame.template, frame.own);
  for (const ancestor of graph.ancestors(task)) addTask(dag, ancestor, scope);
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
