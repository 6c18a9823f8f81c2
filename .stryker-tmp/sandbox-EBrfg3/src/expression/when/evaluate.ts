import { ExpressionError } from "../expression-error.js";
import { applyOperator, isTrue, type Value } from "./operators.js";
import type { Token, TokenKind } from "./token.js";

const MAX_NESTING = 100;

/** Operators of one precedence, from the loosest; a chain of them is evaluated from the left. */
const LEVELS: readonly (readonly [TokenKind, readonly string[]])[] = [
  ["SEPARATOR", [","]],
  ["TERNARY", ["?", ":", "??"]],
  ["LOGICALOP", ["||"]],
  ["LOGICALOP", ["&&"]],
  ["COMPARATOR", ["==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"]],
  ["MODIFIER", ["&", "|", "^"]],
  ["MODIFIER", [">>", "<<"]],
  ["MODIFIER", ["+", "-"]],
  ["MODIFIER", ["*", "/", "%"]],
  ["MODIFIER", ["**"]],
];

type Stage = () => Value;

/** Evaluates tokens whose order has been checked; throws ExpressionError with govaluate's messages. */
export function evaluateTokens(tokens: readonly Token[]): Value {
  return new Planner(tokens).chain(0)();
}

class Planner {
  private readonly tokens: readonly Token[];
  private next = 0;
  private nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  chain(level: number): Stage {
    const [kind, symbols] = LEVELS[level] ?? [];
    if (kind === undefined || symbols === undefined) return this.value();
    const first = this.chain(level + 1);
    const rest: { symbol: string; right: Stage }[] = [];
    for (;;) {
      const token = this.tokens[this.next];
      if (token?.kind !== kind || !symbols.includes(String(token.value))) break;
      this.next += 1;
      rest.push({ symbol: String(token.value), right: this.chain(level + 1) });
    }
    if (rest.length === 0) return first;
    return () => rest.reduce((left, { symbol, right }) => step(symbol, left, right), first());
  }

  private value(): Stage {
    const token = this.tokens[this.next];
    if (token === undefined || token.kind === "CLAUSE_CLOSE") return () => null;
    this.next += 1;
    const { kind, value } = token;
    if (kind === "CLAUSE") return this.clause();
    if (kind === "PREFIX") {
      const operand = this.value();
      return () => applyOperator(`prefix ${String(value)}`, null, operand());
    }
    if (kind === "ACCESSOR") {
      if (this.tokens[this.next]?.kind === "CLAUSE") this.value();
      return () => {
        throw new ExpressionError(`No parameter '${String(value).split(".")[0]}' found.`);
      };
    }
    return () => value;
  }

  private clause(): Stage {
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) throw new ExpressionError("expression is nested too deeply");
    const inner = this.chain(0);
    this.nesting -= 1;
    this.next += 1;
    return inner;
  }
}

function step(symbol: string, left: Value, right: Stage): Value {
  if (symbol === "&&" && left === false) return false;
  if (symbol === "||" && left === true) return true;
  if (symbol === "?") return isTrue(left) ? right() : null;
  if (symbol === ":" || symbol === "??") return left ?? right();
  return applyOperator(symbol, left, right());
}
