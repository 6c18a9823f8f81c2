import { formatDuration } from "../lib/duration.js";
import type { NodePhase } from "../manifest/argo.js";
import { isFailed, isFulfilled } from "../run/phases.js";
import type { Node, Run } from "../run/read-run.js";
import { loopItem, treeOf, type TreeNode } from "../run/tree.js";

/** A line of the tree, not masked yet. */
export interface Row {
  /** The lines of the tree and the symbol. */
  branch: string;
  name: string;
  note: () => string;
  /** Neither succeeded nor skipped: kept when rows must go. */
  telling: boolean;
  /** Stands for its time in a picture: nothing is shown below it, or a whole loop. */
  bar: boolean;
  /** RFC 3339. */
  startedAt?: string;
  finishedAt?: string;
}

const symbols: Record<NodePhase, string> = {
  Pending: "◷",
  Running: "●",
  Succeeded: "✔",
  Failed: "✖",
  Error: "✖",
  Skipped: "○",
  Omitted: "○",
};
/** A loop of fewer items is shown item by item. */
const leastFolded = 4;
/** Items of a folded loop that are shown because they did not simply succeed. */
const shownItems = 3;

interface Item {
  symbol: string;
  name: string;
  note: () => string;
  telling: boolean;
  startedAt?: string | undefined;
  finishedAt?: string | undefined;
  /** Its items are not drawn one by one. */
  isLoop?: boolean;
  below: Item[];
}

/** The nodes as `argo get` shows them, with the items of a long loop and the attempts of a retry folded into one row. */
export function rowsOf(run: Run, gates: ReadonlySet<string>): Row[] {
  const items = foldLoops(treeOf(run), gates);
  const rows: Row[] = [];
  for (const item of items) print(item, "", "", rows);
  return rows;
}

function print(item: Item, lead: string, branch: string, rows: Row[], inLoop = false): void {
  const { symbol, name, note, telling, below, startedAt, finishedAt, isLoop = false } = item;
  const bar = !inLoop && (isLoop || below.length === 0);
  const row: Row = { branch: `${branch}${symbol} `, name, note, telling, bar };
  if (startedAt !== undefined) row.startedAt = startedAt;
  if (finishedAt !== undefined) row.finishedAt = finishedAt;
  rows.push(row);
  for (const [index, child] of below.entries()) {
    const last = index === below.length - 1;
    print(child, `${lead}${last ? "  " : "│ "}`, `${lead}${last ? "└─" : "├─"}`, rows, inLoop || isLoop);
  }
}

/** A loop stands where its first item stands. */
function foldLoops(siblings: readonly TreeNode[], gates: ReadonlySet<string>): Item[] {
  const loops = new Map<string, TreeNode[]>();
  const bases = siblings.map((each) => {
    const base = loopItem(each.node)?.base;
    if (base === undefined) return undefined;
    const loop = loops.get(base);
    if (loop === undefined) loops.set(base, [each]);
    else loop.push(each);
    return base;
  });
  const items: Item[] = [];
  for (const [index, each] of siblings.entries()) {
    const base = bases[index];
    const loop = base === undefined ? undefined : loops.get(base);
    if (base === undefined || loop === undefined || loop.length < leastFolded)
      items.push(itemOf(each, gates));
    else if (loop[0] === each) items.push(loopOf(base, loop, gates));
  }
  return items;
}

function itemOf({ node, children }: TreeNode, gates: ReadonlySet<string>): Item {
  const waits = gates.has(node.id);
  const attempts = node.type === "Retry" ? children.length : 0;
  return {
    symbol: waits ? symbols.Pending : symbols[node.phase ?? "Pending"],
    name: node.displayName,
    note: () => (attempts > 1 ? retryNote(node, attempts) : noteOn(node, waits)),
    telling: isTelling(node),
    // What was skipped took no time.
    startedAt: node.phase === "Skipped" ? undefined : node.startedAt,
    finishedAt: node.finishedAt,
    // Of several attempts the last one says what came of it.
    below: foldLoops(attempts > 1 ? (children.at(-1)?.children ?? []) : children, gates),
  };
}

const order = ["Failed", "Error", "Running", "Pending", "Succeeded", "Skipped", "Omitted"] as const;
const words: Record<NodePhase, string> = {
  Failed: "failed",
  Error: "failed",
  Running: "running",
  Pending: "waiting to start",
  Succeeded: "succeeded",
  Skipped: "skipped",
  Omitted: "skipped",
};

function loopOf(base: string, loop: readonly TreeNode[], gates: ReadonlySet<string>): Item {
  const phases = loop.map(({ node }) => node.phase ?? "Pending");
  const worst = order.find((phase) => phases.includes(phase)) ?? "Pending";
  const counts = new Map<string, number>();
  for (const phase of order)
    for (const each of phases)
      if (each === phase) counts.set(words[phase], (counts.get(words[phase]) ?? 0) + 1);
  const telling = loop.filter((each) => hasTelling(each)).sort((a, b) => rank(a) - rank(b));
  const shown = telling.slice(0, shownItems);
  const more = telling.length - shown.length;
  const starts = loop.flatMap(({ node }) => node.startedAt ?? []).sort();
  const ends = loop.flatMap(({ node }) => node.finishedAt ?? []).sort();
  const ended = loop.every(({ node }) => isFulfilled(node.phase));
  const [startedAt, finishedAt] = [starts[0], ended ? ends.at(-1) : undefined];
  const told = [...counts].map(([word, amount]) => `${amount} ${word}`).join(", ");
  return {
    symbol: symbols[worst],
    name: `${base} × ${loop.length}`,
    note: () => [tookOf(startedAt, finishedAt), told].filter((part) => part !== "").join(", "),
    telling: telling.length > 0,
    startedAt,
    finishedAt,
    isLoop: true,
    below: [
      ...shown.map((each) => itemOf(each, gates)),
      ...(more > 0
        ? [{ symbol: "…", name: `${more} more like these`, note: () => "", telling: true, below: [] }]
        : []),
    ],
  };
}

function rank({ node }: TreeNode): number {
  return order.findIndex((phase) => phase === (node.phase ?? "Pending"));
}

function hasTelling({ node, children }: TreeNode): boolean {
  return isTelling(node) || children.some((child) => hasTelling(child));
}

function isTelling({ phase }: Node): boolean {
  return phase !== "Succeeded" && phase !== "Skipped";
}

function retryNote(node: Node, attempts: number): string {
  const { phase, message = "", startedAt, finishedAt } = node;
  if (!isFulfilled(phase))
    return `attempt ${attempts}${startedAt === undefined ? "" : `, since ${startedAt}`}`;
  const told = isFailed(phase) ? message : "";
  return [tookOf(startedAt, finishedAt), `${attempts} attempts`, told]
    .filter((part) => part !== "")
    .join(", ");
}

function noteOn(node: Node, waits: boolean): string {
  const { phase, message = "", startedAt, finishedAt } = node;
  if (waits) return `waiting for approval since ${startedAt ?? "now"}`;
  if (phase === "Skipped") return message === "" ? "skipped" : `skipped: ${message}`;
  if (!isFulfilled(phase)) return message !== "" || startedAt === undefined ? message : `since ${startedAt}`;
  const told = isFailed(phase) || node.type === "Suspend" ? message : "";
  return [tookOf(startedAt, finishedAt), told].filter((part) => part !== "").join(", ");
}

function tookOf(startedAt: string | undefined, finishedAt: string | undefined): string {
  if (startedAt === undefined || finishedAt === undefined) return "";
  return formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}
