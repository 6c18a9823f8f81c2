import { openGates } from "../../../run/gates.js";
import type { Node, Run } from "../../../run/read-run.js";
import { compareNodes } from "../../../run/tree.js";
import { line } from "./html.js";
import { withPlanned } from "./planned-steps.js";
import { stateOfNode, wordOf, worstState, type State } from "./state.js";

export interface Graph {
  boxes: Box[];
  edges: { from: string; to: string }[];
  /** What was drawn together so that the drawing stays readable. */
  folded: boolean;
}
/** One or several nodes of the run as one box, or a joint: a point where many lines meet. */
export interface Box {
  id: string;
  kind: "step" | "gate" | "fold" | "joint";
  label: string;
  /** The second line: the state in words. */
  detail: string;
  state: State;
  /** The node that the box stands for, when it is one. */
  nodeId?: string;
}

/** More boxes than this are no picture any more. */
export const mostBoxes = 90;
/** Loops of more items are drawn as one box. */
const longestLoop = 4;

/**
 * The order in which a run's steps follow each other. Groups, and templates that only call others, give way to what
 * is inside them; loops, attempts and, where there is too much, whole templates are drawn as one box. Undefined when
 * there is nothing to draw, or still too much.
 */
export function graphOf(run: Run): Graph | undefined {
  const gates = new Set(openGates(run).map(({ node }) => node.id));
  const nodes = withPlanned(run);
  const depths = depthsOf(nodes);
  const deepest = Math.max(0, ...depths.values());
  for (let depth = deepest; depth >= 0; depth--) {
    const owners = ownersOf(nodes, depths, depth);
    const count = new Set(owners.values()).size;
    if (count === 0) return undefined;
    if (count > mostBoxes) continue;
    const edges = edgesOf(nodes, owners);
    return { ...withJoints(boxesOf(nodes, owners, gates), edges), folded: depth < deepest };
  }
  return undefined;
}

/** How many templates a node is inside of. */
function depthsOf(nodes: ReadonlyMap<string, Node>): Map<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (node: Node, below: number): number => {
    const known = depths.get(node.id);
    if (known !== undefined) return known;
    const parent = nodes.get(node.boundaryID ?? "");
    const depth = parent === undefined || below > 100 ? 0 : depthOf(parent, below + 1) + 1;
    depths.set(node.id, depth);
    return depth;
  };
  for (const node of nodes.values()) depthOf(node, 0);
  return depths;
}

const transparent = new Set(["Steps", "DAG", "StepGroup", "TaskGroup"]);

/** The box of each node that is drawn; nodes that only hold others have none. Nothing below `deepest` has its own. */
function ownersOf(
  nodes: ReadonlyMap<string, Node>,
  depths: ReadonlyMap<string, number>,
  deepest: number,
): Map<string, string> {
  const loops = loopsOf(nodes);
  const attempts = attemptsOf(nodes);
  const owners = new Map<string, string>();
  const ownerOf = (node: Node): string | undefined => {
    const above = nodes.get(node.boundaryID ?? "");
    const outer = above === undefined || above.id === node.id ? undefined : owners.get(above.id);
    if (outer !== undefined) return outer;
    const retry = attempts.get(node.id);
    if (retry !== undefined && owners.has(retry)) return owners.get(retry);
    const loop = loops.get(node.id);
    if (loop !== undefined) return loop;
    if (transparent.has(node.type))
      return (depths.get(node.id) ?? 0) >= deepest && deepest > 0 && isBody(node) ? node.id : undefined;
    if (node.phase === "Omitted") return undefined;
    return node.type === "Retry" && holdsBodies(nodes, node) ? undefined : node.id;
  };
  for (const node of outerFirst(nodes, depths)) {
    const owner = ownerOf(node);
    if (owner !== undefined) owners.set(node.id, owner);
  }
  return owners;
}

function isBody(node: Node): boolean {
  return node.type === "Steps" || node.type === "DAG";
}

/** A retry around a template of steps is as transparent as that template. */
function holdsBodies(nodes: ReadonlyMap<string, Node>, retry: Node): boolean {
  const first = nodes.get(retry.children?.[0] ?? "");
  return first !== undefined && isBody(first);
}

function outerFirst(nodes: ReadonlyMap<string, Node>, depths: ReadonlyMap<string, number>): Node[] {
  const rank = (node: Node) => (depths.get(node.id) ?? 0) * 2 + (node.type === "Retry" ? 0 : 1);
  return [...nodes.values()].sort((a, b) => rank(a) - rank(b));
}

function attemptsOf(nodes: ReadonlyMap<string, Node>): Map<string, string> {
  const attempts = new Map<string, string>();
  for (const node of nodes.values()) {
    if (node.type !== "Retry") continue;
    for (const child of node.children ?? []) {
      if (nodes.get(child)?.nodeFlag?.retried === true) attempts.set(child, node.id);
    }
  }
  return attempts;
}

/** The fold of each item of a long loop. */
function loopsOf(nodes: ReadonlyMap<string, Node>): Map<string, string> {
  const items = new Map<string, string[]>();
  for (const node of nodes.values()) {
    const loop = /^(.*)\(\d+:/s.exec(node.name)?.[1];
    if (loop === undefined || node.type === "TaskGroup" || node.nodeFlag?.retried === true) continue;
    const key = `fold:${node.boundaryID ?? ""}:${loop}`;
    const list = items.get(key);
    if (list === undefined) items.set(key, [node.id]);
    else list.push(node.id);
  }
  const folds = new Map<string, string>();
  for (const [key, ids] of items) {
    if (ids.length > longestLoop) for (const id of ids) folds.set(id, key);
  }
  return folds;
}

function boxesOf(
  nodes: ReadonlyMap<string, Node>,
  owners: ReadonlyMap<string, string>,
  gates: ReadonlySet<string>,
): Box[] {
  const held = new Map<string, Node[]>();
  for (const [id, owner] of owners) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    const list = held.get(owner);
    if (list === undefined) held.set(owner, [node]);
    else list.push(node);
  }
  const inOrder = [...held].sort(([, [a]], [, [b]]) => (a && b ? compareNodes(a, b) : 0));
  return inOrder.map(([id, list]) => {
    const node = nodes.get(id);
    return node === undefined ? foldBox(id, list, gates) : boxOf(node, list, gates);
  });
}

function boxOf(node: Node, held: readonly Node[], gates: ReadonlySet<string>): Box {
  const state = isBody(node)
    ? worstState(held.map((each) => stateOfNode(each, gates)))
    : stateOfNode(node, gates);
  const attempts = node.type === "Retry" ? held.length - 1 : 0;
  const word =
    node.phase === undefined ? "Not started" : gates.has(node.id) ? "Waiting" : wordOf(node, gates);
  const detail = isBody(node)
    ? `${word}, ${held.length - 1} nodes`
    : attempts > 1
      ? `${word}, attempt ${attempts}`
      : word;
  return {
    id: node.id,
    kind: node.type === "Suspend" ? "gate" : "step",
    label: line(node.displayName, 80),
    detail,
    state: node.phase === undefined ? "pending" : state,
    ...(node.phase === undefined ? {} : { nodeId: node.id }),
  };
}

function foldBox(id: string, held: readonly Node[], gates: ReadonlySet<string>): Box {
  const items = held.filter((node) => /\(\d+:/.test(node.displayName) && node.nodeFlag?.retried !== true);
  const states = items.map((node) => stateOfNode(node, gates));
  const state = worstState(states);
  const alike = states.filter((each) => each === state).length;
  const name = items[0]?.displayName.replace(/\(\d+:.*$/s, "") ?? id;
  return {
    id,
    kind: "fold",
    label: `${line(name, 70)} × ${items.length}`,
    detail: alike === items.length ? `all ${state}` : `${alike} of ${items.length} ${state}`,
    state,
  };
}

/** From box to box, through nodes that have none. */
function edgesOf(
  nodes: ReadonlyMap<string, Node>,
  owners: ReadonlyMap<string, string>,
): Map<string, Set<string>> {
  const entries = new Map<string, Set<string>>();
  const entriesOf = (id: string): Set<string> => {
    const known = entries.get(id);
    if (known !== undefined) return known;
    const found = new Set<string>();
    entries.set(id, found);
    const owner = owners.get(id);
    if (owner !== undefined) return found.add(owner);
    for (const child of nodes.get(id)?.children ?? []) {
      for (const entry of entriesOf(child)) found.add(entry);
    }
    return found;
  };
  const edges = new Map<string, Set<string>>();
  for (const node of [...nodes.values()].sort(compareNodes)) {
    const from = owners.get(node.id);
    if (from === undefined) continue;
    const targets = edges.get(from) ?? new Set<string>();
    for (const child of node.children ?? []) {
      for (const to of entriesOf(child)) if (to !== from) targets.add(to);
    }
    edges.set(from, targets);
  }
  return edges;
}

/** Where each of several boxes leads to each of several others, their lines meet in one point instead. */
function withJoints(boxes: Box[], edges: Map<string, Set<string>>): Pick<Graph, "boxes" | "edges"> {
  const sources = new Map<string, string[]>();
  for (const [from, targets] of edges) {
    if (targets.size < 2) continue;
    const key = JSON.stringify([...targets].sort());
    sources.set(key, [...(sources.get(key) ?? []), from]);
  }
  const joints: Box[] = [];
  const lines: Graph["edges"] = [];
  const joined = new Set<string>();
  for (const [key, from] of sources) {
    if (from.length < 2) continue;
    const id = `joint:${joints.length}`;
    joints.push({ id, kind: "joint", label: "", detail: "", state: "pending" });
    for (const each of from) {
      joined.add(each);
      lines.push({ from: each, to: id });
    }
    for (const to of JSON.parse(key) as string[]) lines.push({ from: id, to });
  }
  for (const [from, targets] of edges) {
    if (joined.has(from)) continue;
    for (const to of targets) lines.push({ from, to });
  }
  return { boxes: [...boxes, ...joints], edges: lines };
}
