import { applyEdits } from "./edits.js";
import type { Edit, Edited } from "./edits.js";

/** `` {{`text`}} `` or `{{ "text" }}`: Helm prints the text. */
const ESCAPE = /\{\{[ \t]*(?:`([^`]*)`|"((?:[^"\\\r\n]|\\["\\])*)")[ \t]*\}\}/g;
/** What only Helm knows. Argo leaves other unknown tags alone, e.g. `docker inspect -f '{{.Id}}'` in a script. */
const ACTION = /\{\{-?[^{}\r\n]*\$?\.(?:Values|Release|Chart|Capabilities|Files|Template)\b[^\r\n]*?\}\}/g;
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
  return matchesOf(text, ACTION, 0).filter(({ at }) => !isComment(text, at));
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

function isComment(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return /(?:^|\s)#/.test(line);
}
