import type { Call, Template } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";
import { referencesIn, type Reference } from "./references.js";
import { callsOf, everyTemplate, objectsIn, referencesOf, type Placed } from "./walk-templates.js";

/** Where a value that is followed through a workflow comes from. */
export interface TaintSource {
  /** Names of workflow parameters. */
  parameters?: readonly string[];
  /** An output parameter of a template. */
  output?: { template: string; name: string };
}

/** A template that can see the followed value. */
export interface Tainted {
  template: Template;
  /** From the list of templates. */
  path: Path;
  /** True when an input parameter of the template holds the value. */
  takes: boolean;
  /** True when a text, or any text inside a part of this template, refers to the value. */
  sees: (part: unknown) => boolean;
}

/**
 * Follows a value through arguments, inputs, outputs, global outputs and loop items. Errs to the side of seeing it.
 * One walk over a graph of references, so that its cost grows with the size of the manifest only.
 */
export function trace(templates: readonly Template[], source: TaintSource): Tainted[] {
  const graph: Graph = new Map();
  const all = everyTemplate(templates);
  const ids = new Map(all.map((placed, index) => [placed.template, index]));
  for (const placed of all) addTemplate(graph, placed, ids);
  const { output } = source;
  // All parameters as one text hold each of them.
  const starts = (source.parameters ?? []).flatMap((name) => [
    `workflow.parameters.${name}`,
    "workflow.parameters.*",
  ]);
  if (output !== undefined) starts.push(outputNode(output.template, output.name));
  const reached = reach(graph, starts);
  const taken = new Set([...reached].flatMap((node) => /^(\d+) inputs\./.exec(node)?.[1] ?? []).map(Number));
  return all.map(({ template, path }, id) => ({
    template,
    path,
    takes: taken.has(id),
    sees: (part) => referencesIn(part).some((reference) => reached.has(nodeOf(id, reference))),
  }));
}

/** From each node to those that hold its value too. Node names: `ID REFERENCE` inside a template, or global. */
type Graph = Map<string, Set<string>>;

function addTemplate(graph: Graph, placed: Placed, ids: Map<Template, number>): void {
  const { template } = placed;
  const id = ids.get(template) ?? -1;
  const { steps: _steps, dag: _dag, ...body } = template;
  for (const reference of referencesIn(body)) addReference(graph, placed, ids, reference);
  const name = placed.inlineIn === undefined ? (template.name ?? "") : `inline ${id}`;
  for (const { item } of objectsIn(template.inputs?.parameters)) {
    const own = nodeOf(id, { list: "inputs.parameters", name: item.name });
    addEdge(graph, inputNode(name, item.name), own);
    flow(graph, id, [item.value, item.default], own);
  }
  for (const { item } of objectsIn(template.outputs?.parameters)) {
    const own = outputNode(name, item.name);
    addEdge(graph, own, outputNode(name, "*"));
    flow(graph, id, [item.value, item.valueFrom], own);
    if (item.globalName !== undefined)
      for (const global of [item.globalName, "*"])
        addEdge(graph, own, `workflow.outputs.parameters.${global}`);
  }
  for (const { call } of callsOf(template)) addCall(graph, placed, ids, call);
}

function addCall(graph: Graph, placed: Placed, ids: Map<Template, number>, call: Call): void {
  const id = ids.get(placed.template) ?? -1;
  const { inline: _inline, ...rest } = call;
  for (const reference of referencesIn(rest)) addReference(graph, placed, ids, reference);
  const loop = [call.withItems, call.withParam, call.withSequence];
  for (const reference of referencesOf(call)) {
    const target = "inline" in reference ? calledName(call, ids) : (reference.template ?? "");
    for (const { item } of objectsIn(reference.arguments?.parameters)) {
      const texts = [item.value, item.default, item.valueFrom];
      const to = inputNode(target, item.name);
      flow(graph, id, texts, to);
      if (JSON.stringify(texts).includes("item")) flow(graph, id, loop, to);
    }
  }
}

/** Ties a reference in a template to where its value comes from: an output of a call, or the template around it. */
function addReference(graph: Graph, placed: Placed, ids: Map<Template, number>, reference: Reference): void {
  const id = ids.get(placed.template) ?? -1;
  const node = nodeOf(id, reference);
  if (reference.list.startsWith("workflow.")) return;
  // The whole list holds what each of its parameters holds.
  if (reference.name !== undefined) addEdge(graph, node, nodeOf(id, { list: reference.list }));
  const [kind, step] = reference.list.split(".");
  const call =
    kind === "inputs"
      ? undefined
      : callsOf(placed.template).find((candidate) => candidate.call.name === step)?.call;
  if (call !== undefined) addEdge(graph, outputNode(calledName(call, ids), reference.name ?? "*"), node);
  if (reference.list === "inputs.parameters" && reference.name === undefined) {
    for (const { item } of objectsIn(placed.template.inputs?.parameters))
      addEdge(graph, nodeOf(id, { ...reference, name: item.name }), node);
  }
  const around = placed.inlineIn?.placed;
  if (around === undefined || call !== undefined) return;
  addReference(graph, around, ids, reference);
  addEdge(graph, nodeOf(ids.get(around.template) ?? -1, reference), node);
}

function calledName(call: Call, ids: Map<Template, number>): string {
  return call.inline === undefined ? (call.template ?? "") : `inline ${ids.get(call.inline) ?? -1}`;
}

function flow(graph: Graph, id: number, from: unknown, to: string): void {
  for (const reference of referencesIn(from)) addEdge(graph, nodeOf(id, reference), to);
}

function nodeOf(id: number, { list, name = "*" }: Reference): string {
  return list.startsWith("workflow.") ? `${list}.${name}` : `${id} ${list}.${name}`;
}
function inputNode(template: string, name: string): string {
  return `input ${JSON.stringify([template, name])}`;
}
function outputNode(template: string, name: string): string {
  return `output ${JSON.stringify([template, name])}`;
}

function addEdge(graph: Graph, from: string, to: string): void {
  const known = graph.get(from);
  if (known === undefined) graph.set(from, new Set([to]));
  else known.add(to);
}

function reach(graph: Graph, starts: string[]): Set<string> {
  const reached = new Set<string>();
  const open = [...starts];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    open.push(...(graph.get(node) ?? []));
  }
  return reached;
}
