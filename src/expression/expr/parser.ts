import { ExpressionError } from "../expression-error.js";
import { CONSTANTS, NEGATABLE, PRECEDENCE, PREDICATE_FUNCTIONS } from "./grammar.js";
import { type Token, tokensOf } from "./lexer.js";
import { calleeOf, childrenOf, type Expr, methodOf } from "./syntax.js";

const MAX_LENGTH = 64 * 1024;
const MAX_NESTING = 100;
const MAX_HEIGHT = 1000;
/** Parses an expression of expr-lang; throws ExpressionError with the position of the offending token. */
export function parse(source: string): Expr {
  if (source.length > MAX_LENGTH) throw new ExpressionError("expression is too long");
  const tree = new Parser(tokensOf(source)).whole();
  checkHeight(tree);
  return tree;
}

// Chains such as `a.b.c` or `a + b + c` nest without nesting in the text.
function checkHeight(tree: Expr): void {
  let level = [tree];
  for (let height = 0; level.length > 0; height += 1) {
    if (height > MAX_HEIGHT) throw new ExpressionError("expression is too complex", { position: tree.at });
    level = level.flatMap(childrenOf);
  }
}

class Parser {
  private readonly tokens: Token[];
  private next = 0;
  private nesting = 0;

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
    const { at } = this.take();
    const name = this.name();
    this.expect("=");
    const value = this.expression();
    this.expect(";");
    return { type: "let", at, name, value, body: this.nested(() => this.sequence()) };
  }

  private expression(): Expr {
    return this.nested(() => this.conditional());
  }

  private nested(parsePart: () => Expr): Expr {
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) {
      throw new ExpressionError("expression is nested too deeply", { position: this.peek().at });
    }
    const result = parsePart();
    this.nesting -= 1;
    return result;
  }

  private conditional(): Expr {
    const test = this.binary(0);
    if (!this.accept("?")) return test;
    const then = this.is(":") ? test : this.expression();
    this.expect(":");
    return { type: "conditional", at: test.at, test, then, otherwise: this.expression() };
  }

  private binary(least: number): Expr {
    let left = this.unary();
    for (;;) {
      const negated = this.is("not") && NEGATABLE.has(this.peek(1).value.toString());
      const { at, value: op } = this.operator(negated ? 1 : 0);
      const rank = PRECEDENCE.get(op) ?? -1;
      if (rank < least) return left;
      this.next += negated ? 2 : 1;
      if (op === "|") {
        left = this.piped(left);
        continue;
      }
      const right = this.nested(() => this.binary(op === "**" || op === "^" ? rank : rank + 1));
      left = { type: "binary", at, op, left, right };
      if (negated) left = { type: "unary", at, op: "not", operand: left };
    }
  }

  private operator(ahead: number): { at: number; value: string } {
    const token = this.peek(ahead);
    return { at: token.at, value: token.kind === "operator" || token.kind === "name" ? token.value : "" };
  }

  private piped(first: Expr): Expr {
    const { at } = this.peek();
    let name = this.name();
    while (this.accept(".")) name += `.${this.name()}`;
    return this.postfix({ type: "call", at, name, args: this.args(name, [first]) });
  }

  private unary(): Expr {
    const op = ["not", "!", "-", "+"].find((candidate) => this.is(candidate));
    if (op === undefined) return this.postfix(this.primary());
    const { at } = this.take();
    const operand = this.nested(() => this.binary(op === "not" || op === "!" ? 50 : 90));
    return { type: "unary", at, op, operand };
  }

  private postfix(first: Expr): Expr {
    let result = first;
    for (;;) {
      const { at } = this.peek();
      if (this.is("(")) {
        result = this.called(result);
      } else if (this.accept("?.")) {
        result = this.is("[") ? this.index(result, true, at) : this.field(result, true);
      } else if (this.accept(".")) result = this.field(result, false);
      else if (this.is("[")) result = this.index(result, false, at);
      else return result;
    }
  }

  private called(callee: Expr): Expr {
    const { at } = callee;
    const name = calleeOf(callee);
    if (name !== undefined) return { type: "call", at, name, args: this.args(name, []) };
    const method = methodOf(callee);
    if (method === undefined) throw new ExpressionError("this is not callable", { position: at });
    return { type: "method", at, ...method, args: this.args("", []) };
  }

  private field(object: Expr, optional: boolean): Expr {
    const { at } = this.peek();
    return { type: "member", at, object, key: { type: "literal", at, value: this.name() }, optional };
  }

  private index(object: Expr, optional: boolean, at: number): Expr {
    this.expect("[");
    const from = this.is(":") ? undefined : this.expression();
    if (this.accept(":")) {
      const to = this.is("]") ? undefined : this.expression();
      this.expect("]");
      return { type: "slice", at, object, from, to };
    }
    this.expect("]");
    return { type: "member", at, object, key: from ?? this.unexpected(), optional };
  }

  private args(callee: string, first: Expr[]): Expr[] {
    this.expect("(");
    const closureAt = PREDICATE_FUNCTIONS.has(callee) ? 1 - first.length : -1;
    const rest = this.list(")", (index) => (index === closureAt ? this.closure() : this.expression()));
    return [...first, ...rest];
  }

  private closure(): Expr {
    const { at } = this.peek();
    if (!this.accept("{")) return { type: "closure", at, body: this.expression() };
    const body = this.nested(() => this.sequence());
    this.expect("}");
    return { type: "closure", at, body };
  }

  private primary(): Expr {
    const token = this.take();
    const { at } = token;
    if (token.kind === "number" || token.kind === "string")
      return { type: "literal", at, value: token.value };
    if (token.kind === "name") {
      if (CONSTANTS.has(token.value)) return { type: "literal", at, value: CONSTANTS.get(token.value) };
      return { type: "name", at, name: token.value };
    }
    if (token.value === "(") return this.parenthesized();
    if (token.value === "[") return { type: "list", at, items: this.list("]", () => this.expression()) };
    if (token.value === "{") return { type: "map", at, entries: this.list("}", () => this.entry()) };
    if (token.value === "#") return this.element(at);
    if (token.value === ".") return this.field({ type: "element", at, part: "element" }, false);
    this.next -= 1;
    return this.unexpected();
  }

  private element(at: number): Expr {
    const part = (["index", "acc"] as const).find((name) => this.accept(name));
    return { type: "element", at, part: part ?? "element" };
  }

  private parenthesized(): Expr {
    const result = this.nested(() => this.sequence());
    this.expect(")");
    return result;
  }

  private entry(): [Expr, Expr] {
    const { at, kind } = this.peek();
    const key: Expr =
      kind === "operator" ? this.primary() : { type: "literal", at, value: String(this.take().value) };
    this.expect(":");
    return [key, this.expression()];
  }

  private list<T>(close: string, item: (index: number) => T): T[] {
    const items: T[] = [];
    while (!this.accept(close)) {
      if (items.length > 0) this.expect(",");
      if (items.length > 0 && this.accept(close)) break;
      items.push(item(items.length));
    }
    return items;
  }

  private name(): string {
    const token = this.peek();
    if (token.kind !== "name") return this.unexpected();
    this.next += 1;
    return token.value;
  }

  private peek(ahead = 0): Token {
    return this.tokens[this.next + ahead] ?? { kind: "end", value: "", at: this.tokens.at(-1)?.at ?? 0 };
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
    throw new ExpressionError(`unexpected token ${described(token)}`, { position: token.at });
  }
}

function described(token: Token): string {
  if (token.kind === "end") return "EOF";
  const kind = { number: "Number", string: "String", name: "Identifier", operator: "Operator" }[token.kind];
  return `${kind}(${JSON.stringify(token.value.toString())})`;
}
