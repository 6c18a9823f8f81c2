import { ExpressionError } from "../expression-error.js";

export type Token =
  | { kind: "number"; value: number; at: number }
  | { kind: "string"; value: string; at: number }
  | { kind: "name" | "operator" | "end"; value: string; at: number };

const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const OPERATOR = /\?\.|\?\?|\*\*|\.\.|==|!=|<=|>=|&&|\|\||[-+*/%^<>=!?:,.;|()[\]{}#]/y;
const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
]);

/** Cuts an expression into tokens, the last of which is the end. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    at += matchAt(SPACE, source, at)?.length ?? 0;
    if (at >= source.length) break;
    const [token, length] = tokenAt(source, at);
    tokens.push(token);
    at += length;
  }
  tokens.push({ kind: "end", value: "EOF", at });
  return tokens;
}

function tokenAt(source: string, at: number): [Token, number] {
  const char = source.charAt(at);
  if (char === '"' || char === "'" || char === "`") return stringAt(source, at, char);
  const number = /\d/.test(char) || /^\.\d/.test(source.slice(at, at + 2)) ? numberAt(source, at) : undefined;
  if (number !== undefined)
    return [{ kind: "number", value: Number(number.replaceAll("_", "")), at }, number.length];
  const name = matchAt(NAME, source, at);
  if (name !== undefined) return [{ kind: "name", value: name, at }, name.length];
  const operator = matchAt(OPERATOR, source, at);
  if (operator !== undefined) return [{ kind: "operator", value: operator, at }, operator.length];
  throw new ExpressionError(`unrecognized character: ${char}`, { position: at });
}

function numberAt(source: string, at: number): string | undefined {
  const range = /(\d+)(?=\.\.)/y;
  return matchAt(range, source, at) ?? matchAt(NUMBER, source, at);
}

function stringAt(source: string, at: number, mark: string): [Token, number] {
  let value = "";
  for (let i = at + 1; i < source.length; i += 1) {
    const char = source.charAt(i);
    if (char === mark) return [{ kind: "string", value, at }, i + 1 - at];
    if (char !== "\\" || mark === "`") {
      value += char;
      continue;
    }
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(source.slice(i + 1, i + 6));
    const next = source.charAt(i + 1);
    value += code ? String.fromCharCode(parseInt(code[1] ?? code[2] ?? "", 16)) : (ESCAPES.get(next) ?? next);
    i += code ? code[0].length : 1;
  }
  throw new ExpressionError("literal not terminated", { position: at });
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
