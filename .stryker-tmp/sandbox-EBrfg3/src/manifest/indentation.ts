import type { Edit } from "./edits.js";
import type { Fault } from "./source.js";

/** A fault of indentation behind a syntax error, and edits after which the rest of the text can be looked at. */
export interface Misplaced {
  start: number;
  end: number;
  fault: Fault;
  edits: Edit[];
}

interface Line {
  start: number;
  indent: number;
  content: string;
  /** From 1. */
  number: number;
}

/** Explains a syntax error at a list item: the list was ended by a key above it, or there is no list to go on with. */
export function misplacedListItem(text: string, offset: number): Misplaced | undefined {
  const lines = contentLines(text);
  const index = lines.findIndex((line) => line.start + line.indent + line.content.length >= offset);
  const item = lines[index];
  if (item === undefined || !/^-(?:\s|$)/.test(item.content)) return undefined;
  return interruptedList(lines, index) ?? listAfterValue(lines, index);
}

/** `- a: 1` / `b: 2` / `- c: 3`: the key in the middle should be part of the first item. */
function interruptedList(lines: readonly Line[], index: number): Misplaced | undefined {
  const { indent, number } = lines[index]!;
  let key: number | undefined;
  for (let above = index - 1; above >= 0; above -= 1) {
    const line = lines[above]!;
    if (line.indent < indent) return undefined;
    if (line.indent > indent) continue;
    const dashes = /^(?:-\s+)+/.exec(line.content)?.[0].length;
    if (dashes === undefined) {
      key = above;
    } else {
      return key === undefined ? undefined : interruption(lines.slice(key, index), dashes, number);
    }
  }
  return undefined;
}

function interruption(lines: readonly Line[], dashes: number, next: number): Misplaced {
  const first = lines[0]!;
  const name = first.content.split(":")[0]!;
  const [from, to] = [first.number, lines.at(-1)!.number];
  return {
    start: first.start + first.indent,
    end: first.start + first.indent + name.length,
    fault: {
      severity: "error",
      rule: "yaml-syntax",
      message: `\`${name}\` is indented like the list items around it, so it ends the list that line ${next} goes on with.`,
      hint: `Indent ${from === to ? `line ${from}` : `lines ${from} to ${to}`} by ${dashes} more spaces, under the item above.`,
    },
    edits: lines.map(({ start }) => ({ at: start, length: 0, insert: dashes })),
  };
}

/** `args: [x]` and then `- name: y`, deeper: the key of the second list is missing. */
function listAfterValue(lines: readonly Line[], index: number): Misplaced | undefined {
  const item = lines[index]!;
  const above = lines[index - 1];
  const key = above === undefined ? undefined : /^(?:-\s+)*([\w.-]+):\s+[^|>#\s]/.exec(above.content)?.[1];
  if (above === undefined || key === undefined || above.indent >= item.indent) return undefined;
  const after = lines.slice(index).findIndex((line) => line.indent < item.indent);
  const block = after < 0 ? lines.slice(index) : lines.slice(index, index + after);
  return {
    start: item.start + item.indent,
    end: item.start + item.indent + item.content.length,
    fault: {
      severity: "error",
      rule: "yaml-syntax",
      message: `\`${key}\` has a value already, so no list item can follow it.`,
      hint: "Is a key such as `env:` missing above this line?",
    },
    edits: block.map((line) => ({ at: line.start, length: line.indent + line.content.length, insert: 0 })),
  };
}

/** Lines that hold more than blanks and comments. */
function contentLines(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  text.split("\n").forEach((whole, index) => {
    const content = whole.trim();
    if (content !== "" && !content.startsWith("#")) {
      lines.push({ start, indent: whole.length - whole.trimStart().length, content, number: index + 1 });
    }
    start += whole.length + 1;
  });
  return lines;
}
