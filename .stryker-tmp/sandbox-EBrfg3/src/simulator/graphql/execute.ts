import {
  parse,
  SyntaxProblem,
  type Field,
  type Location,
  type Operation,
  type Selection,
  type Value,
} from "./parser.js";
import { FieldProblem, schema, type Scope } from "./schema.js";
import { baseType, validate } from "./validate.js";

/** The body of GitHub's answer; its HTTP status is 200 even for a wrong query. */
export interface Answer {
  data?: unknown;
  errors?: Record<string, unknown>[];
}
type Source = Record<string, unknown>;
type Path = (string | number)[];

/** Runs a query against the simulated GitHub. Mutations are not simulated. */
export async function execute(
  query: string,
  variables: Record<string, unknown>,
  scope: Scope,
): Promise<Answer> {
  let operation: Operation;
  try {
    operation = parse(query);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { errors: [{ message: error.message, locations: [error.location] }] };
  }
  if (operation.operation !== "query")
    return { errors: [{ message: `a ${operation.operation} is not simulated` }] };
  const mistakes = [...validate(operation), ...missingVariables(operation, variables)];
  if (mistakes.length > 0) return { errors: mistakes.map((mistake) => ({ ...mistake })) };
  return new Execution(operation, variables, scope).answer();
}

function missingVariables({ variables }: Operation, given: Record<string, unknown>) {
  return variables
    .filter(
      ({ name, type, otherwise }) =>
        type.endsWith("!") && otherwise === undefined && (given[name] ?? null) === null,
    )
    .map(({ name, type, location }) => ({
      message: `Variable $${name} of type ${type} was provided invalid value`,
      locations: [location],
      extensions: { value: null, problems: [{ path: [], explanation: "Expected value to not be null" }] },
    }));
}

class Execution {
  readonly #operation: Operation;
  readonly #variables: Record<string, unknown>;
  readonly #scope: Scope;
  readonly #errors: { type: string; path: Path; locations: Location[]; message: string }[] = [];

  constructor(operation: Operation, variables: Record<string, unknown>, scope: Scope) {
    this.#operation = operation;
    this.#scope = scope;
    const defaults = operation.variables.flatMap(({ name, otherwise }) =>
      otherwise === undefined ? [] : [[name, this.#value(otherwise, {})] as const],
    );
    this.#variables = { ...Object.fromEntries(defaults), ...variables };
  }

  async answer(): Promise<Answer> {
    const data = await this.#select("Query", {}, this.#operation.selections, []);
    return this.#errors.length === 0 ? { data } : { data, errors: this.#errors };
  }

  async #select(typeName: string, source: Source, selections: Selection[], path: Path): Promise<Source> {
    const result: Source = {};
    for (const selection of selections) {
      if (selection.kind === "inline") {
        if (!matches(selection.on ?? typeName, typeName)) continue;
        merge(result, await this.#select(typeName, source, selection.selections, path));
      } else merge(result, { [selection.alias]: await this.#field(typeName, source, selection, path) });
    }
    return result;
  }

  async #field(typeName: string, source: Source, field: Field, parent: Path): Promise<unknown> {
    if (field.name === "__typename") return typeName;
    const found = schema[typeName]?.fields[field.name];
    if (found === undefined) throw new Error(`no field ${field.name} on ${typeName}`);
    const path = [...parent, field.alias];
    const given = Object.fromEntries(
      field.arguments.map(([name, value]) => [name, this.#value(value, this.#variables)]),
    );
    try {
      const value: unknown = await found.resolve(source as never, given, this.#scope);
      return await this.#complete(baseType(found.type), value, field.selections, path);
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      this.#errors.push({ type: error.type, path, locations: [field.location], message: error.message });
      return null;
    }
  }

  async #complete(typeName: string, value: unknown, selections: Selection[], path: Path): Promise<unknown> {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value))
      return Promise.all(
        value.map((each, index) => this.#complete(typeName, each, selections, [...path, index])),
      );
    if (schema[typeName] === undefined) return value;
    const source = value as Source;
    const concrete = typeof source["__typename"] === "string" ? source["__typename"] : typeName;
    return this.#select(concrete, source, selections, path);
  }

  #value(value: Value, variables: Record<string, unknown>): unknown {
    if (value.kind === "variable") return variables[value.name] ?? null;
    if (value.kind === "list") return value.items.map((each) => this.#value(each, variables));
    if (value.kind === "object")
      return Object.fromEntries(value.fields.map(([name, each]) => [name, this.#value(each, variables)]));
    return value.value;
  }
}

function matches(condition: string, typeName: string): boolean {
  return condition === typeName || (schema[condition]?.possible?.includes(typeName) ?? false);
}

/** The same field may be selected twice, with different subfields. */
function merge(into: Source, from: Source): void {
  for (const [name, value] of Object.entries(from)) {
    const old = into[name];
    if (isObject(old) && isObject(value)) merge(old, value);
    else into[name] = value;
  }
}

function isObject(value: unknown): value is Source {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
