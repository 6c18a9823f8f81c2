import { environment, evaluateExpression } from "../../../expression/expr.js";
import { substitute } from "../../../expression/substitute.js";
import { setGlobals } from "./globals.js";
import type { RunState } from "./run-state.js";

interface WorkflowMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  labelsFrom?: Record<string, { expression: string }>;
}

/** Labels and annotations that the spec gives its workflow, some by an expression (operator.go). */
export function addWorkflowMetadata(run: RunState): void {
  const given = run.spec["workflowMetadata"] as WorkflowMetadata | undefined;
  if (!given) return;
  const lenient = { strict: [], allowUnresolved: true };
  const { labels = {}, annotations = {}, labelsFrom = {} } = given;
  const { metadata } = run.workflow;
  const computed = Object.entries(labelsFrom).map(([name, { expression }]): [string, string] => [
    name,
    String(evaluateExpression(expression, environment(run.globals))),
  ]);
  metadata.labels = {
    ...metadata.labels,
    ...substitute(labels, run.globals, lenient),
    ...Object.fromEntries(computed),
  };
  metadata.annotations = { ...metadata.annotations, ...substitute(annotations, run.globals, lenient) };
  run.touchWorkflow();
  setGlobals(run);
}
