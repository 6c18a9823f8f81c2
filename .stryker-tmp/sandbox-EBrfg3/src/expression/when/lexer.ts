import { ExpressionError } from "../expression-error.js";
import { unixTimeOf } from "./time.js";
import { mayFollow, type Token, type TokenKind } from "./token.js";

const OPERATORS: readonly (readonly [TokenKind, readonly string[]])[] = [
  ["PREFIX", ["-", "!", "~"]],
  ["MODIFIER", ["+", "-", "*", "/", "%", "**", "&", "|", "^", ">>", "<<"]],
  ["LOGICALOP", ["&&", "||"]],
  ["COMPARATOR", ["==", "!=", ">", ">=", "<", "<=", "=~", "!~"]],
  ["TERNARY", ["?", ":", "??"]],
];
const LETTER = /^\p{L}$/u;
const DIGIT = /^[\p{Nd}.]$/u;
const SPACE = /^\s$/;

type Accept = (char: string) => boolean;
const isWord: Accept = (char) => /^[\p{L}\p{Nd}_.]$/u.test(char);
const isNumeric: Accept = (char) => DIGIT.test(char);
const isHex: Accept = (char) => /^[0-9a-fA-F]$/.test(char);
const isUnquoted: Accept = (char) => char !== "'" && char !== '"';
const isSymbol: Accept = (char) => !/^[\p{L}\p{Nd}()[\]'"]$/u.test(char);

/** Cuts the text of a `when` into tokens the way govaluate does; throws ExpressionError with its messages. */
export function whenTokens(text: string): Token[] {
  const stream = new Stream(text);
  const tokens: Token[] = [];
  for (;;) {
    const token = stream.token(tokens.at(-1)?.kind ?? "UNKNOWN");
    if (token === undefined) return tokens;
    tokens.push(token);
  }
}

class Stream {
  private readonly chars: string[];
  private at = 0;

  constructor(text: string) {
    this.chars = Array.from(text);
  }

  token(last: TokenKind): Token | undefined {
    while (SPACE.test(this.peek())) this.at += 1;
    const char = this.peek();
    if (char === "") return undefined;
    if (isNumeric(char)) return this.number();
    if (LETTER.test(char)) return word(this.read(isWord).text);
    if (!"[,'\"()".includes(char)) return symbol(this.read(isSymbol).text, last);
    this.at += 1;
    if (char === ",") return { kind: "SEPARATOR", value: char };
    if (char === "(") return { kind: "CLAUSE", value: char };
    if (char === ")") return { kind: "CLAUSE_CLOSE", value: char };
    if (char === "[")
      return { kind: "VARIABLE", value: this.enclosed((other) => other !== "]", "parameter bracket") };
    const value = this.enclosed(isUnquoted, "string literal");
    const time = unixTimeOf(value);
    return time === undefined ? { kind: "STRING", value } : { kind: "TIME", value: time };
  }

  private number(): Token {
    if (this.peek() === "0" && this.peek(1) === "x" && this.peek(2) !== "") {
      this.at += 2;
      const { text } = this.read(isHex);
      if (text !== "" && text.length <= 16) return { kind: "NUMERIC", value: parseInt(text, 16) };
      throw new ExpressionError(`Unable to parse hex value '${text}' to uint64\n`);
    }
    const { text } = this.read(isNumeric);
    if (/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text)) return { kind: "NUMERIC", value: Number(text) };
    throw new ExpressionError(`Unable to parse numeric value '${text}' to float64\n`);
  }

  private enclosed(accept: Accept, what: string): string {
    const { text, complete } = this.read(accept, true);
    if (!complete) throw new ExpressionError(`Unclosed ${what}`);
    this.at += 1;
    return text;
  }

  // A backslash takes the next character as it is, everywhere.
  private read(accept: Accept, withSpace = false): { text: string; complete: boolean } {
    let text = "";
    for (; this.at < this.chars.length; this.at += 1) {
      const char = this.peek();
      if (char === "\\") {
        this.at += 1;
        text += this.peek();
        continue;
      }
      if (!withSpace && SPACE.test(char)) return { text, complete: true };
      if (!accept(char)) return { text, complete: true };
      text += char;
    }
    return { text, complete: false };
  }

  private peek(ahead = 0): string {
    return this.chars[this.at + ahead] ?? "";
  }
}

function word(value: string): Token {
  if (value === "true" || value === "false") return { kind: "BOOLEAN", value: value === "true" };
  if (value === "in" || value === "IN") return { kind: "COMPARATOR", value: "in" };
  if (!value.includes(".")) return { kind: "VARIABLE", value };
  if (value.endsWith(".")) throw new ExpressionError(`Hanging accessor on token '${value}'`);
  const hidden = value
    .split(".")
    .slice(1)
    .find((field) => field.charAt(0) !== field.charAt(0).toUpperCase());
  if (hidden === undefined) return { kind: "ACCESSOR", value };
  throw new ExpressionError(`Unable to access unexported field '${hidden}' in token '${value}'`);
}

function symbol(value: string, last: TokenKind): Token {
  const found = OPERATORS.find(
    ([kind, symbols]) => symbols.includes(value) && (kind !== "PREFIX" || mayFollow(last, "PREFIX")),
  );
  if (found === undefined) throw new ExpressionError(`Invalid token: '${value}'`);
  return { kind: found[0], value };
}
