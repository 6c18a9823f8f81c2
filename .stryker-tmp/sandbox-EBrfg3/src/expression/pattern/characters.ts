import { ExpressionError } from "../expression-error.js";
import type { CharTest } from "./syntax.js";

type Found = { test: CharTest; end: number };

const SETS: Readonly<Record<string, RegExp>> = {
  d: /^[0-9]$/,
  w: /^[0-9A-Za-z_]$/,
  s: /^[\t\n\f\r ]$/,
};
const NAMED_SETS: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  ascii: /^[\x00-\x7f]$/,
  blank: /^[\t ]$/,
  cntrl: /^[\x00-\x1f\x7f]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t\n\v\f\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};
const CONTROLS: Readonly<Record<string, string>> = { a: "\x07", f: "\f", t: "\t", n: "\n", r: "\r", v: "\v" };
const HEX = /\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/y;
const PROPERTY = /\\([pP])(?:([A-Z])|\{(\^?)([A-Za-z_]{1,40})\})/y;
const NAMED = /\[:(\^?)([a-z]+):\]/y;

/** The test of `[...]` at an index, and the index after it. */
export function classAt(source: string, at: number): Found {
  const tests: CharTest[] = [];
  let end = at + 1;
  const negated = source.charAt(end) === "^";
  if (negated) end += 1;
  for (let first = true; first || source.charAt(end) !== "]"; first = false) {
    const item = memberAt(source, end);
    tests.push(item.test);
    end = item.end;
  }
  return { test: (char) => tests.some((test) => test(char)) !== negated, end: end + 1 };
}

function memberAt(source: string, at: number): Found {
  const named = matchAt(NAMED, source, at);
  const set = NAMED_SETS[named?.[2] ?? ""];
  if (named !== null && set !== undefined) {
    return { test: (char) => set.test(char) !== (named[1] === "^"), end: at + named[0].length };
  }
  const from = characterAt(source, at);
  if (from === undefined) return escapeAt(source, at);
  const isRange = source.charAt(from.end) === "-" && !["]", ""].includes(source.charAt(from.end + 1));
  const to = isRange ? characterAt(source, from.end + 1) : from;
  if (to === undefined || to.code < from.code) throw invalid("invalid character class range", source);
  return {
    test(char) {
      const code = char.codePointAt(0) ?? 0;
      return code >= from.code && code <= to.code;
    },
    end: to.end,
  };
}

/** The test of a `\` escape at an index, and the index after it. */
export function escapeAt(source: string, at: number): Found {
  const letter = source.charAt(at + 1);
  const set = SETS[letter.toLowerCase()];
  if (set !== undefined && letter !== "") {
    const negated = letter !== letter.toLowerCase();
    return { test: (char) => set.test(char) !== negated, end: at + 2 };
  }
  const property = matchAt(PROPERTY, source, at);
  if (property !== null) return propertyTest(source, property, at);
  const character = characterAt(source, at);
  if (character === undefined) throw invalid("invalid escape sequence", source);
  return { test: (char) => char.codePointAt(0) === character.code, end: character.end };
}

function propertyTest(source: string, match: RegExpExecArray, at: number): Found {
  const [all, letter, short, caret, long] = match;
  const negated = (letter === "P") !== (caret === "^");
  const name = short ?? long ?? "";
  for (const candidate of [name, `Script=${name}`]) {
    try {
      const set = new RegExp(`^\\p{${candidate}}$`, "u");
      return { test: (char) => set.test(char) !== negated, end: at + all.length };
    } catch {
      // Not a property of this kind.
    }
  }
  throw invalid("invalid character class range", source);
}

function characterAt(source: string, at: number): { code: number; end: number } | undefined {
  const code = source.codePointAt(at);
  if (code === undefined) throw invalid("missing closing ]", source);
  if (code !== 0x5c) return { code, end: at + (code > 0xffff ? 2 : 1) };
  const hex = matchAt(HEX, source, at);
  if (hex !== null) return { code: parseInt(hex[1] ?? hex[2] ?? "0", 16), end: at + hex[0].length };
  const next = source.charAt(at + 1);
  if (next === "") throw invalid("trailing backslash at end of expression", source);
  const control = Object.hasOwn(CONTROLS, next) ? CONTROLS[next] : undefined;
  if (control !== undefined) return { code: control.charCodeAt(0), end: at + 2 };
  if (next === "0") return { code: 0, end: at + 2 };
  return /[A-Za-z0-9]/.test(next) ? undefined : { code: next.codePointAt(0) ?? 0, end: at + 2 };
}

/** The same test without regard to case. */
export function foldedTest(test: CharTest): CharTest {
  return (char) => test(char) || test(char.toLowerCase()) || test(char.toUpperCase());
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function invalid(why: string, source: string): ExpressionError {
  return new ExpressionError(`error parsing regexp: ${why}: \`${source}\``);
}
