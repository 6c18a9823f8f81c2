import { isFulfilled } from "../../../run/phases.js";
import { isLeaf, type Node, type Run } from "../../../run/read-run.js";
import { treeOf, type TreeNode } from "../../../run/tree.js";
import { html, line, type Html } from "./html.js";
import { icon, stateOfNode, wordOf, type State } from "./state.js";
import { timeOf, took } from "./times.js";

/** Children of one node that are shown; the rest is counted. */
const shownChildren = 25;
const shownRows = 150;

export interface Row {
  node: Node;
  depth: number;
}
/** What stands for the children that are not shown. */
export interface Rest {
  rest: number;
  depth: number;
}

/** The tree as rows, cut where it is long: what failed, waits or runs is shown first. */
export function rowsOf(run: Run, gates: ReadonlySet<string>): (Row | Rest)[] {
  const rows: (Row | Rest)[] = [];
  const walk = (trees: readonly TreeNode[], depth: number) => {
    const shown = chosen(trees, gates);
    for (const tree of trees) {
      if (!shown.has(tree) || rows.length >= shownRows) continue;
      rows.push({ node: tree.node, depth });
      walk(tree.children, depth + 1);
    }
    const rest = trees.length - shown.size;
    if (rest > 0 && rows.length < shownRows) rows.push({ rest, depth });
  };
  const trees = treeOf(run);
  const [root] = trees;
  // The run itself is the page's heading.
  const isWrapper = root !== undefined && root.node.id === run.key.name && root.children.length > 0;
  walk(isWrapper ? [...root.children, ...trees.slice(1)] : trees, 0);
  return rows;
}

function chosen(trees: readonly TreeNode[], gates: ReadonlySet<string>): Set<TreeNode> {
  if (trees.length <= shownChildren) return new Set(trees);
  const rank: Record<State, number> = {
    waiting: 0,
    failed: 1,
    running: 2,
    pending: 4,
    succeeded: 5,
    skipped: 6,
  };
  const ranked = trees.toSorted(
    (a, b) => rank[stateOfNode(a.node, gates)] - rank[stateOfNode(b.node, gates)],
  );
  return new Set(ranked.slice(0, shownChildren));
}

export interface RowContext {
  run: Run;
  gates: ReadonlySet<string>;
  now: number;
  hrefOf: (nodeId: string) => string;
  allHref: string;
}

/** Steps with their states, durations and places in time. */
export function renderSteps(context: RowContext): Html {
  const { run, gates, now, hrefOf, allHref } = context;
  const total = [...run.nodes.values()].filter(isLeaf).length;
  const span = spanOf(run, now);
  const rows = rowsOf(run, gates).map((row) =>
    "rest" in row
      ? html`<tr class="rest">
          <th scope="row" class="d${Math.min(row.depth, 8)}">
            <a href="${allHref}">and ${row.rest} more</a>
          </th>
          <td></td>
          <td></td>
          <td class="bar"></td>
        </tr>`
      : renderRow(row, { gates, now, href: hrefOf(row.node.id), span }),
  );
  if (rows.length === 0) return html`<p class="quiet">No step has started yet.</p>`;
  return html`<table class="steps">
      <caption class="hidden">
        Steps, with the time that each took
      </caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">State</th>
          <th scope="col" class="took">Took</th>
          <th scope="col" class="bar"><span class="hidden">When</span></th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${total > 20 ? html`<p class="more"><a href="${allHref}">Search all ${total} steps</a></p>` : ""}`;
}

interface Span {
  from: number;
  to: number;
}

function renderRow(
  { node, depth }: Row,
  { gates, now, href, span }: { gates: ReadonlySet<string>; now: number; href: string; span: Span },
): Html {
  const state = stateOfNode(node, gates);
  const note = node.message === undefined ? "" : line(node.message, 160);
  return html`<tr>
    <th scope="row" class="d${Math.min(depth, 8)}">
      ${icon(state)}<a href="${href}">${line(node.displayName, 120)}</a>
    </th>
    <td>${wordOf(node, gates)}${note === "" ? "" : html`<span class="note">${note}</span>`}</td>
    <td class="took">${tookOf(node, now)}</td>
    <td class="bar">${bar(node, state, span, now)}</td>
  </tr>`;
}

export function tookOf(node: Node, now: number): Html | undefined {
  if (node.phase === "Skipped" || node.phase === "Omitted") return undefined;
  return took(node.startedAt, isFulfilled(node.phase) ? (node.finishedAt ?? node.startedAt) : undefined, now);
}

function spanOf(run: Run, now: number): Span {
  const from = timeOf(run.startedAt) ?? now;
  const to = timeOf(run.finishedAt) ?? now;
  return { from, to: Math.max(to, from + 1000) };
}

const width = 1000;

/** When a step ran within the run, as a bar. */
function bar(node: Node, state: State, { from, to }: Span, now: number): Html | undefined {
  const start = timeOf(node.startedAt);
  if (start === undefined || state === "skipped") return undefined;
  const end = timeOf(node.finishedAt) ?? Math.min(now, to);
  const place = (time: number) =>
    Math.round((Math.min(Math.max(time, from), to) - from) * (width / (to - from)));
  const left = Math.min(place(start), width - 8);
  const length = Math.max(8, place(end) - left);
  return html`<svg viewBox="0 0 ${width} 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="${state}" x="${left}" y="1" width="${length}" height="8" rx="3" />
  </svg>`;
}
