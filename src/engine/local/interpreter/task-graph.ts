import { dependsOf } from "../../../expression/depends.js";
import type { DAGTask } from "../../../manifest/argo.js";
import { CallError } from "./call-error.js";

/** The tasks of a DAG and which of them wait for which. */
export class TaskGraph {
  readonly tasks: DAGTask[];
  readonly #byName: Map<string, DAGTask>;
  readonly #dependencies = new Map<string, DAGTask[]>();
  #dependents: Map<string, DAGTask[]> | undefined;

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
    return this.upTo([task]).filter((each) => each !== task);
  }

  /** The ancestors that the task's text names; all of them when it speaks of tasks in another way. */
  namedAncestors(task: DAGTask): DAGTask[] {
    const text = JSON.stringify(task);
    const mentions = text.match(/\btasks\b/g)?.length ?? 0;
    if (mentions === 0) return [];
    const named = [...text.matchAll(/\btasks(?:\.([\w-]+)|\[\\?["']([^"'\\]+)\\?["']\])/g)];
    if (named.length < mentions) return this.ancestors(task);
    return this.#ancestorsAmong(task, new Set(named.map((match) => match[1] ?? match[2] ?? "")));
  }

  /** Looks nearest first, and no further than it must. */
  #ancestorsAmong(task: DAGTask, names: Set<string>): DAGTask[] {
    const found: DAGTask[] = [];
    const seen = new Set<DAGTask>(this.dependencies(task));
    for (const each of seen) {
      if (found.length === names.size) break;
      if (names.has(each.name)) found.push(each);
      for (const dependency of this.dependencies(each)) seen.add(dependency);
    }
    return found;
  }

  /** Tasks that wait for this one. */
  dependents(task: DAGTask): readonly DAGTask[] {
    if (!this.#dependents) {
      this.#dependents = new Map();
      for (const each of this.tasks) {
        for (const { name } of this.dependencies(each)) {
          const list = this.#dependents.get(name);
          if (list) list.push(each);
          else this.#dependents.set(name, [each]);
        }
      }
    }
    return this.#dependents.get(task.name) ?? [];
  }

  /** These tasks and all that they need, dependencies first. Throws a CallError for a cycle. */
  upTo(targets: readonly DAGTask[]): DAGTask[] {
    const found = new Set<DAGTask>();
    const path = new Set<DAGTask>();
    const stack = targets.toReversed().map((task) => ({ task, isLeft: false }));
    for (let top = stack.pop(); top; top = stack.pop()) {
      const { task } = top;
      if (top.isLeft) {
        path.delete(task);
        found.add(task);
        continue;
      }
      if (found.has(task)) continue;
      if (path.has(task)) throw cycleThrough(task, path);
      path.add(task);
      stack.push({ task, isLeft: true });
      for (const dependency of this.dependencies(task).toReversed()) {
        if (path.has(dependency)) throw cycleThrough(dependency, path);
        if (!found.has(dependency)) stack.push({ task: dependency, isLeft: false });
      }
    }
    return [...found];
  }

  /** The tasks that decide the DAG: those named, or those that nothing waits for. Throws a CallError for a cycle. */
  targets(named: string | undefined): DAGTask[] {
    this.upTo(this.tasks);
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

function cycleThrough(task: DAGTask, path: ReadonlySet<DAGTask>): CallError {
  const names = [...path].map(({ name }) => name);
  const cycle = [...names.slice(names.indexOf(task.name)), task.name];
  return new CallError(`dependency cycle detected: ${cycle.join("->")}`);
}
