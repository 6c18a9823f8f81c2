import { applyEdits } from "./edits.js";
import type { Edit, Edited } from "./edits.js";

/** `` {{`text`}} `` or `{{ "text" }}`: Helm prints the text. */
const ESCAPE = /\{\{[ \t]*(?:`([^`]*)`|"((?:[^"\\\r\n]|\\["\\])*)")[ \t]*\}\}/g;
/** How what only Helm knows begins. Argo leaves other unknown tags alone, e.g. `docker inspect -f '{{.Id}}'` in a script. */
const ACTION = /\{\{-?[^{}\r\n]*\$?\.(?:Values|Release|Chart|Capabilities|Files|Template)\b/g;
/** Actions that are a line of their own. */
const CONTROL_LINE =
  /^[ \t]*(\{\{-?[ \t]*(?:if|else|end|range|with|define|include|template|block|\/\*|\$)\b[^\r\n]*)$/gm;

export interface Unescaped extends Edited {
  /** Offset and length of each escape in the original text. */
  escapes: { at: number; length: number }[];
}

/** Undoes Helm's escapes, as `helm template` would. */
export function unescapeHelm(text: string): Unescaped {
  const edits: Edit[] = [];
  const escapes: Unescaped["escapes"] = [];
  for (const match of text.matchAll(ESCAPE)) {
    const content = match[1] ?? match[2] ?? "";
    const whole = match[0];
    const start = whole.indexOf(match[1] === undefined ? '"' : "`") + 1;
    escapes.push({ at: match.index, length: whole.length });
    edits.push({ at: match.index, length: start, insert: 0 });
    if (match[2] !== undefined) edits.push(...backslashes(content, match.index + start));
    const end = start + content.length;
    edits.push({ at: match.index + end, length: whole.length - end, insert: 0 });
  }
  return { ...applyEdits(text, edits), escapes };
}

function backslashes(content: string, offset: number): Edit[] {
  return [...content.matchAll(/\\["\\]/g)].map((match) => ({
    at: offset + match.index,
    length: 1,
    insert: 0,
  }));
}

/** Actions on Helm's own values, outside comments: the text is a template of a chart and no manifest. */
export function helmActions(text: string): { at: number; length: number }[] {
  const found: { at: number; length: number }[] = [];
  const ends = finder(text, /\}\}|[\r\n]/g);
  const lineEnds = finder(text, /\n/g);
  const comments = finder(text, /(?<!\S)#/g);
  let [line, after] = [0, 0];
  for (const { 0: begin, index: at } of text.matchAll(ACTION)) {
    const end = ends(at + begin.length);
    if (at < after || !text.startsWith("}}", end)) continue;
    after = end + 2;
    while (lineEnds(line) < at) line = lineEnds(line) + 1;
    if (comments(line) > at) found.push({ at, length: after - at });
  }
  return found;
}

/** Where a pattern is next found at or after places that only grow: no part of the text is read for two of them. */
function finder(text: string, pattern: RegExp): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found >= from) return found;
    pattern.lastIndex = from;
    return (found = pattern.exec(text)?.index ?? text.length);
  };
}

/** Lines that hold only `{{- if … }}` or the like. In a block scalar they are text, so ask only when YAML fails. */
export function helmControlLines(text: string): { at: number; length: number }[] {
  return matchesOf(text, CONTROL_LINE, 1);
}

function matchesOf(text: string, pattern: RegExp, group: number): { at: number; length: number }[] {
  return [...text.matchAll(pattern)].map((match) => {
    const found = match[group]!;
    return { at: match.index + match[0].length - found.length, length: found.length };
  });
}
