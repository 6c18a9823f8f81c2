import type { Field, InlineFragment, Location, Operation, Selection, Value } from "./parser.js";
import { schema, type FieldType } from "./schema.js";

/** A mistake in the query, in the shape GitHub answers it. */
export interface QueryError {
  message: string;
  path: string[];
  extensions: Record<string, string>;
  locations: Location[];
}

/** The name of the type, without list and non-null marks. */
export function baseType(type: string): string {
  return type.replace(/[[\]!]/g, "");
}

/** All mistakes that can be seen without running the query. */
export function validate(operation: Operation): QueryError[] {
  return new Validation(operation).errors;
}

class Validation {
  readonly errors: QueryError[] = [];
  readonly #used = new Set<string>();

  constructor({ operation, name, selections, variables }: Operation) {
    const start = [name === undefined ? operation : `${operation} ${name}`];
    this.#visitAll("Query", selections, start);
    for (const { name: variableName, location } of variables) {
      const extensions = { code: "variableNotUsed", variableName };
      if (!this.#used.has(variableName))
        this.#report(`Variable $${variableName} is declared but not used`, start, extensions, location);
    }
    for (const variableName of this.#used) {
      const extensions = { code: "variableNotDefined", variableName };
      const at = { line: 1, column: 1 };
      if (!variables.some((each) => each.name === variableName))
        this.#report(`Variable $${variableName} is used but not declared`, start, extensions, at);
    }
  }

  #report(message: string, path: string[], extensions: Record<string, string>, location: Location): void {
    this.errors.push({ message, path, extensions, locations: [location] });
  }

  #visitAll(typeName: string, each: Selection[], path: string[]): void {
    for (const selection of each) {
      if (selection.kind === "field") this.#visitField(typeName, selection, [...path, selection.alias]);
      else this.#visitFragment(typeName, selection, path);
    }
  }

  #visitFragment(parent: string, fragment: InlineFragment, path: string[]): void {
    const on = fragment.on ?? parent;
    const inside = [...path, `... on ${on}`];
    const type = schema[on];
    const fits =
      [parent, ...(schema[parent]?.possible ?? [])].includes(on) || type?.possible?.includes(parent);
    if (type === undefined) {
      const message = `No such type ${on}, so it can't be a fragment condition`;
      this.#report(message, inside, { code: "undefinedType", typeName: on }, fragment.location);
    } else if (fits !== true) {
      const message = `Fragment on ${on} can't be spread inside ${parent}`;
      this.#report(message, inside, { code: "cannotSpreadFragment", typeName: on }, fragment.location);
    } else this.#visitAll(on, fragment.selections, inside);
  }

  #visitField(typeName: string, field: Field, path: string[]): void {
    if (field.name === "__typename") return;
    const found = schema[typeName]?.fields[field.name];
    if (found === undefined) {
      const extensions = { code: "undefinedField", typeName, fieldName: field.name };
      const message = `Field '${field.name}' doesn't exist on type '${typeName}'`;
      return this.#report(message, path, extensions, field.location);
    }
    this.#visitArguments(found, field, path);
    const inner = baseType(found.type);
    if ((schema[inner] !== undefined) === field.selections.length > 0)
      return this.#visitAll(inner, field.selections, path);
    const { name } = field;
    const extensions = { code: "selectionMismatch", nodeName: `field '${name}'`, typeName: inner };
    const message =
      schema[inner] === undefined
        ? `Selections can't be made on scalars (field '${name}' returns ${inner} but has selections)`
        : `Field must have selections (field '${name}' returns ${inner} but has no selections. Did you mean '${name} { ... }'?)`;
    this.#report(message, path, extensions, field.location);
  }

  #visitArguments(found: FieldType, { name, arguments: given, location }: Field, path: string[]): void {
    const accepted = found.arguments ?? {};
    for (const [argumentName, value] of given) {
      for (const variable of variablesOf(value)) this.#used.add(variable);
      const extensions = { code: "argumentNotAccepted", name, typeName: "Field", argumentName };
      const message = `Field '${name}' doesn't accept argument '${argumentName}'`;
      if (accepted[argumentName] === undefined) this.#report(message, path, extensions, location);
    }
    const missing = Object.entries(accepted)
      .filter(([argument, type]) => type.endsWith("!") && !given.some(([each]) => each === argument))
      .map(([argument]) => argument)
      .join(", ");
    const extensions = { code: "missingRequiredArguments", className: "Field", name, arguments: missing };
    if (missing !== "")
      this.#report(`Field '${name}' is missing required arguments: ${missing}`, path, extensions, location);
  }
}

function variablesOf(value: Value): string[] {
  if (value.kind === "variable") return [value.name];
  if (value.kind === "list") return value.items.flatMap(variablesOf);
  if (value.kind === "object") return value.fields.flatMap(([, each]) => variablesOf(each));
  return [];
}
