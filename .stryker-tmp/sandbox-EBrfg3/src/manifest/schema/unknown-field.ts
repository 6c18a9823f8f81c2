import { nearest } from "../nearest.js";
import type { Fault } from "../source.js";
import type { Table } from "./field-type.js";

const NAMES: Readonly<Record<string, string>> = {
  Workflow: "a Workflow",
  WorkflowTemplate: "a WorkflowTemplate",
  CronWorkflow: "a CronWorkflow",
  WorkflowSpec: "the spec of a workflow",
  CronWorkflowSpec: "the spec of a CronWorkflow",
  ObjectMeta: "metadata",
  Template: "a template",
  WorkflowStep: "a step",
  DAGTask: "a task",
  DAGTemplate: "a dag",
  Container: "a container",
  ScriptTemplate: "a script",
  Parameter: "a parameter",
  Artifact: "an artifact",
  Inputs: "inputs",
  Outputs: "outputs",
  Arguments: "arguments",
  EnvVar: "an environment variable",
  ValueFrom: "valueFrom",
};
/** Where a misplaced field most likely belongs. */
const LIKELY = [
  "Template",
  "WorkflowStep",
  "DAGTask",
  "WorkflowSpec",
  "Container",
  "ObjectMeta",
  "Parameter",
];

/** `meant` is the field of the table that is spelled most like it. */
export interface UnknownField {
  fault: Fault;
  meant?: string;
}

/** Says that a table has no such field, and which one may be meant or where the field belongs. */
export function unknownField(name: string, field: string, tables: ReadonlyMap<string, Table>): UnknownField {
  const table = tables.get(name) ?? {};
  const meant = nearest(field, Object.keys(table));
  const fault: Fault = {
    severity: "error",
    rule: "unknown-field",
    message: `There is no field \`${field}\` in ${NAMES[name] ?? name}.`,
    hint: hintFor(name, field, Object.keys(table), tables),
  };
  return { fault, ...(meant === undefined ? {} : { meant }) };
}

function hintFor(name: string, field: string, fields: string[], tables: ReadonlyMap<string, Table>): string {
  const similar = nearest(field, fields);
  if (similar !== undefined && Math.abs(similar.length - field.length) <= 1)
    return `Did you mean \`${similar}\`?`;
  const owner = LIKELY.find((likely) => likely !== name && Object.hasOwn(tables.get(likely) ?? {}, field));
  if (owner !== undefined) return `\`${field}\` belongs in ${NAMES[owner] ?? owner}: check the indentation.`;
  if (similar !== undefined) return `Did you mean \`${similar}\`?`;
  if (fields.length === 0) return "Remove it.";
  return fields.length > 12 ? "Remove it, or check the indentation." : `Its fields are ${fields.join(", ")}.`;
}
