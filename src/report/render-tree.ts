import { byteLength, fence } from "../lib/text.js";
import type { Quote } from "./quote.js";
import type { Row } from "./tree-rows.js";

const mostRows = [200, 50, 10, 1];
const treeBytes = 30_000;
const nameBytes = 100;
const widestName = 48;

/**
 * Rows as a code block like that of `argo get`: a symbol, the name, how long it took or what it waits for.
 * Says the same as long as the run says the same, so that a check is not updated for the passing of time.
 */
export function renderTree(rows: readonly Row[], quote: Quote): string {
  if (rows.length === 0) return "";
  for (const most of mostRows) {
    const block = fence(print(choose(rows, most), quote));
    if (byteLength(block) <= treeBytes) return block;
  }
  return "";
}

/** At most `most` rows and a line in the place of each run of rows that had to go; in the tree's order. */
function choose(rows: readonly Row[], most: number): (Row | number)[] {
  if (rows.length <= most) return [...rows];
  const [telling, others]: [number[], number[]] = [[], []];
  for (const [index, row] of rows.entries()) (row.telling ? telling : others).push(index);
  const kept = new Set([...telling, ...others].slice(0, most));
  const chosen: (Row | number)[] = [];
  for (const [index, row] of rows.entries()) {
    const last = chosen.at(-1);
    if (kept.has(index)) chosen.push(row);
    else if (typeof last === "number") chosen[chosen.length - 1] = last + 1;
    else chosen.push(1);
  }
  return chosen;
}

function print(rows: readonly (Row | number)[], quote: Quote): string {
  const told = rows.map((row) =>
    typeof row === "number"
      ? row
      : { left: `${row.branch}${quote.line(row.name, nameBytes)}`, note: quote.line(row.note()) },
  );
  const widths = told.map((row) => (typeof row === "number" ? 0 : row.left.length));
  const width = Math.min(widestName, Math.max(...widths)) + 2;
  return told
    .map((row) => {
      if (typeof row === "number") return `… ${row} more`;
      return row.note === "" ? row.left : `${row.left.padEnd(width - 2)}  ${row.note}`;
    })
    .join("\n");
}
