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
  return roots.flatMap((node) => display(node, children, new Set()));
}

/** Exit handler and workflow hooks: nodes besides the root that no boundary holds. */
function rootIds(run: Run): string[] {
  const loose = [...run.nodes.values()].filter(
    (node) => node.id !== run.key.name && (node.boundaryID ?? "") === "" && node.nodeFlag?.retried !== true,
  );
  return loose.sort(compareNodes).map((node) => node.id);
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
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  for (const siblings of children.values()) siblings.sort(compareNodes);
  return children;
}

function display(node: Node, children: Map<string, Node[]>, above: Set<string>): TreeNode[] {
  if (node.phase === "Omitted" || above.has(node.id)) return [];
  const path = new Set(above).add(node.id);
  const below = (children.get(node.id) ?? []).flatMap((child) => display(child, children, path));
  if (node.type === "StepGroup" || (node.type === "Retry" && below.length === 1)) return below;
  return [{ node, children: below }];
}

/** By start, then by name, the items of a loop by index. */
export function compareNodes(a: Node, b: Node): number {
  return (
    compareText(a.startedAt ?? "9", b.startedAt ?? "9") ||
    compareText(baseName(a), baseName(b)) ||
    indexOf(a) - indexOf(b) ||
    compareText(a.displayName, b.displayName) ||
    compareText(a.id, b.id)
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The name without the `(INDEX:ITEM)` of a loop or the `(N)` of an attempt. */
function baseName(node: Node): string {
  return node.displayName.replace(/\(\d+[:)].*$/s, "");
}

function indexOf(node: Node): number {
  return Number(/\((\d+)[:)]/.exec(node.displayName)?.[1] ?? -1);
}
