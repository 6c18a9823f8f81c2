import type { NodeStatus, Parameter, Template, Workflow } from "../manifest/argo.js";
import { isFailed } from "./phases.js";
import type { Node, Run } from "./read-run.js";
import { compareText, sortNodes } from "./tree.js";

/** A suspend node that waits for an answer. */
export interface OpenGate {
  node: Node;
  template?: Template;
  /** Names of the output parameters that an answer supplies. */
  outputs: string[];
  /** The choices: input parameters by name, with `enum`, `default` and `value`. */
  inputs: Parameter[];
  /** RFC 3339. */
  startedAt: string;
}

/** Suspend nodes that are running without a `duration`, in the order they began to wait. */
export function openGates(run: Run): OpenGate[] {
  const waiting = [...run.nodes.values()].filter(
    ({ type, phase }) => type === "Suspend" && phase === "Running",
  );
  return sortNodes(waiting).flatMap((node) => {
    const template = gateTemplateOf(run, node);
    return hasDuration(template) ? [] : [gateOf(node, template)];
  });
}

function hasDuration(template: Template | undefined): boolean {
  const duration = template?.suspend?.duration;
  return duration !== undefined && duration !== "";
}

function gateOf(node: Node, template: Template | undefined): OpenGate {
  const declared = template?.inputs?.parameters ?? [];
  const inputs = (node.inputs?.parameters ?? declared).map((input) => ({
    ...declared.find(({ name }) => name === input.name),
    ...input,
  }));
  return {
    node,
    ...(template ? { template } : {}),
    outputs: suppliedOutputs(node, template),
    inputs,
    startedAt: node.startedAt ?? "",
  };
}

function suppliedOutputs(node: Node, template: Template | undefined): string[] {
  const outputs = node.outputs?.parameters ?? template?.outputs?.parameters ?? [];
  return outputs.filter((output) => output.valueFrom?.supplied !== undefined).map((output) => output.name);
}

/** The template of a node: of the workflow itself, or stored in its status when it was reached by reference. */
export function gateTemplateOf(run: { workflow: Workflow }, node: NodeStatus): Template | undefined {
  const { spec, status } = run.workflow;
  const stored = status?.storedTemplates ?? {};
  const { templateName, templateRef, templateScope } = node;
  if (templateRef) {
    const scope = templateRef.clusterScope ? "cluster" : "namespaced";
    return stored[`${scope}/${templateRef.name}/${templateRef.template}`];
  }
  if (templateName === undefined || templateName === "") return undefined;
  const local = [...(spec.templates ?? []), ...(status?.storedWorkflowTemplateSpec?.templates ?? [])];
  return (
    stored[`${templateScope}/${templateName}`] ?? local.find((template) => template.name === templateName)
  );
}

/** The deepest failed node that failed first: where to look for the cause. */
export function failingLeaf(run: Run): Node | undefined {
  return failingLeaves(run)[0];
}

/**
 * The deepest failed nodes, those that failed first in front. A failure that the run got over (an attempt that was
 * tried again, a step that may fail) is none, as long as there is another.
 */
export function failingLeaves(run: Run): Node[] {
  const failed = [...run.nodes.values()].filter((node) => isFailed(node.phase));
  const above = new Set(failed.map(({ boundaryID }) => boundaryID));
  const tried = new Set<string>();
  for (const node of run.nodes.values()) {
    if (!isHolder(node)) continue;
    const children = node.children ?? [];
    if (children.some((child) => child !== node.id && isFailed(run.nodes.get(child)?.phase)))
      above.add(node.id);
    if (node.type === "Retry")
      for (const child of children.slice(0, isFailed(node.phase) ? -1 : undefined)) tried.add(child);
  }
  const leaves = failed.filter(({ id }) => !above.has(id));
  const telling = leaves.filter(
    (node) => !tried.has(node.id) && !tried.has(node.boundaryID ?? "") && !isBornBySurvivor(run, node),
  );
  return sortNodes(telling.length > 0 ? telling : leaves).sort((a, b) =>
    compareText(a.finishedAt ?? "9", b.finishedAt ?? "9"),
  );
}

function isHolder({ type }: Node): boolean {
  return type === "StepGroup" || type === "Retry" || type === "TaskGroup";
}

function isBornBySurvivor(run: Run, { boundaryID = "" }: Node): boolean {
  return run.nodes.get(boundaryID)?.phase === "Succeeded";
}

/** The message says nothing but the exit code. */
export function isBareExit({ message, outputs }: Node): boolean {
  return outputs?.exitCode !== undefined && message === `Error (exit code ${outputs.exitCode})`;
}
