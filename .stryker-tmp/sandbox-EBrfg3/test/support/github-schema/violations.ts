import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

type Schema = Record<string, unknown>;

/** Messages of the ways `value` breaks the definition `name`; a query's strings are read as the types it wants. */
export type Check = (name: string, value: unknown, options?: { coerce: boolean }) => string[];

const shown = 5;

/** The index an extracted file begins with, and a check against its definitions. They are compiled when first used. */
export function loadSchemas<Index>(file: string): { index: Index; check: Check } {
  const schemas = JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) as Index & Schema;
  const exact = ajvWith(schemas, false);
  const coercing = ajvWith(schemas, true);
  const check: Check = (name, value, options) => {
    const ajv = options?.coerce ? coercing : exact;
    const validate = compiled(ajv, `{"$ref":"${file}#/$defs/${name}"}`);
    return validate(value) ? [] : summarize(explain(ajv, validate.errors ?? []));
  };
  return { index: schemas, check };
}

function ajvWith(schemas: Schema, coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, validateSchema: false, coerceTypes });
  formats.default(ajv);
  return ajv.addSchema(schemas);
}

const cache = new WeakMap<Ajv, Map<string, ValidateFunction>>();

function compiled(ajv: Ajv, schemaText: string): ValidateFunction {
  const known = cache.get(ajv) ?? new Map<string, ValidateFunction>();
  cache.set(ajv, known);
  const validate = known.get(schemaText) ?? ajv.compile(JSON.parse(schemaText) as Schema);
  known.set(schemaText, validate);
  return validate;
}

/**
 * The errors a reader wants. Of a failed `oneOf` or `anyOf` ajv reports every branch: only the branch that fits
 * best is kept, or one error with all types when the value has the type of no branch.
 */
function explain(ajv: Ajv, errors: ErrorObject[]): ErrorObject[] {
  const failed = errors.filter(isFailedUnion).map((union) => ({ union, branches: branchErrors(ajv, union) }));
  const ofBranches = new Set(failed.flatMap(({ branches }) => branches.flat().map(identity)));
  const kept = errors.filter((error) => !ofBranches.has(identity(error)));
  const best = failed
    .filter(({ union }) => kept.includes(union))
    .flatMap(({ union, branches }) => bestBranch(ajv, union, branches));
  const explained = [...kept.filter((error) => !isFailedUnion(error) && error.keyword !== "if"), ...best];
  return explained.length > 0 ? explained : errors;
}

function isFailedUnion({ keyword, params }: ErrorObject): boolean {
  const matchesSeveral = Array.isArray(params.passingSchemas);
  return (keyword === "oneOf" || keyword === "anyOf") && !matchesSeveral;
}

function identity(error: ErrorObject): string {
  const branches = isFailedUnion(error) ? JSON.stringify(error.schema) : "";
  return `${error.instancePath} ${error.message} ${JSON.stringify(error.params)} ${branches}`;
}

function branchErrors(ajv: Ajv, union: ErrorObject): ErrorObject[][] {
  return (union.schema as Schema[]).map((branch) => {
    const validate = compiled(ajv, JSON.stringify(branch));
    validate(union.data);
    return (validate.errors ?? []).map((error) => ({
      ...error,
      instancePath: union.instancePath + error.instancePath,
    }));
  });
}

function bestBranch(ajv: Ajv, union: ErrorObject, branches: ErrorObject[][]): ErrorObject[] {
  const here = (error: ErrorObject) => error.instancePath === union.instancePath;
  const wrongType = (error: ErrorObject) => error.keyword === "type" && here(error);
  const explained = branches.map((errors) => explain(ajv, errors));
  const fitting = explained.filter((errors) => !errors.some(wrongType));
  if (fitting.length === 0) {
    const types = explained.flatMap((errors) => errors.filter(wrongType).map((error) => error.params.type));
    const params = { type: [...new Set(types.flat())].filter((type) => type !== "null") };
    return [{ ...union, keyword: "type", params }];
  }
  const [best] = fitting
    .map((errors) => ({ errors, distance: distanceOf(errors, errors.filter(here)) }))
    .sort((a, b) => a.distance - b.distance || a.errors.length - b.errors.length);
  return best?.errors ?? [];
}

/** How far a value is from a branch: values outside an enum tell branches apart, then missing properties do. */
function distanceOf(errors: ErrorObject[], here: ErrorObject[]): number {
  const foreign = errors.filter((error) => error.keyword === "enum" || error.keyword === "const").length;
  const missing = here.filter((error) => error.keyword === "required");
  const required = (missing[0]?.schema as string[] | undefined)?.length ?? 1;
  return foreign + missing.length / required;
}

/** The first few messages, one for all elements of an array that break the same rule. */
function summarize(errors: ErrorObject[]): string[] {
  const messages = new Map<string, string>();
  for (const error of withoutRepeatedRequired(errors)) {
    const message = messageOf(error, errors);
    const shape = `${error.instancePath.replaceAll(/\/\d+(?=\/|$)/g, "/*")} ${message}`;
    if (messages.has(shape)) continue;
    const received = ["type", "enum", "const", "format"].includes(error.keyword);
    const suffix = received ? ` (is ${excerpt(error.data)})` : "";
    messages.set(shape, `${error.instancePath} ${message}${suffix}`.trim());
  }
  return [...messages.values()].slice(0, shown);
}

function withoutRepeatedRequired(errors: ErrorObject[]): ErrorObject[] {
  const first = (error: ErrorObject) => errors.find((other) => lacksAtSamePlace(other, error));
  return errors.filter((error) => error.keyword !== "required" || first(error) === error);
}

function lacksAtSamePlace(error: ErrorObject, other: ErrorObject): boolean {
  return error.keyword === "required" && error.instancePath === other.instancePath;
}

function messageOf(error: ErrorObject, all: ErrorObject[]): string {
  const { keyword, message = "is invalid", params } = error;
  if (keyword === "required") {
    const missing = all
      .filter((other) => lacksAtSamePlace(other, error))
      .map((other) => other.params.missingProperty);
    return `must have ${[...new Set(missing)].join(", ")}`;
  }
  if (keyword === "type" && Array.isArray(params.type)) return `must be ${params.type.join(" or ")}`;
  if (keyword === "enum") return `must be one of ${(params.allowedValues as unknown[]).join(", ")}`;
  if (keyword === "const") return `must be ${JSON.stringify(params.allowedValue)}`;
  if (keyword === "additionalProperties") return `must not have ${params.additionalProperty}`;
  return message;
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
