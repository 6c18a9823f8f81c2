/** Where something stands in the query; both count from 1. */
export interface Location {
  line: number;
  column: number;
}
export type Value =
  | { kind: "variable"; name: string }
  | { kind: "literal"; value: unknown }
  | { kind: "list"; items: Value[] }
  | { kind: "object"; fields: [string, Value][] };
export interface Field {
  kind: "field";
  alias: string;
  name: string;
  arguments: [string, Value][];
  selections: Selection[];
  location: Location;
}
/** `... on Type { }`; the type is undefined where it is left out. */
export interface InlineFragment {
  kind: "inline";
  on: string | undefined;
  selections: Selection[];
  location: Location;
}
export type Selection = Field | InlineFragment;
export interface Variable {
  name: string;
  /** As written, such as `String!`. */
  type: string;
  otherwise: Value | undefined;
  location: Location;
}
export interface Operation {
  operation: string;
  name: string | undefined;
  variables: Variable[];
  selections: Selection[];
}

/** The query is not one that this subset of GraphQL can read. */
export class SyntaxProblem extends Error {
  override readonly name = "SyntaxProblem";
  readonly location: Location;
  constructor(message: string, location: Location) {
    super(message);
    this.location = location;
  }
}

interface Token {
  text: string;
  location: Location;
}

/** Reads one operation: fields, aliases, arguments, variables and inline fragments; no named fragments or directives. */
export function parse(query: string): Operation {
  const reader = new Reader(tokenize(query));
  const operation = reader.operation();
  reader.expectEnd();
  return operation;
}

function tokenize(query: string): Token[] {
  const pattern =
    /[\s,]+|#[^\n]*|"(?:[^"\\\n]|\\.)*"|\.\.\.|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|[{}()[\]:!=$@|&]/y;
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  while (pattern.lastIndex < query.length) {
    const at = pattern.lastIndex;
    const location = { line, column: at - lineStart + 1 };
    const text = pattern.exec(query)?.[0];
    if (text === undefined) throw new SyntaxProblem(`Parse error on ${JSON.stringify(query[at])}`, location);
    if (/^[\s,#]/.test(text)) {
      line += text.split("\n").length - 1;
      if (text.includes("\n")) lineStart = at + text.lastIndexOf("\n") + 1;
    } else tokens.push({ text, location });
  }
  return tokens;
}

class Reader {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  operation(): Operation {
    if (this.#peek() === "{")
      return { operation: "query", name: undefined, variables: [], selections: this.#selections() };
    const operation = this.#name();
    const name = /^\w/.test(this.#peek()) ? this.#name() : undefined;
    const variables = this.#peek() === "(" ? this.#between("(", ")", () => this.#variable()) : [];
    return { operation, name, variables, selections: this.#selections() };
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) this.#fail("end of query");
  }

  #selections(): Selection[] {
    return this.#between("{", "}", () => this.#selection());
  }

  #selection(): Selection {
    const location = this.#location();
    if (this.#peek() === "...") {
      this.#take("...");
      let on: string | undefined;
      if (this.#peek() === "on") {
        this.#take("on");
        on = this.#name();
      }
      return { kind: "inline", on, selections: this.#selections(), location };
    }
    const first = this.#name();
    const aliased = this.#peek() === ":";
    if (aliased) this.#take(":");
    const name = aliased ? this.#name() : first;
    const given = this.#peek() === "(" ? this.#between("(", ")", () => this.#pair()) : [];
    const selections = this.#peek() === "{" ? this.#selections() : [];
    return { kind: "field", alias: first, name, arguments: given, selections, location };
  }

  #pair(): [string, Value] {
    const name = this.#name();
    this.#take(":");
    return [name, this.#value()];
  }

  #variable(): Variable {
    const location = this.#location();
    this.#take("$");
    const name = this.#name();
    this.#take(":");
    const type = this.#type();
    if (this.#peek() !== "=") return { name, type, otherwise: undefined, location };
    this.#take("=");
    return { name, type, otherwise: this.#value(), location };
  }

  #type(): string {
    const inner =
      this.#peek() === "[" ? `[${this.#between("[", "]", () => this.#type()).join("")}]` : this.#name();
    if (this.#peek() !== "!") return inner;
    this.#take("!");
    return `${inner}!`;
  }

  #value(): Value {
    const text = this.#peek();
    if (text === "$") {
      this.#take("$");
      return { kind: "variable", name: this.#name() };
    }
    if (text === "[") return { kind: "list", items: this.#between("[", "]", () => this.#value(), true) };
    if (text === "{") return { kind: "object", fields: this.#between("{", "}", () => this.#pair(), true) };
    if (/^(["-]|\d|true$|false$|null$)/.test(text))
      return { kind: "literal", value: JSON.parse(this.#take(text)) };
    return { kind: "literal", value: this.#name() };
  }

  #between<T>(open: string, close: string, read: () => T, mayBeEmpty = false): T[] {
    this.#take(open);
    const found: T[] = [];
    while (this.#peek() !== close || (found.length === 0 && !mayBeEmpty)) found.push(read());
    this.#take(close);
    return found;
  }

  #name(): string {
    if (!/^[A-Za-z_]/.test(this.#peek())) this.#fail("a name");
    return this.#take(this.#peek());
  }

  #take(text: string): string {
    if (this.#peek() !== text) this.#fail(text);
    this.#at += 1;
    return text;
  }

  #peek(): string {
    return this.#tokens[this.#at]?.text ?? "";
  }

  #location(): Location {
    return this.#tokens[this.#at]?.location ?? this.#tokens.at(-1)?.location ?? { line: 1, column: 1 };
  }

  #fail(expected: string): never {
    const { line, column } = this.#location();
    const actual = this.#peek() === "" ? "end of query" : this.#peek();
    throw new SyntaxProblem(`Expected ${expected}, actual: ${actual} at [${line}, ${column}]`, {
      line,
      column,
    });
  }
}
