import type { Json, JsonObject, ManifestObject } from "../argo.js";
import { LIMITS } from "../limits.js";
import { suggestion } from "../nearest.js";
import type { Path, Problem } from "../problem.js";
import { problemAt } from "../source.js";
import type { Fault, SpanOf } from "../source.js";
import { ARTIFACT_TABLES } from "./artifact.js";
import { CONTAINER_TABLES } from "./container.js";
import { fieldType, isRequired } from "./field-type.js";
import type { FieldType, Table } from "./field-type.js";
import { POD_TABLES } from "./pod.js";
import { checkPrimitive, wrongType } from "./primitive.js";
import { TEMPLATE_TABLES } from "./template.js";
import { unknownField } from "./unknown-field.js";
import { WORKFLOW_TABLES } from "./workflow.js";

export const KINDS = ["Workflow", "WorkflowTemplate", "CronWorkflow"] as const;
const API_VERSION = "argoproj.io/v1alpha1";

const TABLES: ReadonlyMap<string, Table> = new Map<string, Table>(
  Object.entries({
    ...WORKFLOW_TABLES,
    ...TEMPLATE_TABLES,
    ...CONTAINER_TABLES,
    ...POD_TABLES,
    ...ARTIFACT_TABLES,
  }),
);

export function isKind(kind: unknown): kind is ManifestObject["kind"] {
  return KINDS.some((known) => known === kind);
}

/** What is wrong, and the paths of fields that were meant but could not be read. */
export interface Checked {
  problems: Problem[];
  lost: Path[];
}

interface Checking {
  spanOf: SpanOf;
  problems: Problem[];
  lost: Path[];
  counts: Record<Fault["severity"], number>;
}

/**
 * Checks an object against the fields that Argo 4.1 knows, and makes it fit: values of a wrong type and nulls are
 * removed, numbers and booleans become texts where a text is asked for, as Go's YAML reader does it.
 */
export function checkSchema(kind: ManifestObject["kind"], value: JsonObject, spanOf: SpanOf): Checked {
  const checking: Checking = { spanOf, problems: [], lost: [], counts: { error: 0, warning: 0, notice: 0 } };
  checkTable(kind, value, [], checking);
  if (typeof value["apiVersion"] === "string" && value["apiVersion"] !== API_VERSION) {
    report(checking, ["apiVersion"], {
      severity: "error",
      rule: "unknown-api-version",
      message: `The apiVersion \`${value["apiVersion"]}\` has no kind ${kind}.`,
      hint: `Write ${API_VERSION}.`,
    });
  }
  return { problems: checking.problems, lost: checking.lost };
}

/** The value as the type wants it; undefined when it has another type, which was reported. */
function checkValue(type: FieldType, value: Json, path: Path, checking: Checking): Json | undefined {
  switch (type.is) {
    case "primitive":
      return checkPrimitive(type.name, value, {
        path,
        report: (fault) => report(checking, path, fault),
        text: () => checking.spanOf(path).text,
      });
    case "choice":
      return checkChoice(type.of, value, path, checking);
    case "list":
      return checkList(type.of, value, path, checking);
    case "map":
      return checkMap(type.of, value, path, checking);
    case "table":
      if (!isObject(value)) return mistyped(checking, path, "a mapping", value);
      checkTable(type.name, value, path, checking);
      return value;
  }
}

function checkTable(name: string, object: JsonObject, path: Path, checking: Checking): void {
  const table = TABLES.get(name) ?? {};
  const wrong = new Set<string>();
  for (const [field, value] of Object.entries(object)) {
    const row = Object.hasOwn(table, field) ? table[field] : undefined;
    if (row === undefined) {
      if (isFull(checking, "error")) continue;
      const { fault, meant } = unknownField(name, field, TABLES);
      report(checking, [...path, field], fault, "key");
      if (meant !== undefined) lose(checking, [...path, meant], wrong);
      continue;
    }
    const checked =
      value === null ? undefined : checkValue(fieldType(row), value, [...path, field], checking);
    if (checked !== undefined) object[field] = checked;
    else delete object[field];
    if (checked === undefined && value !== null) lose(checking, [...path, field], wrong);
  }
  for (const [field, row] of Object.entries(table)) {
    if (isRequired(row) && !Object.hasOwn(object, field) && !wrong.has(field)) {
      report(checking, path, missingField(field), "key");
    }
  }
}

/** Items of a wrong type leave something empty behind, so that the other items keep their index. */
function checkList(of: FieldType, value: Json, path: Path, checking: Checking): Json | undefined {
  if (!Array.isArray(value))
    return report(checking, path, { ...wrongType("a list", value, path), ...listHint(of, path) });
  const isAny = of.is === "primitive" && of.name === "any";
  return value.map((item, index) => {
    if (isAny) return item;
    const checked = checkValue(of, item, [...path, index], checking);
    if (checked === undefined) checking.lost.push([...path, index]);
    return checked ?? (of.is === "list" ? [] : of.is === "table" ? {} : "");
  });
}

function lose(checking: Checking, path: Path, wrong: Set<string>): void {
  checking.lost.push(path);
  wrong.add(String(path.at(-1)));
}

function listHint(of: FieldType, path: Path): { hint?: string } {
  if (of.is === "list" || typeof path.at(-1) === "number")
    return {
      hint: "`steps` is a list of lists: write `- - name: …`, and `  - name: …` for a parallel step.",
    };
  return of.is === "table" ? { hint: "Begin each item with `- `." } : {};
}

function checkMap(of: FieldType, value: Json, path: Path, checking: Checking): Json | undefined {
  if (!isObject(value)) return mistyped(checking, path, "a mapping", value);
  for (const [key, item] of Object.entries(value)) {
    const checked = item === null ? undefined : checkValue(of, item, [...path, key], checking);
    if (checked === undefined) delete value[key];
    else value[key] = checked;
  }
  return value;
}

function checkChoice(of: readonly string[], value: Json, path: Path, checking: Checking): Json | undefined {
  const choices = of.join(", ");
  if (typeof value !== "string") return mistyped(checking, path, `one of ${choices}`, value);
  if (of.includes(value) || value === "" || value.includes("{{")) return value;
  return report(checking, path, {
    severity: "error",
    rule: "unknown-value",
    message: `\`${value}\` is not one of ${choices}.`,
    hint: suggestion(value, of, `Write one of ${choices}.`),
  });
}

function missingField(field: string): Fault {
  return { severity: "error", rule: "missing-field", message: `The field \`${field}\` is missing here.` };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFull(checking: Checking, severity: Fault["severity"]): boolean {
  return checking.counts[severity] >= LIMITS.problems;
}

function mistyped(checking: Checking, path: Path, expected: string, value: Json): undefined {
  return report(checking, path, wrongType(expected, value, path));
}

function report(checking: Checking, path: Path, fault: Fault, of: "key" | "value" = "value"): undefined {
  if (isFull(checking, fault.severity)) return;
  checking.counts[fault.severity] += 1;
  checking.problems.push(problemAt(fault, checking.spanOf(path, { of })));
}
