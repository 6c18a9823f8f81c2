import type { DAGTask } from "../argo.js";
import { suggestion } from "../nearest.js";
import type { Path } from "../problem.js";
import { error, isDynamic } from "./scene.js";
import type { Scene, TemplateAt } from "./scene.js";

const RESULTS = [
  "Succeeded",
  "Failed",
  "Errored",
  "Skipped",
  "Omitted",
  "Daemoned",
  "AnySucceeded",
  "AllFailed",
];
const REFERENCE = /([a-zA-Z0-9_][-a-zA-Z0-9_]*)(?:\.([a-zA-Z]+))?/g;

/** A task that another one names in `dependencies` or `depends`, and where. */
export interface Dependency {
  task: string;
  result?: string;
  path: Path;
  text: string;
}

/** Tasks depend on tasks that exist, and not on themselves. */
export function lintDependencies(scene: Scene): void {
  for (const at of scene.templates) {
    if (at.template.dag?.tasks !== undefined) lintDag(scene, at, at.template.dag.tasks);
  }
}

function lintDag(scene: Scene, at: TemplateAt, tasks: DAGTask[]): void {
  const names = tasks.flatMap(({ name }) => name ?? []);
  const known = new Set(names);
  tasks.forEach((task, index) => {
    for (const dependency of dependenciesOf(task, [...at.path, "dag", "tasks", index])) {
      lintDependency(scene, dependency, known);
    }
  });
  lintWords(scene, at, tasks);
  lintTargets(scene, at, names);
  const cycle = cycleIn(edgesOf(tasks));
  if (cycle === undefined) return;
  const index = tasks.findIndex(({ name }) => name === cycle[0]);
  const field = tasks[index]?.depends === undefined ? "dependencies" : "depends";
  const fault = error(
    "dependency-cycle",
    `The tasks wait for each other: ${cycle.join(" -> ")}.`,
    "Break the cycle.",
  );
  scene.report(fault, [...at.path, "dag", "tasks", index, field]);
}

function lintDependency(
  scene: Scene,
  { task, result, path, text }: Dependency,
  known: ReadonlySet<string>,
): void {
  if (!known.has(task)) {
    if (scene.isLost(path.slice(0, path.lastIndexOf("tasks") + 1), 1)) return;
    const names = [...known].slice(0, 200);
    const hint = suggestion(task, names, `The tasks are ${names.slice(0, 12).join(", ")}.`);
    scene.report(error("unknown-task", `There is no task \`${task}\` to depend on.`, hint), path, {
      within: text,
    });
  } else if (result !== undefined && !RESULTS.includes(result)) {
    const hint = suggestion(result, RESULTS, `Use one of ${RESULTS.join(", ")}.`);
    scene.report(error("unknown-task-result", `A task has no result \`${result}\`.`, hint), path, {
      within: text,
    });
  }
}

/** Argo takes either `depends` or `dependencies` in one dag, and `continueOn` only without `depends`. */
function lintWords(scene: Scene, at: TemplateAt, tasks: DAGTask[]): void {
  if (!tasks.some(({ depends }) => depends !== undefined)) return;
  tasks.forEach((task, index) => {
    for (const field of ["dependencies", "continueOn"] as const) {
      if (task[field] === undefined) continue;
      const message = `\`${field}\` cannot be used in a dag that uses \`depends\`.`;
      const path = [...at.path, "dag", "tasks", index, field];
      scene.report(error("mixed-dependencies", message, "Say it in `depends`."), path, { of: "key" });
    }
  });
}

function lintTargets(scene: Scene, at: TemplateAt, names: string[]): void {
  const target = at.template.dag?.target;
  if (target === undefined || isDynamic(target)) return;
  for (const name of target.split(/\s+/).filter((word) => word !== "")) {
    if (names.includes(name)) continue;
    const hint = suggestion(name, names, `The tasks are ${names.slice(0, 12).join(", ")}.`);
    scene.report(
      error("unknown-task", `There is no task \`${name}\` as a target.`, hint),
      [...at.path, "dag", "target"],
      {
        within: name,
      },
    );
  }
}

/** What a task names in `depends` or `dependencies`. */
export function dependenciesOf(task: DAGTask, path: Path = []): Dependency[] {
  const listed = (task.dependencies ?? []).map((name, index): Dependency => ({
    task: name,
    path: [...path, "dependencies", index],
    text: name,
  }));
  const matches = [...(task.depends ?? "").matchAll(REFERENCE)];
  const named = matches.map(([text, name, result]): Dependency => {
    return { task: name!, ...(result === undefined ? {} : { result }), path: [...path, "depends"], text };
  });
  return [...listed, ...named].filter((dependency) => dependency.task !== "" && !isDynamic(dependency.task));
}

/** Who waits for whom, by name. */
export type Edges = ReadonlyMap<string, readonly string[]>;

export function edgesOf(tasks: readonly DAGTask[]): Edges {
  return new Map(tasks.map((task) => [task.name, dependenciesOf(task).map((dependency) => dependency.task)]));
}

/** Names of all tasks that a task waits for, directly or not. */
export function ancestorsOf(name: string, edges: Edges): Set<string> {
  const found = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const task of edges.get(next) ?? []) {
      if (found.has(task)) continue;
      found.add(task);
      waiting.push(task);
    }
  }
  return found;
}

/** The first cycle, beginning and ending with the same name: `a -> b -> a`. */
export function cycleIn(edges: Edges): string[] | undefined {
  const done = new Set<string>();
  for (const start of edges.keys()) {
    const trail: { name: string; next: number }[] = [{ name: start, next: 0 }];
    const onTrail = new Set([start]);
    while (trail.length > 0) {
      const last = trail.at(-1)!;
      const name = done.has(last.name) ? undefined : edges.get(last.name)?.[last.next];
      last.next += 1;
      if (name === undefined) {
        done.add(last.name);
        onTrail.delete(last.name);
        trail.pop();
        continue;
      }
      if (onTrail.has(name))
        return [...trail.map((step) => step.name).slice(trail.findIndex((step) => step.name === name)), name];
      trail.push({ name, next: 0 });
      onTrail.add(name);
    }
  }
  return undefined;
}
