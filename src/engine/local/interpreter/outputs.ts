import { environment, evaluateExpression } from "../../../expression/expr.js";
import { formatValue } from "../../../expression/go-format.js";
import { ExpressionError } from "../../../expression/expression-error.js";
import type { Artifact, NodeStatus, Outputs, Parameter, Template } from "../../../manifest/argo.js";
import { CallError } from "./call-error.js";
import type { RunState } from "./run-state.js";
import { type LocalScope, resolveArtifact, scopeAlone, soleReference, variablesOf } from "./scope.js";

/** The outputs of a steps or dag template, taken from its nodes; undefined when it declares none. */
export function outputsOf(run: RunState, template: Template, scope: LocalScope): Outputs | undefined {
  const parameters = (template.outputs?.parameters ?? []).map((output) =>
    outputParameter(run, output, scope),
  );
  const artifacts = (template.outputs?.artifacts ?? []).flatMap((output) =>
    outputArtifact(run, output, scope),
  );
  if (parameters.length === 0 && artifacts.length === 0) return undefined;
  return {
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(artifacts.length > 0 ? { artifacts } : {}),
  };
}

function outputParameter(run: RunState, output: Parameter, scope: LocalScope): Parameter {
  const { valueFrom, ...rest } = output;
  if (!valueFrom) {
    if (output.value !== undefined) return output;
    throw new CallError("output parameters must have a valueFrom specified");
  }
  try {
    return { ...rest, value: outputValue(run, output, scope) };
  } catch (error) {
    const isFault = error instanceof CallError || error instanceof ExpressionError;
    if (!isFault || valueFrom.default === undefined) throw error;
    return { ...rest, value: valueFrom.default };
  }
}

function outputValue(run: RunState, { name, valueFrom }: Parameter, scope: LocalScope): string {
  const variables = variablesOf(run, scope);
  const reference = valueFrom?.parameter ?? "";
  const expression = valueFrom?.expression ?? /^\s*\{\{=(.*)\}\}\s*$/s.exec(reference)?.[1];
  if (expression !== undefined) {
    const value: unknown = evaluateExpression(expression, environment(scopeAlone(run, scope)));
    if (value === null || value === undefined)
      throw new CallError(`failed to evaluate expression "${expression}"`);
    return formatValue(value);
  }
  const value = variables.get(soleReference(reference) ?? reference);
  if (typeof value === "string") return value;
  if (value === undefined) throw new CallError(`Unable to resolve: ${reference}`);
  throw new CallError(
    `output parameter "${name}": "${reference}" is an absent optional (skipped/omitted node output with no default)`,
  );
}

function outputArtifact(run: RunState, output: Artifact, scope: LocalScope): Artifact[] {
  const { from: _from, fromExpression: _expression, ...rest } = output;
  try {
    const source = resolveArtifact(run, scope, output);
    const { optional: _optional, path: _path, globalName: _globalName, ...location } = source;
    return [{ ...location, ...rest, name: output.name }];
  } catch (error) {
    const isFault = error instanceof CallError || error instanceof ExpressionError;
    if (isFault && output.optional && error.message.includes("Unable to resolve")) return [];
    if (isFault) throw new CallError(`unable to resolve outputs from scope: ${error.message}`);
    throw error;
  }
}

/** Publishes the outputs of a node that have a `globalName` as `workflow.outputs.*`; the last writer wins. */
export function publishGlobals(run: RunState, node: NodeStatus): void {
  for (const parameter of node.outputs?.parameters ?? []) {
    const { globalName, value } = parameter;
    if (!globalName || value === undefined) continue;
    const outputs = (run.status.outputs ??= {});
    replace((outputs.parameters ??= []), { name: globalName, value });
    run.walk.lookEverywhere();
    run.globals.set(`workflow.outputs.parameters.${globalName}`, String(value));
    run.touchWorkflow();
  }
  for (const artifact of node.outputs?.artifacts ?? []) {
    const { globalName, ...rest } = artifact;
    if (!globalName) continue;
    const outputs = (run.status.outputs ??= {});
    const published = { ...rest, name: globalName };
    replace((outputs.artifacts ??= []), published);
    run.walk.lookEverywhere();
    run.globalArtifacts.set(`workflow.outputs.artifacts.${globalName}`, published);
    run.touchWorkflow();
  }
}

function replace<T extends { name: string }>(list: T[], item: T): void {
  const at = list.findIndex(({ name }) => name === item.name);
  if (at < 0) list.push(item);
  else list[at] = item;
}
