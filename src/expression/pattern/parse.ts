import { ExpressionError } from "../expression-error.js";
import { classAt, escapeAt, foldedTest } from "./characters.js";
import type { CharTest, Pattern } from "./syntax.js";

const MAX_LENGTH = 4096;
const MAX_NESTING = 100;
const MAX_REPEAT = 1000;
const GROUP = /\(\?(?:P?<([A-Za-z_]\w*)>|([imsU]*)(?:-([imsU]+))?([:)]))/y;
const COUNT = /\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/y;

type Flags = { fold: boolean; lines: boolean; dotAll: boolean };

/** Parses a regular expression in the syntax of Go's regexp package. */
export function parsePattern(source: string): Pattern {
  if (source.length > MAX_LENGTH) throw new ExpressionError("error parsing regexp: expression is too long");
  return new PatternParser(source).whole();
}

class PatternParser {
  private readonly source: string;
  private at = 0;
  private nesting = 0;
  private groups = 0;
  private flags: Flags = { fold: false, lines: false, dotAll: false };

  constructor(source: string) {
    this.source = source;
  }

  whole(): Pattern {
    const pattern = this.choice();
    if (this.at < this.source.length) this.fail("unexpected )");
    return pattern;
  }

  private choice(): Pattern {
    const options = [this.sequence()];
    while (this.accept("|")) options.push(this.sequence());
    return options.length === 1 && options[0] !== undefined ? options[0] : { type: "choice", options };
  }

  private sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.at < this.source.length && !"|)".includes(this.source.charAt(this.at))) {
      parts.push(this.repeated(this.atom()));
    }
    return { type: "sequence", parts };
  }

  private repeated(body: Pattern): Pattern {
    const range = this.range();
    if (range === undefined) return body;
    const lazy = this.accept("?");
    if (this.range() !== undefined) this.fail("invalid nested repetition operator");
    return { type: "repeat", body, ...range, lazy };
  }

  private range(): { least: number; most: number } | undefined {
    if (this.accept("*")) return { least: 0, most: Infinity };
    if (this.accept("+")) return { least: 1, most: Infinity };
    if (this.accept("?")) return { least: 0, most: 1 };
    COUNT.lastIndex = this.at;
    const match = COUNT.exec(this.source);
    if (match === null) return undefined;
    const [all, from, comma, to] = match;
    this.at += all.length;
    const least = Number(from);
    const most = to !== undefined ? Number(to) : comma === undefined ? least : Infinity;
    if (most < least || least > MAX_REPEAT || (most !== Infinity && most > MAX_REPEAT)) {
      this.fail("invalid repeat count");
    }
    return { least, most };
  }

  private atom(): Pattern {
    const char = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    if (char === "(") return this.group();
    if (char === "[") return this.char(classAt(this.source, this.at));
    if (char === "\\") return this.escape();
    if ("*+?".includes(char)) this.fail("missing argument to repetition operator");
    this.at += char.length;
    if (char === ".")
      return { type: "char", test: this.flags.dotAll ? () => true : (other) => other !== "\n" };
    if (char === "^") return boundary(this.flags.lines, (before) => before);
    if (char === "$") return boundary(this.flags.lines, (_, after) => after);
    return { type: "char", test: this.folded((other) => other === char) };
  }

  private group(): Pattern {
    const outer = { ...this.flags };
    let kept: { index: number; name: string | undefined } | undefined;
    if (this.source.startsWith("(?", this.at)) {
      GROUP.lastIndex = this.at;
      const match = GROUP.exec(this.source);
      if (match === null) return this.fail("invalid or unsupported Perl syntax");
      this.at += match[0].length;
      this.setFlags(match[2] ?? "", true);
      this.setFlags(match[3] ?? "", false);
      if (match[4] === ")") return { type: "sequence", parts: [] };
      if (match[1] !== undefined) kept = this.keep(match[1]);
    } else {
      this.at += 1;
      kept = this.keep(undefined);
    }
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) this.fail("expression nests too deeply");
    const pattern = this.choice();
    if (!this.accept(")")) this.fail("missing closing )");
    this.nesting -= 1;
    this.flags = outer;
    return kept ? { type: "group", body: pattern, ...kept } : pattern;
  }

  private keep(name: string | undefined): { index: number; name: string | undefined } {
    this.groups += 1;
    return { index: this.groups, name };
  }

  private setFlags(letters: string, on: boolean): void {
    if (letters.includes("i")) this.flags.fold = on;
    if (letters.includes("m")) this.flags.lines = on;
    if (letters.includes("s")) this.flags.dotAll = on;
  }

  private escape(): Pattern {
    const letter = this.source.charAt(this.at + 1);
    if ("AzbB".includes(letter) && letter !== "") {
      this.at += 2;
      if (letter === "A") return boundary(false, (before) => before);
      if (letter === "z") return boundary(false, (_, after) => after);
      const isWord = (char: string | undefined): boolean => char !== undefined && /^\w$/.test(char);
      return {
        type: "assert",
        holds: (before, after) => (isWord(before) !== isWord(after)) === (letter === "b"),
      };
    }
    return this.char(escapeAt(this.source, this.at));
  }

  private char({ test, end }: { test: CharTest; end: number }): Pattern {
    this.at = end;
    return { type: "char", test: this.folded(test) };
  }

  private folded(test: CharTest): CharTest {
    return this.flags.fold ? foldedTest(test) : test;
  }

  private accept(char: string): boolean {
    const found = this.source.startsWith(char, this.at);
    if (found) this.at += char.length;
    return found;
  }

  private fail(why: string): never {
    throw new ExpressionError(`error parsing regexp: ${why}: \`${this.source}\``);
  }
}

function boundary(
  lines: boolean,
  side: (before: string | undefined, after: string | undefined) => string | undefined,
): Pattern {
  return {
    type: "assert",
    holds(before, after) {
      const char = side(before, after);
      return char === undefined || (lines && char === "\n");
    },
  };
}
