import { environment, evaluateExpression } from "../../../expression/expr.js";
import { Layers } from "../../../expression/layers.js";
import { type Scope, Variables } from "../../../expression/scope.js";
import type { Artifact, NodeStatus, Outputs, Template } from "../../../manifest/argo.js";
import { anyString } from "./any-string.js";
import { CallError } from "./call-error.js";
import type { RunState } from "./run-state.js";

/** What the steps or tasks of one template can refer to, besides `workflow.*`. */
export interface LocalScope {
  /** Null: declared by a node that was skipped, and without a default. */
  parameters: Map<string, string | null>;
  artifacts: Map<string, Artifact>;
}

/** Known only inside a called template: left as tags for it. */
const NAMES = ["steps.name", "tasks.name"].map((name): [string, string] => [name, `{{${name}}}`]);

/** The inputs of a steps or dag template, and the variables of its node. */
export function scopeOf(template: Template, own: ReadonlyMap<string, string>): LocalScope {
  const scope: LocalScope = { parameters: new Map(NAMES), artifacts: new Map() };
  for (const [name, value] of own) scope.parameters.set(name, value);
  for (const { name, value } of template.inputs?.parameters ?? []) {
    if (value !== undefined) scope.parameters.set(`inputs.parameters.${name}`, anyString(value));
  }
  for (const artifact of template.inputs?.artifacts ?? []) {
    scope.artifacts.set(`inputs.artifacts.${artifact.name}`, artifact);
  }
  return scope;
}

/** All variables: the local ones over `workflow.*`. */
export function variablesOf(run: RunState, scope: LocalScope): Scope {
  return new Layers(scope.parameters, run.globals);
}

/**
 * What the bare expressions of outputs and artifacts can name: of `workflow.*` the outputs only (scope.go, where
 * resolveParameter and resolveArtifact have no globals).
 */
export function scopeAlone(run: RunState, scope: LocalScope): Scope {
  const outputs = new Variables(run.now);
  for (const [name, value] of run.globals) {
    if (name.startsWith("workflow.outputs.")) outputs.set(name, value);
  }
  return new Layers(scope.parameters, outputs);
}

/** Adds what others may know of a node under `prefix`, such as `steps.build`. */
export function addNode(
  run: RunState,
  scope: LocalScope,
  prefix: string,
  node: NodeStatus,
  declared: Outputs | undefined,
): void {
  const source = node.type === "Retry" ? (lastAttempt(run, node) ?? node) : node;
  const { parameters } = scope;
  parameters.set(`${prefix}.id`, source.id);
  if (source.startedAt) parameters.set(`${prefix}.startedAt`, source.startedAt);
  if (source.finishedAt) parameters.set(`${prefix}.finishedAt`, source.finishedAt);
  if (source.phase) parameters.set(`${prefix}.status`, source.phase);
  if (source.outputs) addOutputs(scope, prefix, source.outputs);
  else if (source.phase === "Skipped" || source.phase === "Omitted")
    addAbsent(scope, prefix, source, declared);
}

/** The attempt that speaks for a Retry node: the last one that is not a hook. */
export function lastAttempt(run: RunState, node: NodeStatus): NodeStatus | undefined {
  return (node.children ?? [])
    .flatMap((id) => run.nodes[id] ?? [])
    .filter((child) => child.nodeFlag?.hooked !== true)
    .at(-1);
}

export function addOutputs(scope: LocalScope, prefix: string, outputs: Outputs): void {
  if (outputs.result !== undefined) scope.parameters.set(`${prefix}.outputs.result`, outputs.result);
  if (outputs.exitCode !== undefined) scope.parameters.set(`${prefix}.exitCode`, outputs.exitCode);
  for (const { name, value } of outputs.parameters ?? []) {
    if (value !== undefined) scope.parameters.set(`${prefix}.outputs.parameters.${name}`, anyString(value));
  }
  for (const artifact of outputs.artifacts ?? []) {
    scope.artifacts.set(`${prefix}.outputs.artifacts.${artifact.name}`, artifact);
  }
}

function addAbsent(scope: LocalScope, prefix: string, node: NodeStatus, declared: Outputs | undefined): void {
  for (const { name, valueFrom } of declared?.parameters ?? []) {
    scope.parameters.set(`${prefix}.outputs.parameters.${name}`, valueFrom?.default ?? null);
  }
  if (!prefix.startsWith("steps.")) return;
  for (const { name } of declared?.artifacts ?? []) {
    scope.artifacts.set(`${prefix}.outputs.artifacts.${name}`, { name });
  }
}

/** The name inside a text that is exactly one simple tag. */
export function soleReference(text: string): string | undefined {
  return /^\s*\{\{([^{}=][^{}]*)\}\}\s*$/.exec(text)?.[1]?.trim();
}

/** The artifact that a `from` or `fromExpression` means. Throws a CallError when there is none. */
export function resolveArtifact(run: RunState, scope: LocalScope, artifact: Artifact): Artifact {
  const { from, fromExpression } = artifact;
  const expression = fromExpression ?? /^\s*\{\{=(.*)\}\}\s*$/s.exec(from ?? "")?.[1];
  if (expression !== undefined) return evaluateArtifact(run, scope, expression);
  const reference = soleReference(from ?? "") ?? from ?? "";
  const found = scope.artifacts.get(reference) ?? run.globalArtifacts.get(reference);
  if (found) return found;
  throw new CallError(`Unable to resolve: {{${reference}}}`);
}

/** Artifacts take part in an expression as their own names, so that the result says which one was chosen. */
function evaluateArtifact(run: RunState, scope: LocalScope, expression: string): Artifact {
  const names = [...run.globalArtifacts.keys(), ...scope.artifacts.keys()];
  const handles = new Map(names.map((name): [string, string] => [name, name]));
  const variables = new Layers(handles, scopeAlone(run, scope));
  const result: unknown = evaluateExpression(expression, environment(variables));
  const found =
    typeof result === "string" ? (scope.artifacts.get(result) ?? run.globalArtifacts.get(result)) : undefined;
  if (found) return found;
  throw new CallError(`Variable {{${expression}}} is not an artifact`);
}
