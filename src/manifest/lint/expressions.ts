import type { Fault } from "../source.js";
import { error } from "./scene.js";

const CLOSERS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** The brackets of an expression tag must balance: Argo ends the tag at the first `}}`, wherever that stands. */
export function lintExpression(text: string): Fault | undefined {
  const open: string[] = [];
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|["'`]|[()[\]{}]/g)) {
    if (mark.length > 1) continue;
    if ("([{".includes(mark)) open.push(mark);
    else if (mark in CLOSERS ? open.pop() !== CLOSERS[mark] : true) return unbalanced(mark);
  }
  return open.length === 0 ? undefined : unbalanced(open.at(-1)!);
}

function unbalanced(mark: string): Fault {
  const hint = "Close it, and write `} }` where two braces follow each other inside the expression.";
  return error("unbalanced-expression", `The \`${mark}\` in this expression has no counterpart.`, hint);
}

/** A tag of Argo's that has no `}}` after it. Other texts may hold `{{` for themselves. */
export function lintUnclosed(text: string): { fault: Fault; text: string; occurrence: number } | undefined {
  const open = text.lastIndexOf("{{");
  if (open < 0 || text.includes("}}", open)) return undefined;
  const found = /^\{\{\s*(?:=|(?:inputs|outputs|steps|tasks|workflow)\.)[^\s"']*/.exec(text.slice(open))?.[0];
  if (found === undefined) return undefined;
  return {
    fault: error("unclosed-tag", "This tag is not closed.", "End it with `}}`."),
    text: found,
    occurrence: text.slice(0, open).split(found).length - 1,
  };
}
