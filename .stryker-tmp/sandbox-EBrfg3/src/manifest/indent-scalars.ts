import { Lexer } from "yaml";
import { applyEdits } from "./edits.js";
import type { Edit, Edited } from "./edits.js";
import { LIMITS } from "./limits.js";

/** The lexer's marks have no width: document, end of flow, and scalar (plain or block, its text follows). */
const SCALAR = "\u001f";
const MARKS: ReadonlySet<string> = new Set(["\u0002", "\u0018", SCALAR]);

export interface Indented extends Edited {
  /** Offsets of the scalars, in the given text. */
  scalars: number[];
}

/**
 * Indents the continuation lines of quoted scalars that stand too far left. Go's parser, and so Argo and kubectl,
 * takes them anywhere; YAML 1.2 and this parser do not. Leading spaces of such a line are no part of the value.
 */
export function indentScalars(text: string): Indented {
  const scalars: number[] = [];
  const edits: Edit[] = [];
  let edited: Edited = { text, toOriginal: (offset) => offset };
  while (scalars.length < LIMITS.repairs) {
    const open = openScalar(edited.text);
    if (open === undefined || scalars.includes(edited.toOriginal(open.at))) break;
    const added = continuationLines(edited.text, open.at, open.indent).map((line) => edited.toOriginal(line));
    if (added.length === 0) break;
    scalars.push(edited.toOriginal(open.at));
    edits.push(...added.map((at) => ({ at, length: 0, insert: open.indent })));
    edits.sort((one, other) => one.at - other.at);
    edited = applyEdits(text, edits);
  }
  return { ...edited, scalars };
}

/** The first quoted scalar that the lexer gives up on, and an indent that is enough for it. */
function openScalar(text: string): { at: number; indent: number } | undefined {
  let at = 0;
  let isPlain = false;
  for (const lexeme of new Lexer().lex(text)) {
    const quote = lexeme[0];
    const isOpen = (quote === '"' || quote === "'") && !(lexeme.length > 1 && lexeme.endsWith(quote));
    if (isOpen && !isPlain) return { at, indent: at - text.lastIndexOf("\n", at) };
    isPlain = lexeme === SCALAR;
    if (!MARKS.has(lexeme)) at += lexeme.length;
  }
  return undefined;
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
