import { evaluateExpression } from "./expr.js";
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

/** What a DAG task waits for (`tasks`, all of them) and whether it then runs. */
export type Depends = { tasks: string[]; evaluate(result: (task: string) => TaskResult): boolean };

type ContinueOn = { failed?: boolean | undefined; error?: boolean | undefined };
type DependentTask = { dependencies?: readonly string[] | undefined; depends?: string | undefined };

const REFERENCE = /([a-zA-Z0-9_][a-zA-Z0-9_-]*)(?:\.([A-Za-z]+))?/g;

/** Parses a `depends` text; a bare task name means Succeeded, Skipped or Daemoned. */
export function parseDepends(text: string): Depends {
  return dependsWith(text, () => undefined);
}

/** The depends of a task, also when it is written as `dependencies`. */
export function dependsOf(task: DependentTask, continueOnOf: (task: string) => ContinueOn | undefined): Depends {
  const text = task.depends ?? (task.dependencies ?? []).join(" && ");
  return dependsWith(text, continueOnOf);
}

function dependsWith(text: string, continueOnOf: (task: string) => ContinueOn | undefined): Depends {
  const tasks: string[] = [];
  const source = text.replace(REFERENCE, (whole: string, task: string, result: string | undefined) => {
    if (!tasks.includes(task)) tasks.push(task);
    if (result === undefined) return expanded(tasks.indexOf(task), continueOnOf(task));
    if (!TASK_RESULTS.some((name) => name === result)) {
      throw new ExpressionError(`task result '${result}' for task '${task}' is invalid`);
    }
    return `t${tasks.indexOf(task)}.${result}`;
  });
  return { tasks, evaluate: (result) => evaluate(text, source, tasks, result) };
}

function expanded(index: number, continueOn: ContinueOn | undefined): string {
  const results = ["Succeeded", "Skipped", "Daemoned"];
  if (continueOn?.failed) results.push("Failed");
  if (continueOn?.error) results.push("Errored");
  return `(${results.map((result) => `t${index}.${result}`).join(" || ")})`;
}

function evaluate(text: string, source: string, tasks: string[], result: (task: string) => TaskResult): boolean {
  if (tasks.length === 0 && text.trim() === "") return true;
  const env = Object.fromEntries(tasks.map((task, index) => [`t${index}`, result(task)]));
  const value = evaluateExpression(source, env);
  if (typeof value === "boolean") return value;
  throw new ExpressionError(`unable to evaluate expression '${text}': expected boolean`);
}
