import type { DAGTask, NodePhase, NodeStatus } from "../../../manifest/argo.js";
import { isFailed } from "../../../run/phases.js";
import { assessDag } from "./dag-phase.js";
import { advanceTasks } from "./dag-advance.js";
import { addTask, type Dag, type DagMemo, taskNode } from "./dag-tasks.js";
import { setOutbound } from "./edges.js";
import { failFast } from "./fail-fast.js";
import { haltOf } from "./halt.js";
import type { Frame } from "./invocation.js";
import { openNode } from "./open-node.js";
import { outputsOf, publishGlobals } from "./outputs.js";
import { scopeOf } from "./scope.js";
import { TaskGraph } from "./task-graph.js";

/** A dag template: tasks start as what they depend on ends (dag.go, executeDAG). */
export function executeDag(frame: Frame): NodeStatus {
  const { run } = frame;
  const node = openNode(frame, "DAG");
  if (failFast(frame, node)) return node;
  const memo = memoOf(frame, node);
  const dag: Dag = { frame, node, memo, graph: memo.graph };
  advanceTasks(dag, run.walk.take(node.id));
  const phase = phaseOf(dag);
  if (phase === "Running") return node;
  const ends = memo.targets.flatMap((task) => taskNode(dag, task.name) ?? []);
  if (isFailed(phase)) {
    setOutbound(run, node, ends);
    return run.mark(node, phase);
  }
  return succeed(dag, ends);
}

function memoOf({ run, template }: Frame, node: NodeStatus): DagMemo {
  const known = run.walk.memos.get(node.id) as DagMemo | undefined;
  if (known) return known;
  const graph = new TaskGraph(template.dag?.tasks ?? []);
  const targets = graph.targets(template.dag?.target);
  const tasks = graph.upTo(targets);
  const memo: DagMemo = {
    graph,
    targets,
    tasks,
    isFresh: true,
    settled: new Set(),
    missing: new Map(tasks.map((task) => [task.name, graph.dependencies(task).length])),
    again: new Set(),
    loops: new Map(),
  };
  run.walk.memos.set(node.id, memo);
  return memo;
}

function phaseOf({ frame, node, memo }: Dag): NodePhase {
  const { run, invocation, template } = frame;
  if (run.index.openWithin(node.id) > 0) return "Running";
  const named = memo.targets.map((task: DAGTask) => ({
    task,
    nodeId: run.idOf(`${node.name}.${task.name}`),
  }));
  const phase = assessDag(run, node, named, template.dag?.failFast ?? true);
  return haltOf(run, invocation.onExit) ? "Failed" : phase;
}

function succeed(dag: Dag, ends: NodeStatus[]): NodeStatus {
  const { frame, node, graph } = dag;
  const { run, template } = frame;
  const scope = scopeOf(template, frame.own);
  if (template.outputs?.parameters?.length || template.outputs?.artifacts?.length) {
    for (const task of graph.tasks) addTask(dag, task, scope);
  }
  const outputs = outputsOf(run, template, scope);
  if (outputs) node.outputs = outputs;
  setOutbound(run, node, ends);
  run.mark(node, "Succeeded");
  publishGlobals(run, node);
  return node;
}
