import { dependsOf, type TaskResult } from "../expression/depends.js";
import type { Call, DAGTask, Template } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";
import { truthOf, type KnownOutputs } from "./unapproved-when.js";

/** How a call may end. A call that was reached may always fail: limits, stops and faults of arguments see to it. */
export type Outcome = "Succeeded" | "Failed" | "Skipped" | "Omitted";
export type Outcomes = ReadonlySet<Outcome>;

/** What the analysis of one template asks. */
export interface Scene {
  known: KnownOutputs;
  /** How the templates that a call may run can end, as far as is known by now. */
  endsOf(call: Call): Outcomes;
}
/** A call of a template that can be reached while no gate was approved. */
export interface Reached {
  call: Call;
  path: Path;
  /** False when only its hooks may run: its `when` cannot hold. */
  starts: boolean;
}
export interface Analysis {
  outcomes: Outcomes;
  reached: Reached[];
}

/** The groups of a steps template, one after the other for as long as each may end well. */
export function analyzeSteps(groups: readonly (readonly Call[])[], scene: Scene): Analysis {
  const reached: Reached[] = [];
  for (const [index, group] of groups.entries()) {
    const ends = group.map((call, place) => {
      const end = endOfCall(call, scene);
      reached.push({ call, path: ["steps", index, place], starts: end.starts });
      return passes(end.outcomes, call);
    });
    if (ends.includes(false)) return { outcomes: new Set(["Failed"]), reached };
  }
  return { outcomes: new Set(["Succeeded", "Failed"]), reached };
}

/** The tasks of a DAG: each may run when its `depends` may hold for some ends of what it names. */
export function analyzeDag({ tasks, target }: NonNullable<Template["dag"]>, scene: Scene): Analysis {
  const ends = new Map<DAGTask, { outcomes: Outcomes; starts: boolean }>();
  for (let changed = true; changed;) {
    changed = false;
    for (const task of tasks) {
      const before = ends.get(task)?.outcomes.size ?? 0;
      const end = endOfTask(task, tasks, ends, scene);
      ends.set(task, end);
      changed ||= end.outcomes.size > before;
    }
  }
  const outcomesOf = (task: DAGTask): Outcomes => ends.get(task)?.outcomes ?? new Set();
  const targets = targetsOf(tasks, target);
  const succeeds = targets.every((task) => mayPass(task, tasks, outcomesOf));
  return {
    outcomes: new Set(succeeds ? ["Succeeded", "Failed"] : ["Failed"]),
    reached: tasks.map((call, index) => ({
      call,
      path: ["dag", "tasks", index],
      starts: ends.get(call)?.starts ?? false,
    })),
  };
}

function endOfCall(call: Call, scene: Scene): { outcomes: Outcomes; starts: boolean } {
  const { mayBeTrue, mayBeFalse } = truthOf(call.when, scene.known);
  const outcomes = new Set<Outcome>(["Failed"]);
  if (mayBeTrue) for (const outcome of scene.endsOf(call)) outcomes.add(outcome);
  if (mayBeFalse) outcomes.add("Skipped");
  if (isLoop(call)) {
    if (!hasItems(call)) outcomes.add("Skipped");
    // The group of a loop succeeds when its items were skipped, or may fail.
    if (outcomes.has("Skipped") || continues(call)) outcomes.add("Succeeded");
  }
  return { outcomes, starts: mayBeTrue };
}

function endOfTask(
  task: DAGTask,
  tasks: readonly DAGTask[],
  ends: ReadonlyMap<DAGTask, { outcomes: Outcomes }>,
  scene: Scene,
): { outcomes: Outcomes; starts: boolean } {
  const { mayBeTrue, mayBeFalse } = dependsTruth(task, tasks, ends);
  const end = mayBeTrue ? endOfCall(task, scene) : { outcomes: new Set<Outcome>(), starts: false };
  return mayBeFalse ? { ...end, outcomes: new Set([...end.outcomes, "Omitted"]) } : end;
}

const mostCombinations = 4096;

function dependsTruth(
  task: DAGTask,
  tasks: readonly DAGTask[],
  ends: ReadonlyMap<DAGTask, { outcomes: Outcomes }>,
): { mayBeTrue: boolean; mayBeFalse: boolean } {
  const find = (name: string) => tasks.find((other) => other.name === name);
  const either = { mayBeTrue: true, mayBeFalse: true };
  try {
    const depends = dependsOf(task, (name) => find(name)?.continueOn);
    let worlds: ReadonlyMap<string, TaskResult>[] = [new Map()];
    for (const name of depends.tasks) {
      const same = tasks.filter((other) => other.name === name);
      const [dependency] = same;
      if (dependency === undefined || same.length > 1) return either;
      const results = resultsOf(dependency, ends.get(dependency)?.outcomes ?? new Set());
      worlds = worlds.flatMap((world) => results.map((result) => new Map(world).set(name, result)));
      if (worlds.length > mostCombinations) return either;
    }
    const truths = worlds.map((world) => depends.evaluate((name) => world.get(name) ?? none));
    return { mayBeTrue: truths.includes(true), mayBeFalse: truths.includes(false) };
  } catch {
    return either;
  }
}

const none: TaskResult = {
  Succeeded: false,
  Failed: false,
  Errored: false,
  Skipped: false,
  Omitted: false,
  Daemoned: false,
  AnySucceeded: false,
  AllFailed: false,
};

/** Every result that a task with these outcomes may show to `depends`; a loop also tells of its items. */
function resultsOf(task: DAGTask, outcomes: Outcomes): TaskResult[] {
  const results = [...outcomes].flatMap((outcome): TaskResult[] =>
    outcome === "Failed"
      ? [
          { ...none, Failed: true },
          { ...none, Errored: true },
        ]
      : [{ ...none, [outcome]: true }],
  );
  if (!isLoop(task)) return results;
  const some = outcomes.has("Succeeded") ? [true, false] : [false];
  return results.flatMap((result) =>
    some.flatMap((AnySucceeded) =>
      [true, false].map((AllFailed) => ({ ...result, AnySucceeded, AllFailed })),
    ),
  );
}

function isLoop({ withItems, withParam, withSequence }: Call): boolean {
  return (withItems ?? withParam ?? withSequence) !== undefined;
}

/** A list that is written out has its items whatever happens. */
function hasItems({ withItems }: Call): boolean {
  return Array.isArray(withItems) && withItems.length > 0;
}

function continues({ continueOn }: Call): boolean {
  return continueOn?.failed === true || continueOn?.error === true;
}

function passes(outcomes: Outcomes, call: Call): boolean {
  return outcomes.has("Succeeded") || outcomes.has("Skipped") || (outcomes.has("Failed") && continues(call));
}

function targetsOf(tasks: readonly DAGTask[], target: string | undefined): DAGTask[] {
  if (target !== undefined && target.trim() !== "") {
    const named = target.trim().split(/\s+/);
    return tasks.filter(({ name }) => named.includes(name));
  }
  const needed = new Set(tasks.flatMap((task) => dependencies(task)));
  return tasks.filter(({ name }) => !needed.has(name));
}

function dependencies(task: DAGTask): string[] {
  try {
    return dependsOf(task, () => undefined).tasks;
  } catch {
    return [];
  }
}

/** As Argo ends a DAG: a target that was skipped or omitted counts as what leads to it. */
function mayPass(task: DAGTask, tasks: readonly DAGTask[], outcomesOf: (task: DAGTask) => Outcomes): boolean {
  return continues(task) || mayBranch(task, tasks, outcomesOf, new Set());
}

function mayBranch(
  task: DAGTask,
  tasks: readonly DAGTask[],
  outcomesOf: (task: DAGTask) => Outcomes,
  above: Set<DAGTask>,
): boolean {
  const outcomes = outcomesOf(task);
  if (outcomes.has("Succeeded")) return true;
  if (!outcomes.has("Skipped") && !outcomes.has("Omitted")) return false;
  if (above.has(task)) return true;
  const below = new Set(above).add(task);
  return dependencies(task).every((name) => {
    const dependency = tasks.find((other) => other.name === name);
    return dependency === undefined || mayBranch(dependency, tasks, outcomesOf, below);
  });
}
