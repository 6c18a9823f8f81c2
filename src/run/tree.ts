import type { Node, Run } from "./read-run.js";

export interface TreeNode {
  node: Node;
  children: TreeNode[];
}

/**
 * The nodes as `argo get` shows them (cmd/argo/commands/common/get.go): the main tree, then the exit handler's.
 * A step group, and a retry with one attempt, give way to their children; omitted tasks are left out.
 */
export function treeOf(run: Run): TreeNode[] {
  const children = childrenByParent(run);
  const roots = [run.key.name, ...rootIds(run)].flatMap((id) => run.nodes.get(id) ?? []);
  const tree: TreeNode[] = [];
  for (const root of roots) display(root, children, new Set(), tree);
  return tree;
}

/** Exit handler and workflow hooks: nodes besides the root that no boundary holds. */
function rootIds(run: Run): string[] {
  const loose = [...run.nodes.values()].filter(
    (node) => node.id !== run.key.name && (node.boundaryID ?? "") === "" && node.nodeFlag?.retried !== true,
  );
  return sortNodes(loose).map((node) => node.id);
}

function childrenByParent(run: Run): Map<string, Node[]> {
  const parents = new Map<string, string>();
  for (const node of run.nodes.values()) {
    if (node.type !== "StepGroup" && node.type !== "Retry") continue;
    for (const child of node.children ?? []) if (!parents.has(child)) parents.set(child, node.id);
  }
  const children = new Map<string, Node[]>();
  for (const node of run.nodes.values()) {
    const parent = parents.get(node.id) ?? node.boundaryID;
    if (parent === undefined || parent === "" || node.type === "TaskGroup") continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  for (const [parent, siblings] of children) children.set(parent, sortNodes(siblings));
  return children;
}

/** Adds to `siblings` what stands for `node`. `above` holds the nodes on the way down, so that a cycle ends. */
function display(
  node: Node,
  children: ReadonlyMap<string, Node[]>,
  above: Set<string>,
  siblings: TreeNode[],
): void {
  if (node.phase === "Omitted" || above.has(node.id)) return;
  const own = children.get(node.id);
  if (own === undefined) {
    if (node.type !== "StepGroup") siblings.push({ node, children: [] });
    return;
  }
  const below: TreeNode[] = node.type === "StepGroup" ? siblings : [];
  above.add(node.id);
  for (const child of own) display(child, children, above, below);
  above.delete(node.id);
  if (node.type === "StepGroup") return;
  if (node.type === "Retry" && below.length === 1) siblings.push(...below);
  else siblings.push({ node, children: below });
}

/** By start, then by name, the items of a loop by index. */
export function compareNodes(a: Node, b: Node): number {
  return compareKeys(keyOf(a), keyOf(b));
}

/** Sorted as `compareNodes` has it; what is compared is worked out once for each node. */
export function sortNodes(nodes: readonly Node[]): Node[] {
  const keyed = nodes.map(keyOf).sort(compareKeys);
  return keyed.map(({ node }) => node);
}

interface NodeKey {
  node: Node;
  start: string;
  base: string;
  index: number;
}

function keyOf(node: Node): NodeKey {
  const item = loopItem(node);
  const [base, index] = item === undefined ? [node.displayName, -1] : [item.base, item.index];
  return { node, start: node.startedAt ?? "9", base, index };
}

function compareKeys(a: NodeKey, b: NodeKey): number {
  return (
    compareText(a.start, b.start) ||
    compareText(a.base, b.base) ||
    a.index - b.index ||
    compareText(a.node.displayName, b.node.displayName) ||
    compareText(a.node.id, b.node.id)
  );
}

/** The name of a loop and the index of an item of it, from `NAME(INDEX:ITEM)`; of an attempt, from `NAME(INDEX)`. */
export function loopItem({ displayName }: Node): { base: string; index: number } | undefined {
  if (!displayName.includes("(")) return undefined;
  const match = /\((\d+)[:)]/.exec(displayName);
  return match === null ? undefined : { base: displayName.slice(0, match.index), index: Number(match[1]) };
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
