import { ExpressionError } from "../expression-error.js";
import { type Token, tokensOf } from "./lexer.js";
import type { Expr } from "./syntax.js";

const MAX_LENGTH = 64 * 1024;
const MAX_DEPTH = 100;
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ["|", 0],
  ["||", 10],
  ["or", 10],
  ["&&", 15],
  ["and", 15],
  ["==", 20],
  ["!=", 20],
  ["<", 20],
  [">", 20],
  ["<=", 20],
  [">=", 20],
  ["in", 20],
  ["matches", 20],
  ["contains", 20],
  ["startsWith", 20],
  ["endsWith", 20],
  ["..", 25],
  ["+", 30],
  ["-", 30],
  ["*", 60],
  ["/", 60],
  ["%", 60],
  ["**", 100],
  ["^", 100],
  ["??", 500],
]);
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["nil", null],
]);

/** Parses an expression; throws ExpressionError with the position of the offending token. */
export function parse(source: string): Expr {
  if (source.length > MAX_LENGTH) throw new ExpressionError("expression is too long");
  return new Parser(tokensOf(source)).whole();
}

class Parser {
  private readonly tokens: Token[];
  private next = 0;
  private depth = 0;

  constructor(tokens: Token[]) {
    this.tokens = tokens;
  }

  whole(): Expr {
    const result = this.sequence();
    if (this.peek().kind !== "end") this.unexpected();
    return result;
  }

  private sequence(): Expr {
    if (!this.is("let")) return this.expression();
    this.take();
    const name = this.name();
    this.expect("=");
    const value = this.expression();
    this.expect(";");
    return { type: "let", name, value, body: this.nested(() => this.sequence()) };
  }

  private expression(): Expr {
    return this.nested(() => this.conditional());
  }

  private nested(parse: () => Expr): Expr {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new ExpressionError("expression is nested too deeply");
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private conditional(): Expr {
    const test = this.binary(0);
    if (!this.accept("?")) return test;
    const then = this.expression();
    this.expect(":");
    return { type: "conditional", test, then, otherwise: this.expression() };
  }

  private binary(least: number): Expr {
    let left = this.unary();
    for (let count = 0; ; count += 1) {
      const negated = this.is("not") && this.tokens[this.next + 1]?.value !== undefined;
      if (negated) this.take();
      const op = this.operator();
      const rank = PRECEDENCE.get(op) ?? -1;
      if (rank < least) return left;
      if (count > 1000) throw new ExpressionError("expression is too complex");
      this.take();
      if (op === "|") {
        left = this.piped(left);
        continue;
      }
      const right = this.nested(() => this.binary(op === "**" || op === "^" ? rank : rank + 1));
      left = { type: "binary", op, left, right };
      if (negated) left = { type: "unary", op: "not", operand: left };
    }
  }

  private operator(): string {
    const token = this.peek();
    return token.kind === "operator" || token.kind === "name" ? token.value : "";
  }

  private piped(first: Expr): Expr {
    const call = this.postfix();
    if (call.type !== "call") return this.unexpected();
    return { ...call, args: [first, ...call.args] };
  }

  private unary(): Expr {
    const op = ["not", "!", "-", "+"].find((candidate) => this.is(candidate));
    if (op === undefined) return this.postfix();
    this.take();
    const operand = this.nested(() => (op === "not" || op === "!" ? this.binary(50) : this.binary(90)));
    return { type: "unary", op, operand };
  }

  private postfix(): Expr {
    let result = this.primary();
    for (;;) {
      if (this.is("(") ) result = { type: "call", callee: result, args: this.args() };
      else if (this.accept("?.")) result = this.is("[") ? this.index(result, true) : this.field(result, true);
      else if (this.accept(".")) result = this.field(result, false);
      else if (this.is("[")) result = this.index(result, false);
      else return result;
    }
  }

  private field(object: Expr, optional: boolean): Expr {
    return { type: "member", object, key: { type: "literal", value: this.name() }, optional };
  }

  private index(object: Expr, optional: boolean): Expr {
    this.expect("[");
    const from = this.is(":") ? undefined : this.expression();
    if (this.accept(":")) {
      const to = this.is("]") ? undefined : this.expression();
      this.expect("]");
      return { type: "slice", object, from, to };
    }
    this.expect("]");
    return { type: "member", object, key: from ?? this.unexpected(), optional };
  }

  private args(): Expr[] {
    this.expect("(");
    return this.list(")", () => (this.is("{") ? this.closure() : this.argument()));
  }

  private argument(): Expr {
    const value = this.expression();
    return usesElement(value) ? { type: "closure", body: value } : value;
  }

  // `{` opens a predicate in an argument, unless what follows is a map's key or its end.
  private closure(): Expr {
    const second = this.tokens[this.next + 2]?.value;
    const first = this.tokens[this.next + 1];
    if (first?.value === "}" || (second === ":" && first?.value !== "#")) return this.expression();
    this.take();
    const body = this.nested(() => this.sequence());
    this.expect("}");
    return { type: "closure", body };
  }

  private primary(): Expr {
    const token = this.take();
    if (token.kind === "number" || token.kind === "string") return { type: "literal", value: token.value };
    if (token.kind === "name") {
      if (CONSTANTS.has(token.value)) return { type: "literal", value: CONSTANTS.get(token.value) };
      return { type: "name", name: token.value };
    }
    if (token.value === "(") return this.parenthesized();
    if (token.value === "[") return { type: "list", items: this.list("]", () => this.expression()) };
    if (token.value === "{") return { type: "map", entries: this.list("}", () => this.entry()) };
    if (token.value === "#") return { type: "element" };
    if (token.value === ".") return this.field({ type: "element" }, false);
    this.next -= 1;
    return this.unexpected();
  }

  private parenthesized(): Expr {
    const result = this.nested(() => this.sequence());
    this.expect(")");
    return result;
  }

  private entry(): [Expr, Expr] {
    const key: Expr =
      this.peek().kind === "operator" ? this.primary() : { type: "literal", value: String(this.take().value) };
    this.expect(":");
    return [key, this.expression()];
  }

  private list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.accept(close)) {
      if (items.length > 0) this.expect(",");
      if (items.length > 0 && this.accept(close)) break;
      items.push(item());
    }
    return items;
  }

  private name(): string {
    const token = this.take();
    if (token.kind === "name") return token.value;
    this.next -= 1;
    return this.unexpected();
  }

  private peek(): Token {
    return this.tokens[this.next] ?? { kind: "end", value: "EOF", at: 0 };
  }

  private take(): Token {
    const token = this.peek();
    if (token.kind === "end") this.unexpected();
    this.next += 1;
    return token;
  }

  private is(value: string): boolean {
    const token = this.peek();
    return (token.kind === "operator" || token.kind === "name") && token.value === value;
  }

  private accept(value: string): boolean {
    const found = this.is(value);
    if (found) this.next += 1;
    return found;
  }

  private expect(value: string): void {
    if (!this.accept(value)) this.unexpected();
  }

  private unexpected(): never {
    const token = this.peek();
    throw new ExpressionError(`unexpected token ${token.kind}("${token.value}")`, { position: token.at });
  }
}

function usesElement(node: Expr): boolean {
  if (node.type === "element") return true;
  if (node.type === "binary") return usesElement(node.left) || usesElement(node.right);
  if (node.type === "unary") return usesElement(node.operand);
  if (node.type === "member") return usesElement(node.object);
  return false;
}
