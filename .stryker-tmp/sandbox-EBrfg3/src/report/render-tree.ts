import { formatDuration } from "../lib/duration.js";
import { byteLength, fence } from "../lib/text.js";
import type { NodePhase } from "../manifest/argo.js";
import { isFailed, isFulfilled } from "../run/phases.js";
import type { Node, Run } from "../run/read-run.js";
import { treeOf, type TreeNode } from "../run/tree.js";
import type { Quote } from "./quote.js";

const symbols: Record<NodePhase, string> = {
  Pending: "◷",
  Running: "●",
  Succeeded: "✔",
  Failed: "✖",
  Error: "✖",
  Skipped: "○",
  Omitted: "○",
};
const mostRows = [200, 50, 10, 1];
const treeBytes = 30_000;
const nameBytes = 100;
const widestName = 48;

interface Row {
  branch: string;
  name: string;
  note: string;
  /** Neither succeeded nor skipped: kept when rows must go. */
  telling: boolean;
}

/**
 * The nodes as a code block like that of `argo get`: a symbol, the name, how long it took or what it waits for.
 * Says the same as long as the run says the same, so that a check is not updated for the passing of time.
 */
export function renderTree(run: Run, gates: ReadonlySet<string>, quote: Quote): string {
  const rows = treeOf(run).flatMap((tree) => rowsOf(tree, { lead: "", branch: "" }, { gates, quote }));
  if (rows.length === 0) return "";
  const blocks = mostRows.map((most) => fence(print(choose(rows, most))));
  return blocks.find((block) => byteLength(block) <= treeBytes) ?? "";
}

function rowsOf(
  { node, children }: TreeNode,
  at: { lead: string; branch: string },
  context: { gates: ReadonlySet<string>; quote: Quote },
): Row[] {
  const { gates, quote } = context;
  const waits = gates.has(node.id);
  const symbol = waits ? symbols.Pending : symbols[node.phase ?? "Pending"];
  const row = {
    branch: `${at.branch}${symbol} `,
    name: quote.line(node.displayName, nameBytes),
    note: quote.line(noteOn(node, waits)),
    telling: node.phase !== "Succeeded" && node.phase !== "Skipped",
  };
  const below = children.flatMap((child, index) => {
    const last = index === children.length - 1;
    const next = { lead: `${at.lead}${last ? "  " : "│ "}`, branch: `${at.lead}${last ? "└─" : "├─"}` };
    return rowsOf(child, next, context);
  });
  return [row, ...below];
}

function noteOn(node: Node, waits: boolean): string {
  const { phase, message = "", startedAt, finishedAt } = node;
  if (waits) return `waiting for approval since ${startedAt ?? "now"}`;
  if (phase === "Skipped") return message === "" ? "skipped" : `skipped: ${message}`;
  if (!isFulfilled(phase)) return message !== "" || startedAt === undefined ? message : `since ${startedAt}`;
  const took =
    startedAt === undefined || finishedAt === undefined
      ? ""
      : formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
  const told = isFailed(phase) || node.type === "Suspend" ? message : "";
  return [took, told].filter((part) => part !== "").join(", ");
}

/** At most `most` rows and a line in the place of each run of rows that had to go; in the tree's order. */
function choose(rows: readonly Row[], most: number): (Row | number)[] {
  const order = [...rows.keys()].sort((a, b) => Number(rows[b]?.telling) - Number(rows[a]?.telling) || a - b);
  const kept = new Set(order.slice(0, most));
  const chosen: (Row | number)[] = [];
  for (const [index, row] of rows.entries()) {
    const last = chosen.at(-1);
    if (kept.has(index)) chosen.push(row);
    else if (typeof last === "number") chosen[chosen.length - 1] = last + 1;
    else chosen.push(1);
  }
  return chosen;
}

function print(rows: readonly (Row | number)[]): string {
  const widths = rows.map((row) => (typeof row === "number" ? 0 : row.branch.length + row.name.length));
  const width = Math.min(widestName, Math.max(...widths)) + 2;
  return rows
    .map((row) => {
      if (typeof row === "number") return `… ${row} more`;
      return `${row.branch}${row.name}`.padEnd(row.note === "" ? 0 : width) + row.note;
    })
    .join("\n");
}
