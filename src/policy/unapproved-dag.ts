import type { DAGTask, Template } from "../manifest/argo.js";
import { dependsTruth, namesOf } from "./unapproved-depends.js";
import {
  continues,
  endOfCall,
  type Analysis,
  type Outcome,
  type Outcomes,
  type Scene,
} from "./unapproved-outcomes.js";

interface End {
  outcomes: Outcomes;
  starts: boolean;
}
interface Graph {
  tasks: readonly DAGTask[];
  byName: ReadonlyMap<string, readonly DAGTask[]>;
  ends: Map<DAGTask, End>;
}

/** The tasks of a DAG: each may run when its `depends` may hold for some ends of what it names. */
export function analyzeDag({ tasks, target }: NonNullable<Template["dag"]>, scene: Scene): Analysis {
  const graph = openGraph(tasks);
  const dependents = new Map<string, DAGTask[]>();
  for (const task of tasks)
    for (const name of namesOf(task)) dependents.set(name, [...(dependents.get(name) ?? []), task]);
  const queue = new Set(tasks);
  // A task is looked at again when what it depends on may end in one way more.
  for (const task of queue) {
    queue.delete(task);
    const before = graph.ends.get(task)?.outcomes.size ?? 0;
    const end = endOfTask(task, graph, scene);
    graph.ends.set(task, end);
    if (end.outcomes.size > before) for (const next of dependents.get(task.name) ?? []) queue.add(next);
  }
  const branches = new Map<DAGTask, boolean>();
  const succeeds = targetsOf(tasks, target).every(
    // As Argo ends a DAG: a target that was skipped or omitted counts as what leads to it.
    (task) => continues(task) || mayBranch(task, graph, branches),
  );
  return {
    outcomes: new Set<Outcome>(succeeds ? ["Succeeded", "Failed"] : ["Failed"]),
    reached: tasks.map((call, index) => ({
      call,
      path: ["dag", "tasks", index],
      starts: graph.ends.get(call)?.starts ?? false,
    })),
  };
}

function openGraph(tasks: readonly DAGTask[]): Graph {
  const byName = new Map<string, DAGTask[]>();
  for (const task of tasks) byName.set(task.name, [...(byName.get(task.name) ?? []), task]);
  return { tasks, byName, ends: new Map() };
}

function endOfTask(task: DAGTask, { byName, ends }: Graph, scene: Scene): End {
  const { mayBeTrue, mayBeFalse } = dependsTruth(task, (name) => {
    const [dependency, ...more] = byName.get(name) ?? [];
    if (dependency === undefined || more.length > 0) return undefined;
    return { task: dependency, outcomes: ends.get(dependency)?.outcomes ?? new Set() };
  });
  const end: End = mayBeTrue ? endOfCall(task, scene) : { outcomes: new Set<Outcome>(), starts: false };
  return mayBeFalse ? { ...end, outcomes: new Set<Outcome>([...end.outcomes, "Omitted"]) } : end;
}

function targetsOf(tasks: readonly DAGTask[], target: string | undefined): DAGTask[] {
  if (target !== undefined && target.trim() !== "") {
    const named = new Set(target.trim().split(/\s+/));
    return tasks.filter(({ name }) => named.has(name));
  }
  const needed = new Set(tasks.flatMap((task) => namesOf(task)));
  return tasks.filter(({ name }) => !needed.has(name));
}

/** Whether the way to a task, as far as it was walked, may have ended well. */
function mayBranch(task: DAGTask, graph: Graph, branches: Map<DAGTask, boolean>): boolean {
  const known = branches.get(task);
  if (known !== undefined) return known;
  const outcomes = graph.ends.get(task)?.outcomes ?? new Set<Outcome>();
  // Tasks that depend on each other never run; should they, nothing is known of them.
  branches.set(task, true);
  const isOpen = outcomes.has("Skipped") || outcomes.has("Omitted");
  const may =
    outcomes.has("Succeeded") ||
    (isOpen &&
      namesOf(task).every((name) =>
        (graph.byName.get(name) ?? []).every((dependency) => mayBranch(dependency, graph, branches)),
      ));
  branches.set(task, may);
  return may;
}
