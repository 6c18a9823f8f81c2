import { dependsOf } from "../../../expression/depends.js";
import type { DAGTask } from "../../../manifest/argo.js";
import { CallError } from "./call-error.js";

/** The tasks of a DAG and which of them wait for which. */
export class TaskGraph {
  readonly tasks: DAGTask[];
  readonly #byName: Map<string, DAGTask>;
  readonly #dependencies = new Map<string, DAGTask[]>();
  readonly #acyclic = new Set<DAGTask>();

  constructor(tasks: DAGTask[]) {
    this.tasks = tasks;
    this.#byName = new Map(tasks.map((task) => [task.name, task]));
  }

  find(name: string): DAGTask | undefined {
    return this.#byName.get(name);
  }

  /** Tasks that must end before this one is considered. Throws a CallError for one that does not exist. */
  dependencies(task: DAGTask): DAGTask[] {
    const known = this.#dependencies.get(task.name);
    if (known) return known;
    const names = dependsOf(task, (name) => this.find(name)?.continueOn).tasks;
    const dependencies = names.map((name) => {
      const dependency = this.find(name);
      if (dependency) return dependency;
      throw new CallError(`dependency '${name}' not defined for task '${task.name}'`);
    });
    this.#dependencies.set(task.name, dependencies);
    return dependencies;
  }

  /** All tasks before this one, nearest last. */
  ancestors(task: DAGTask): DAGTask[] {
    const found = new Set<DAGTask>();
    const visit = (current: DAGTask): void => {
      for (const dependency of this.dependencies(current)) {
        if (found.has(dependency)) continue;
        visit(dependency);
        found.add(dependency);
      }
    };
    visit(task);
    return [...found];
  }

  #assertAcyclic(task: DAGTask, path: DAGTask[]): void {
    if (this.#acyclic.has(task)) return;
    if (path.includes(task)) {
      const cycle = [...path.slice(path.indexOf(task)), task].map(({ name }) => name);
      throw new CallError(`dependency cycle detected: ${cycle.join("->")}`);
    }
    for (const dependency of this.dependencies(task)) this.#assertAcyclic(dependency, [...path, task]);
    this.#acyclic.add(task);
  }

  /** The tasks that decide the DAG: those named, or those that nothing waits for. Throws a CallError for a cycle. */
  targets(named: string | undefined): DAGTask[] {
    for (const task of this.tasks) this.#assertAcyclic(task, []);
    if (named) {
      return named.split(/\s+/).flatMap((name) => {
        if (name === "") return [];
        const task = this.find(name);
        if (task) return [task];
        throw new CallError(`target '${name}' is not defined`);
      });
    }
    const needed = new Set(this.tasks.flatMap((task) => this.dependencies(task)));
    const leaves = this.tasks.filter((task) => !needed.has(task));
    return leaves.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
