import { dependsOf, type TaskResult } from "../expression/depends.js";
import type { DAGTask } from "../manifest/argo.js";
import { isLoop, type Outcomes } from "./unapproved-outcomes.js";
import type { Truth } from "./unapproved-when.js";

/** A task that another waits for, with how it may end; undefined when it is not known which that is. */
export type FindTask = (name: string) => { task: DAGTask; outcomes: Outcomes } | undefined;

const mostCombinations = 256;
const either: Truth = { mayBeTrue: true, mayBeFalse: true };

/** The names of the tasks that a task waits for; none when they cannot be read. */
export function namesOf(task: DAGTask): string[] {
  try {
    return dependsOf(task, () => undefined).tasks;
  } catch {
    return [];
  }
}

/** What a task's `depends` or `dependencies` may come to. It is asked when all that it names have ended. */
export function dependsTruth(task: DAGTask, find: FindTask): Truth {
  try {
    const depends = dependsOf(task, (name) => find(name)?.task.continueOn);
    const results = new Map<string, TaskResult[]>();
    for (const name of depends.tasks) {
      const found = find(name);
      if (found === undefined) return either;
      results.set(name, resultsOf(found.task, found.outcomes));
    }
    // Something has not ended in any way yet.
    if ([...results.values()].some((options) => options.length === 0))
      return { mayBeTrue: false, mayBeFalse: false };
    const count = [...results.values()].reduce((product, options) => product * options.length, 1);
    const evaluate: Evaluate = (result) => depends.evaluate(result);
    if (count <= mostCombinations) return truthOfEach(results, evaluate);
    return /^[\w\s.&|()-]*$/.test(task.depends ?? "") ? truthOfAll(results, evaluate) : either;
  } catch {
    return either;
  }
}

type Evaluate = (result: (task: string) => TaskResult) => boolean;

function truthOfEach(results: ReadonlyMap<string, TaskResult[]>, evaluate: Evaluate): Truth {
  let worlds: ReadonlyMap<string, TaskResult>[] = [new Map()];
  for (const [name, options] of results)
    worlds = worlds.flatMap((world) => options.map((option) => new Map(world).set(name, option)));
  const truths = worlds.map((world) => evaluate((name) => world.get(name) ?? none));
  return { mayBeTrue: truths.includes(true), mayBeFalse: truths.includes(false) };
}

/** Without a negation more that holds can only make it true: the most and the least that may hold tell all. */
function truthOfAll(results: ReadonlyMap<string, TaskResult[]>, evaluate: Evaluate): Truth {
  const fold = (name: string, how: "some" | "every"): TaskResult => {
    const options = results.get(name) ?? [];
    const entries = Object.keys(none).map((key) => [
      key,
      options[how]((option) => option[key as keyof TaskResult]),
    ]);
    return Object.fromEntries(entries) as TaskResult;
  };
  return {
    mayBeTrue: evaluate((name) => fold(name, "some")),
    // An alternative such as `a.Succeeded || a.Failed` holds always, which the least cannot tell: that errs to false.
    mayBeFalse: !evaluate((name) => fold(name, "every")),
  };
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
