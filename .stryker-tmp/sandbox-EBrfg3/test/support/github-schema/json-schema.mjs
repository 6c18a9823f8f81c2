import { createHash } from "node:crypto";

const constraints = new Set(
  (
    "type enum const format pattern required uniqueItems minimum maximum " +
    "minLength maxLength minItems maxItems minProperties maxProperties"
  ).split(" "),
);
const annotations = new Set(
  "title description example examples default deprecated readOnly writeOnly externalDocs discriminator".split(
    " ",
  ),
);
/** Formats ajv-formats knows under the same name and meaning. */
const formats = new Set(["date", "date-time", "email", "int64", "uri", "uri-template"]);
/** A subschema is shared once it is at least this many characters long and occurs twice. */
const sharedLength = 80;

/** OpenAPI 3.0 or 3.1 schema to JSON Schema: constraints only, `nullable` spelled out. */
export function toJsonSchema(schema) {
  if (typeof schema === "boolean") return schema;
  if (schema.$ref) {
    const $ref = `#/$defs/${schema.$ref.split("/").at(-1)}`;
    return schema.nullable ? { anyOf: [{ type: "null" }, { $ref }] } : { $ref };
  }
  const converted = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (annotations.has(keyword) || keyword === "nullable" || keyword.startsWith("x-")) continue;
    else if (keyword === "format" && !formats.has(value)) continue;
    else if (constraints.has(keyword)) converted[keyword] = value;
    else if (keyword === "properties") converted[keyword] = mapValues(value, toJsonSchema);
    else if (["allOf", "anyOf", "oneOf"].includes(keyword)) converted[keyword] = value.map(toJsonSchema);
    else if (["items", "additionalProperties", "not"].includes(keyword))
      converted[keyword] = toJsonSchema(value);
    else throw new Error(`keyword "${keyword}" is not handled: ${JSON.stringify(schema).slice(0, 200)}`);
  }
  if (isUnconstrained(converted.additionalProperties)) delete converted.additionalProperties;
  if (isUnconstrained(converted.items)) delete converted.items;
  if (converted.required?.length === 0) delete converted.required;
  return schema.nullable ? orNull(converted) : converted;
}

function isUnconstrained(schema) {
  return schema === true || (typeof schema === "object" && Object.keys(schema).length === 0);
}

function orNull(schema) {
  if (schema.allOf || schema.anyOf || schema.oneOf) return { anyOf: [{ type: "null" }, schema] };
  return {
    ...schema,
    ...(schema.type && { type: [schema.type, "null"].flat() }),
    ...(schema.enum && !schema.enum.includes(null) && { enum: [...schema.enum, null] }),
  };
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** `definitions` plus every component schema they reach, by name. */
export function closure(definitions, components) {
  const reached = { ...definitions };
  const visit = (schema) => {
    for (const [, name] of JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) {
      if (reached[name]) continue;
      reached[name] = toJsonSchema(components[name]);
      visit(reached[name]);
    }
  };
  Object.values(definitions).forEach(visit);
  return reached;
}

/** Moves subschemas that occur more than once into definitions of their own, named by their content. */
export function share(definitions) {
  const counts = new Map();
  const count = (schema) => {
    const text = JSON.stringify(schema);
    const seen = counts.get(text) ?? 0;
    counts.set(text, seen + 1);
    if (seen === 0) forEachSubschema(schema, count);
  };
  Object.values(definitions).forEach(count);

  const shared = {};
  const replace = (schema, isRoot) => {
    const text = JSON.stringify(schema);
    const rewritten = mapSubschemas(schema, (inner) => replace(inner, false));
    if (isRoot || text.length < sharedLength || counts.get(text) < 2) return rewritten;
    const name = `_${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
    shared[name] = rewritten;
    return { $ref: `#/$defs/${name}` };
  };
  const roots = mapValues(definitions, (schema) => replace(schema, true));
  return { ...roots, ...shared };
}

function forEachSubschema(schema, visit) {
  mapSubschemas(schema, (inner) => (visit(inner), inner));
}

function mapSubschemas(schema, change) {
  if (typeof schema !== "object") return schema;
  const mapped = { ...schema };
  if (schema.properties) mapped.properties = mapValues(schema.properties, change);
  for (const keyword of ["allOf", "anyOf", "oneOf"])
    if (schema[keyword]) mapped[keyword] = schema[keyword].map(change);
  for (const keyword of ["items", "additionalProperties", "not"])
    if (schema[keyword]) mapped[keyword] = change(schema[keyword]);
  return mapped;
}
