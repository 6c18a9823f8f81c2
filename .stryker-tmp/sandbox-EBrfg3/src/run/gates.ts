import type { NodeStatus, Parameter, Template, Workflow } from "../manifest/argo.js";
import { isFailed } from "./phases.js";
import type { Node, Run } from "./read-run.js";
import { compareNodes, compareText } from "./tree.js";

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
  return [...run.nodes.values()]
    .filter((node) => node.type === "Suspend" && node.phase === "Running")
    .sort(compareNodes)
    .flatMap((node) => {
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
  const failed = [...run.nodes.values()].filter((node) => isFailed(node.phase));
  const leaves = failed.filter((node) => !failed.some((other) => isBelow(other, node)));
  return leaves.sort(compareFinished)[0];
}

function isBelow(other: Node, node: Node): boolean {
  if (other.id === node.id) return false;
  if (other.boundaryID === node.id) return true;
  const holds = node.type === "StepGroup" || node.type === "Retry" || node.type === "TaskGroup";
  return holds && (node.children ?? []).includes(other.id);
}

function compareFinished(a: Node, b: Node): number {
  return compareText(a.finishedAt ?? "9", b.finishedAt ?? "9") || compareNodes(a, b);
}
