import { Lexer } from "yaml";
import { applyEdits } from "./edits.js";
import type { Edit, Edited } from "./edits.js";
import { LIMITS } from "./limits.js";

/** The lexer's marks have no width: document, end of flow, and scalar (plain or block, its text follows). */
const SCALAR = "\u001f";
const FLOW_END = "\u0018";
const MARKS: ReadonlySet<string> = new Set(["\u0002", FLOW_END, SCALAR]);

export interface Indented extends Edited {
  /** What was indented, and where it begins in the given text. */
  places: UnderIndented[];
}

/** A quoted text, or brackets, with lines that stand too far left. */
interface UnderIndented {
  what: "scalar" | "flow";
  at: number;
}

/**
 * Indents the lines of quoted scalars and of flow collections that stand too far left. Go's parser, and so Argo and
 * kubectl, takes them anywhere; YAML 1.2 and this parser do not. Leading spaces of such a line mean nothing.
 */
export function indentLines(text: string): Indented {
  const places: UnderIndented[] = [];
  const edits: Edit[] = [];
  let edited: Edited = { text, toOriginal: (offset) => offset };
  for (let repairs = 0; repairs < LIMITS.repairs; repairs += 1) {
    const current = edited;
    const found = firstUnderIndented(current.text);
    if (found === undefined) break;
    const lines =
      found.what === "flow" ? [found.line] : continuationLines(edited.text, found.at, found.indent);
    const added = lines
      .map((line) => edited.toOriginal(line))
      .filter((line) => !edits.some(({ at }) => at === line));
    if (added.length === 0) break;
    const at = edited.toOriginal(found.at);
    if (!places.some((place) => place.at === at)) places.push({ what: found.what, at });
    edits.push(...added.map((line) => ({ at: line, length: 0, insert: found.indent })));
    edits.sort((one, other) => one.at - other.at);
    edited = applyEdits(text, edits);
  }
  return { ...edited, places };
}

/** Where the lexer gives up: on a quoted scalar, or on a line in brackets. `indent` is enough for what is at `at`. */
type Found =
  { what: "scalar"; at: number; indent: number } | { what: "flow"; at: number; indent: number; line: number };

function firstUnderIndented(text: string): Found | undefined {
  let at = 0;
  let isPlain = false;
  const brackets: number[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    const opened = brackets[0];
    if (lexeme === FLOW_END && opened !== undefined) {
      const content = at + /^\s*/.exec(text.slice(at, at + 10_000))![0].length;
      const line = text.lastIndexOf("\n", content - 1) + 1;
      return { what: "flow", at: opened, indent: columnOf(text, opened), line };
    }
    if (!isPlain && isOpenQuote(lexeme)) return { what: "scalar", at, indent: columnOf(text, at) };
    if (!isPlain && (lexeme === "[" || lexeme === "{")) brackets.push(at);
    if (!isPlain && (lexeme === "]" || lexeme === "}")) brackets.pop();
    isPlain = lexeme === SCALAR;
    if (!MARKS.has(lexeme)) at += lexeme.length;
  }
  return undefined;
}

function isOpenQuote(lexeme: string): boolean {
  const quote = lexeme[0];
  return (quote === '"' || quote === "'") && !(lexeme.length > 1 && lexeme.endsWith(quote));
}

/** From 1. */
function columnOf(text: string, at: number): number {
  return at - text.lastIndexOf("\n", at);
}

/** Offsets of the lines after the first one of the quoted scalar at `at`; none when it is not closed. */
function continuationLines(text: string, at: number, indent: number): number[] {
  const quoted = text[at] === '"' ? /"(?:[^"\\]|\\[^])*"/y : /'(?:[^']|'')*'/y;
  quoted.lastIndex = at;
  const whole = quoted.exec(text)?.[0];
  if (whole === undefined || indent > 1000) return [];
  const lines: number[] = [];
  for (let end = whole.indexOf("\n"); end >= 0; end = whole.indexOf("\n", end + 1)) {
    if (/^(?:---|\.\.\.)\s/.test(whole.slice(end + 1, end + 5))) return [];
    lines.push(at + end + 1);
  }
  return lines;
}
