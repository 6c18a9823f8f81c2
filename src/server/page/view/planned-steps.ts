import type { Call, Template } from "../../../manifest/argo.js";
import { gateTemplateOf } from "../../../run/gates.js";
import { isFinished } from "../../../run/phases.js";
import type { Node, Run } from "../../../run/read-run.js";

/** More than this are not foretold. */
const mostPlanned = 200;

/**
 * The nodes of a run, and for each template under way the steps and tasks that are still to come, as nodes without a
 * phase. Whether they will run (their `when`) and how often (a loop) is not known yet.
 */
export function withPlanned(run: Run): Map<string, Node> {
  const nodes = new Map(run.nodes);
  if (isFinished(run.phase) || run.stopped !== undefined) return nodes;
  const ends = endsByBoundary(run);
  let planned = 0;
  for (const node of run.nodes.values()) {
    if (node.phase !== "Running" || planned > mostPlanned) continue;
    const template = gateTemplateOf(run, node);
    const added = template === undefined ? [] : plannedOf(nodes, ends, node, template);
    planned += added.length;
  }
  return nodes;
}

function plannedOf(nodes: Map<string, Node>, ends: Ends, node: Node, template: Template): Node[] {
  if (node.type === "Steps" && template.steps !== undefined)
    return planSteps(nodes, ends, node, template.steps);
  if (node.type === "DAG" && template.dag !== undefined)
    return planTasks(nodes, ends, node, template.dag.tasks);
  return [];
}

function planSteps(nodes: Map<string, Node>, ends: Ends, node: Node, groups: Call[][]): Node[] {
  const added: Node[] = [];
  let before: Node[] = [];
  for (const [index, calls] of groups.entries()) {
    const name = `${node.name}[${index}]`;
    const group = ends.named(node.id, name);
    if (group !== undefined) {
      before = (group.children ?? []).flatMap((id) => ends.of(id));
      continue;
    }
    const steps = calls.map((call) => toCome(node, `${name}.${call.name}`, call.name, call));
    const gathering = {
      ...toCome(node, name, name),
      type: "StepGroup",
      children: steps.map(({ id }) => id),
    } as Node;
    for (const each of before) lead(nodes, each, gathering.id);
    before = steps;
    added.push(gathering, ...steps);
    for (const each of [gathering, ...steps]) nodes.set(each.id, each);
  }
  return added;
}

function planTasks(
  nodes: Map<string, Node>,
  ends: Ends,
  node: Node,
  tasks: Required<Template>["dag"]["tasks"],
): Node[] {
  const added: Node[] = [];
  const found = new Map<string, Node[]>();
  for (const task of tasks) {
    const there = ends.named(node.id, `${node.name}.${task.name}`);
    if (there !== undefined) {
      found.set(task.name, ends.of(there.id));
      continue;
    }
    const planned = toCome(node, `${node.name}.${task.name}`, task.name, task);
    found.set(task.name, [planned]);
    nodes.set(planned.id, planned);
    added.push(planned);
  }
  for (const task of tasks) {
    const planned = found.get(task.name)?.find(({ phase }) => phase === undefined);
    if (planned === undefined || ends.named(node.id, `${node.name}.${task.name}`) !== undefined) continue;
    const needed = task.dependencies ?? task.depends?.match(/[A-Za-z0-9_-]+/g) ?? [];
    for (const each of new Set(needed.flatMap((name) => found.get(name) ?? [])))
      lead(nodes, each, planned.id);
  }
  return added;
}

function toCome(parent: Node, name: string, displayName: string, call?: Call): Node {
  const id = `planned:${name}`;
  const looped = call?.withItems ?? call?.withParam ?? call?.withSequence;
  const shown = looped === undefined ? displayName : `${displayName} (loop)`;
  return { id, name, displayName: shown, type: "Pod", boundaryID: parent.id, children: [] };
}

/** The nodes of the engine are not written to. */
function lead(nodes: Map<string, Node>, from: Node, to: string): void {
  const present = nodes.get(from.id) ?? from;
  nodes.set(from.id, { ...present, children: [...(present.children ?? []), to] });
}

interface Ends {
  named(boundary: string, name: string): Node | undefined;
  /** The last nodes inside of a node, or itself. */
  of(id: string): Node[];
}

function endsByBoundary(run: Run): Ends {
  const names = new Map<string, Node>();
  const inside = new Map<string, Node[]>();
  for (const node of run.nodes.values()) {
    names.set(`${node.boundaryID ?? ""}\n${node.name}`, node);
    const list = inside.get(node.boundaryID ?? "");
    if (list === undefined) inside.set(node.boundaryID ?? "", [node]);
    else list.push(node);
  }
  const of = (id: string, depth = 0): Node[] => {
    const node = run.nodes.get(id);
    if (node === undefined || depth > 100) return [];
    const held = (inside.get(id) ?? []).filter(({ children }) => (children ?? []).length === 0);
    if (held.length > 0) return held.flatMap((each) => of(each.id, depth + 1));
    return node.type === "TaskGroup"
      ? (node.children ?? []).flatMap((child) => of(child, depth + 1))
      : [node];
  };
  return { named: (boundary, name) => names.get(`${boundary}\n${name}`), of: (id) => of(id) };
}
