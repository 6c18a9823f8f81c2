import { evaluate } from "./expr/evaluator.js";
import { parse } from "./expr/parser.js";
import { ExpressionError } from "./expression-error.js";

export const TASK_RESULTS = [
  "Succeeded",
  "Failed",
  "Errored",
  "Skipped",
  "Omitted",
  "Daemoned",
  "AnySucceeded",
  "AllFailed",
] as const;
export type TaskResultName = (typeof TASK_RESULTS)[number];
export type TaskResult = { readonly [name in TaskResultName]: boolean };

/**
 * What a DAG task waits for and whether it then runs. All of `tasks` must be fulfilled before `evaluate` is
 * asked: there is no short cut, `A || B` waits for both.
 */
export type Depends = { tasks: string[]; evaluate(result: (task: string) => TaskResult): boolean };

type ContinueOn = { failed?: boolean | undefined; error?: boolean | undefined };
type ContinueOnOf = (task: string) => ContinueOn | undefined;
type DependentTask = { dependencies?: readonly string[] | undefined; depends?: string | undefined };

const REFERENCE = /([a-zA-Z0-9_][a-zA-Z0-9_-]*)(?:\.([A-Za-z]+))?/g;

/** Parses a `depends` text; a bare task name means Succeeded, Skipped or Daemoned. Throws ExpressionError. */
export function parseDepends(text: string): Depends {
  return dependsWith(text, () => undefined);
}

/** The depends of a task, also when it is written as `dependencies`; a task with neither runs at once. */
export function dependsOf(task: DependentTask, continueOnOf: ContinueOnOf): Depends {
  if (task.depends !== undefined && task.depends !== "") return dependsWith(task.depends, continueOnOf);
  const tasks = [...new Set(task.dependencies)];
  const accepted = tasks.map((name) => ({ name, results: acceptedResults(continueOnOf(name)) }));
  return {
    tasks,
    evaluate: (result) =>
      accepted.every(({ name, results }) => results.some((accept) => result(name)[accept])),
  };
}

function acceptedResults(continueOn: ContinueOn | undefined): TaskResultName[] {
  const results: TaskResultName[] = ["Succeeded", "Skipped", "Daemoned"];
  if (continueOn?.error) results.push("Errored");
  if (continueOn?.failed) results.push("Failed");
  return results;
}

// Tasks are renamed by their number: a name may have a dash, or be that of a function.
function dependsWith(text: string, continueOnOf: ContinueOnOf): Depends {
  if (text.trim() === "") return { tasks: [], evaluate: () => true };
  const tasks = new Map<string, string>();
  const source = text.replace(REFERENCE, (_, task: string, result: string | undefined) => {
    const variable = tasks.get(task) ?? `t${tasks.size}`;
    tasks.set(task, variable);
    if (result === undefined) {
      return `(${acceptedResults(continueOnOf(task))
        .map((accept) => `${variable}.${accept}`)
        .join(" || ")})`;
    }
    if (TASK_RESULTS.some((name) => name === result)) return `${variable}.${result}`;
    throw new ExpressionError(`task result '${result}' for task '${task}' is invalid`);
  });
  const tree = explained(text, () => parse(source));
  return {
    tasks: [...tasks.keys()],
    evaluate(result) {
      const env = Object.fromEntries([...tasks].map(([task, variable]) => [variable, result(task)]));
      const value = explained(text, () => evaluate(tree, env));
      if (typeof value === "boolean") return value;
      throw new ExpressionError(`unable to evaluate expression '${text}': expected boolean`);
    },
  };
}

function explained<T>(text: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(`unable to evaluate expression '${text}': ${error.message}`, { cause: error });
  }
}
