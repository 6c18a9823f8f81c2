import { Layers } from "../../../expression/layers.js";
import type { Scope } from "../../../expression/scope.js";
import { substitute } from "../../../expression/substitute.js";
import type { Arguments, Artifact, Parameter, Template } from "../../../manifest/argo.js";
import { anyString } from "./any-string.js";
import { CallError } from "./call-error.js";
import { configMapValue } from "./globals.js";
import { marshalParameters } from "./marshal-parameters.js";
import type { RunState } from "./run-state.js";

/** Arguments as a call gives them; `absent` names parameters whose argument is the output of a skipped node. */
export interface GivenArguments extends Arguments {
  absent?: string[];
}

const LENIENT = { strict: [], allowUnresolved: true };

/**
 * Binds arguments to a template's inputs and fills its tags, in Argo's two passes (common/util.go, ProcessArgs):
 * first `workflow.*` and the node's own variables, then the inputs as the first pass left them.
 */
export function bindInputs(
  run: RunState,
  template: Template,
  given: GivenArguments,
  own: ReadonlyMap<string, string>,
): Template {
  const bound: Template = { ...template, inputs: { ...template.inputs } };
  const { inputs } = bound;
  if (template.inputs?.parameters && inputs) {
    inputs.parameters = template.inputs.parameters.map((input) => bindParameter(run, input, given));
  }
  if (template.inputs?.artifacts && inputs) {
    inputs.artifacts = template.inputs.artifacts.map((input) => bindArtifact(input, given.artifacts ?? []));
  }
  return fillTemplate(run, bound, own);
}

/**
 * Both passes over a template whose inputs have values. Steps and tasks wait: what a false `when` skips must not be
 * evaluated, so their references are filled when it is their turn.
 */
function fillTemplate(run: RunState, template: Template, own: ReadonlyMap<string, string>): Template {
  const { steps, dag, ...rest } = template;
  const variables = new Layers(own, run.globals);
  const first = substitute(rest, variables, LENIENT);
  // Once more with all of them: a tag that stood around another one is whole only now.
  const filled: Template = substitute(first, new Layers(inputVariables(first), variables), LENIENT);
  if (steps) filled.steps = steps;
  if (dag) filled.dag = { ...dag, ...fillTarget(dag.target, new Layers(inputVariables(filled), variables)) };
  return filled;
}

function fillTarget(target: string | undefined, variables: Scope): { target?: string } {
  return target === undefined ? {} : { target: substitute(target, variables, LENIENT) };
}

function bindParameter(run: RunState, input: Parameter, given: GivenArguments): Parameter {
  const argument = given.parameters?.find(({ name }) => name === input.name);
  const absent = given.absent?.includes(input.name) === true;
  const value = parameterValue(run, input, absent ? undefined : argument);
  if (value !== undefined) {
    const { valueFrom: _, ...rest } = input;
    return { ...rest, value };
  }
  if (absent) {
    throw new CallError(
      `inputs.parameters.${input.name}: argument references an absent optional (skipped/omitted node output with no default)`,
    );
  }
  throw new CallError(`inputs.parameters.${input.name} was not supplied`);
}

function parameterValue(
  run: RunState,
  input: Parameter,
  argument: Parameter | undefined,
): string | undefined {
  if (argument) {
    if (argument.value !== undefined) return anyString(argument.value);
    return argument.valueFrom ? fromConfigMap(run, argument) : undefined;
  }
  const own = input.value ?? fromConfigMap(run, input) ?? input.default;
  return own === undefined ? undefined : anyString(own);
}

function fromConfigMap(run: RunState, parameter: Parameter): string | undefined {
  return configMapValue(substitute(parameter, run.globals, LENIENT), run.library);
}

function bindArtifact(input: Artifact, given: Artifact[]): Artifact {
  const argument = given.find(({ name }) => name === input.name);
  if (!input.optional && !hasLocation(argument ?? input)) {
    const fault = argument ? "missing location information" : "was not supplied";
    throw new CallError(`inputs.artifacts.${input.name} ${fault}`);
  }
  if (!argument) return input;
  const { path, mode, optional } = input;
  const recurse = input["recurseMode"];
  // What a skipped step would have given has no location: the input may still be without it.
  const isAbsent = optional && argument.optional === undefined && !hasLocation(argument);
  return {
    ...argument,
    ...(path === undefined ? {} : { path }),
    ...(mode === undefined ? {} : { mode }),
    ...(recurse === undefined ? {} : { recurseMode: recurse }),
    ...(isAbsent ? { optional } : {}),
  };
}

const LOCATIONS = ["key", "raw", "git", "http", "s3", "gcs", "oss", "azure", "hdfs", "artifactory", "plugin"];

/** Whether an artifact says where its content is. */
export function hasLocation(artifact: Artifact): boolean {
  return LOCATIONS.some((location) => artifact[location] !== undefined && artifact[location] !== "");
}

function inputVariables({ inputs, outputs }: Template): Map<string, string> {
  const variables = new Map<string, string>();
  for (const { name, value } of inputs?.parameters ?? []) {
    if (value !== undefined) variables.set(`inputs.parameters.${name}`, anyString(value));
  }
  variables.set("inputs.parameters", marshalParameters(inputs?.parameters ?? []));
  for (const { name, path } of inputs?.artifacts ?? []) {
    if (path) variables.set(`inputs.artifacts.${name}.path`, path);
  }
  for (const { name, path } of outputs?.artifacts ?? []) {
    if (path) variables.set(`outputs.artifacts.${name}.path`, path);
  }
  for (const { name, valueFrom } of outputs?.parameters ?? []) {
    if (valueFrom?.path) variables.set(`outputs.parameters.${name}.path`, valueFrom.path);
  }
  return variables;
}
