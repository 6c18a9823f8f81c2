/** Types without parts. `scalar` is Argo's AnyString: a string, number or boolean. */
export type Primitive =
  "string" | "boolean" | "integer" | "number" | "intOrString" | "scalar" | "any" | "object";

export type FieldType =
  | { is: "primitive"; name: Primitive }
  | { is: "choice"; of: string[] }
  | { is: "list"; of: FieldType }
  | { is: "map"; of: FieldType }
  | { is: "table"; name: string };

/**
 * The fields of an object, one row each: a primitive, the name of a table, `[type]` for a list, `{type}` for a
 * mapping with free keys, or `A|B` for one of these texts. A trailing `!` marks a field that must be there.
 */
export type Table = Readonly<Record<string, string>>;

const PRIMITIVES: ReadonlySet<string> = new Set<Primitive>([
  "string",
  "boolean",
  "integer",
  "number",
  "intOrString",
  "scalar",
  "any",
  "object",
]);

const known = new Map<string, FieldType>();

/** Reads a row of a table. */
export function fieldType(row: string): FieldType {
  const text = row.endsWith("!") ? row.slice(0, -1) : row;
  const found = known.get(text) ?? read(text);
  known.set(text, found);
  return found;
}

export function isRequired(row: string): boolean {
  return row.endsWith("!");
}

function read(text: string): FieldType {
  if (text.startsWith("[")) return { is: "list", of: fieldType(text.slice(1, -1)) };
  if (text.startsWith("{")) return { is: "map", of: fieldType(text.slice(1, -1)) };
  if (text.includes("|")) return { is: "choice", of: text.split("|") };
  return isPrimitive(text) ? { is: "primitive", name: text } : { is: "table", name: text };
}

function isPrimitive(text: string): text is Primitive {
  return PRIMITIVES.has(text);
}
