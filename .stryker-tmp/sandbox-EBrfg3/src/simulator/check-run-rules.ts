import { HttpRefusal, type Action, type Annotation, type CheckRun } from "./state.js";

type Body = Record<string, unknown>;

/** What a request says of a check run; undefined where it says nothing. Rules: REST reference, "Check runs". */
export interface CheckRunChange {
  name: string | undefined;
  externalId: string | undefined;
  detailsUrl: string | undefined;
  status: CheckRun["status"] | undefined;
  conclusion: string | undefined;
  startedAt: string | undefined;
  completedAt: string | undefined;
  output: { title: string | undefined; summary: string; text: string | undefined } | undefined;
  annotations: Annotation[];
  actions: Action[] | undefined;
}

const statuses = ["queued", "in_progress", "completed"];
/** `stale` is GitHub's own to set. */
const conclusions = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"];
const levels = ["notice", "warning", "failure"];
const textBytes = 65_535;
const annotationBytes = 64 * 1024;

/** Reads the body of a create or update request; 422 where GitHub refuses. `blob` is where annotated files are shown. */
export function readChange(body: Body, blob: string): CheckRunChange {
  const output = readOutput(body["output"]);
  const given = (body["output"] as Body | undefined)?.["annotations"];
  const change = {
    name: text(body, "name"),
    externalId: text(body, "external_id"),
    detailsUrl: text(body, "details_url"),
    status: oneOf(body, "status", statuses) as CheckRun["status"] | undefined,
    conclusion: oneOf(body, "conclusion", conclusions),
    startedAt: time(body, "started_at"),
    completedAt: time(body, "completed_at"),
    output,
    annotations: readList(given, "annotations", 50).map((each) => readAnnotation(each, blob)),
    actions:
      body["actions"] === undefined ? undefined : readList(body["actions"], "actions", 3).map(readAction),
  };
  if (change.status === "completed" && change.conclusion === undefined)
    throw refuse("conclusion", "is required when the status is completed");
  return change;
}

function readOutput(output: unknown): CheckRunChange["output"] {
  if (output === undefined) return undefined;
  if (!isObject(output)) throw refuse("output", "must be an object");
  const title = text(output, "title");
  const summary = text(output, "summary", textBytes);
  if (title === undefined) throw refuse("output.title", "is missing");
  if (summary === undefined) throw refuse("output.summary", "is missing");
  return { title, summary, text: text(output, "text", textBytes) };
}

function readAnnotation(given: Body, blob: string): Annotation {
  const path = required(given, "path");
  const [start, end] = [count(given, "start_line"), count(given, "end_line")];
  if (start === null || end === null) throw refuse("annotations", "need start_line and end_line");
  const columns = { start_column: count(given, "start_column"), end_column: count(given, "end_column") };
  if (start !== end && (columns.start_column !== null || columns.end_column !== null))
    throw refuse("annotations", "may have columns only when they start and end on the same line");
  const level = oneOf(given, "annotation_level", levels);
  if (level === undefined) throw refuse("annotations", "need annotation_level");
  return {
    path,
    start_line: start,
    end_line: end,
    ...columns,
    annotation_level: level,
    title: text(given, "title", 255) ?? null,
    message: required(given, "message", annotationBytes),
    raw_details: text(given, "raw_details", annotationBytes) ?? null,
    blob_href: `${blob}/${path}`,
  };
}

function readAction(given: Body): Action {
  return {
    label: required(given, "label", 20),
    description: required(given, "description", 40),
    identifier: required(given, "identifier", 20),
  };
}

function readList(value: unknown, field: string, most: number): Body[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refuse(field, "must be an array");
  if (value.length > most) throw refuse(field, `exceeds a maximum quantity of ${most}`);
  return value.map((each: unknown) => {
    if (!isObject(each)) throw refuse(field, "must hold objects");
    return each;
  });
}

function required(body: Body, field: string, most?: number): string {
  const value = text(body, field, most);
  if (value === undefined || value === "") throw refuse(field, "is missing");
  return value;
}

function text(body: Body, field: string, most?: number): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw refuse(field, "must be a string");
  if (most !== undefined && Buffer.byteLength(value) > most)
    throw refuse(field, `exceeds a maximum of ${most}`);
  return value;
}

function oneOf(body: Body, field: string, allowed: string[]): string | undefined {
  const value = text(body, field);
  if (value !== undefined && !allowed.includes(value))
    throw refuse(field, `must be one of ${allowed.join(", ")}`);
  return value;
}

function time(body: Body, field: string): string | undefined {
  const value = text(body, field);
  if (value === undefined) return undefined;
  if (Number.isNaN(Date.parse(value))) throw refuse(field, "must be a time in ISO 8601");
  return new Date(value).toISOString().replace(/\.\d+Z$/, "Z");
}

function count(body: Body, field: string): number | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
    throw refuse(field, "must be a line or column");
  return value;
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(field: string, why: string): HttpRefusal {
  const errors = [{ resource: "CheckRun", code: "invalid", field, message: `${field} ${why}` }];
  return new HttpRefusal(422, `Invalid request. ${field} ${why}.`, errors);
}
