import type { Field, Location, Operation, Selection, Value } from "./parser.js";
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
export function validate({ operation, name, selections, variables }: Operation): QueryError[] {
  const start = [name === undefined ? operation : `${operation} ${name}`];
  const errors: QueryError[] = [];
  const used = new Set<string>();
  visitAll("Query", selections, start);
  const declared = variables.map((each) => each.name);
  for (const { name: variable, location } of variables) {
    const extensions = { code: "variableNotUsed", variableName: variable };
    if (!used.has(variable))
      report(`Variable $${variable} is declared but not used`, start, extensions, location);
  }
  for (const variable of used) {
    const extensions = { code: "variableNotDefined", variableName: variable };
    if (!declared.includes(variable))
      report(`Variable $${variable} is used but not declared`, start, extensions, { line: 1, column: 1 });
  }
  return errors;

  function report(
    message: string,
    path: string[],
    extensions: Record<string, string>,
    location: Location,
  ): void {
    errors.push({ message, path, extensions, locations: [location] });
  }

  function visitAll(typeName: string, each: Selection[], path: string[]): void {
    for (const selection of each) {
      if (selection.kind === "field") visitField(typeName, selection, [...path, selection.alias]);
      else visitFragment(typeName, selection.on ?? typeName, selection, path);
    }
  }

  function visitFragment(parent: string, on: string, fragment: Selection, path: string[]): void {
    const inside = [...path, `... on ${on}`];
    const possible = [parent, ...(schema[parent]?.possible ?? [])];
    if (schema[on] === undefined)
      report(
        `No such type ${on}, so it can't be a fragment condition`,
        inside,
        { code: "undefinedType" },
        fragment.location,
      );
    else if (!possible.includes(on) && !schema[on].possible?.includes(parent))
      report(
        `Fragment on ${on} can't be spread inside ${parent}`,
        inside,
        { code: "cannotSpreadFragment" },
        fragment.location,
      );
    else visitAll(on, fragment.selections, inside);
  }

  function visitField(typeName: string, field: Field, path: string[]): void {
    if (field.name === "__typename") return;
    const found = schema[typeName]?.fields[field.name];
    if (found === undefined) {
      const extensions = { code: "undefinedField", typeName, fieldName: field.name };
      return report(
        `Field '${field.name}' doesn't exist on type '${typeName}'`,
        path,
        extensions,
        field.location,
      );
    }
    visitArguments(found, field, path);
    const inner = baseType(found.type);
    const isObject = schema[inner] !== undefined;
    const extensions = { code: "selectionMismatch", nodeName: `field '${field.name}'`, typeName: inner };
    if (isObject && field.selections.length === 0)
      report(
        `Field must have selections (field '${field.name}' returns ${inner} but has no selections. Did you mean '${field.name} { ... }'?)`,
        path,
        extensions,
        field.location,
      );
    else if (!isObject && field.selections.length > 0)
      report(
        `Selections can't be made on scalars (field '${field.name}' returns ${inner} but has selections)`,
        path,
        extensions,
        field.location,
      );
    else visitAll(inner, field.selections, path);
  }

  function visitArguments(found: FieldType, field: Field, path: string[]): void {
    const accepted = found.arguments ?? {};
    for (const [argument, value] of field.arguments) {
      for (const variable of variablesOf(value)) used.add(variable);
      const extensions = {
        code: "argumentNotAccepted",
        name: field.name,
        typeName: "Field",
        argumentName: argument,
      };
      if (accepted[argument] === undefined)
        report(
          `Field '${field.name}' doesn't accept argument '${argument}'`,
          path,
          extensions,
          field.location,
        );
    }
    const missing = Object.entries(accepted).filter(
      ([argument, type]) => type.endsWith("!") && !field.arguments.some(([given]) => given === argument),
    );
    const names = missing.map(([argument]) => argument).join(", ");
    const extensions = {
      code: "missingRequiredArguments",
      className: "Field",
      name: field.name,
      arguments: names,
    };
    if (missing.length > 0)
      report(
        `Field '${field.name}' is missing required arguments: ${names}`,
        path,
        extensions,
        field.location,
      );
  }
}

function variablesOf(value: Value): string[] {
  if (value.kind === "variable") return [value.name];
  if (value.kind === "list") return value.items.flatMap(variablesOf);
  if (value.kind === "object") return value.fields.flatMap(([, each]) => variablesOf(each));
  return [];
}
