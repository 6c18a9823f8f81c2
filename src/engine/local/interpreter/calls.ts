import { substitute, substituteText } from "../../../expression/substitute.js";
import { type Scope, Variables } from "../../../expression/scope.js";
import type { Artifact, Call, Parameter, Template } from "../../../manifest/argo.js";
import { CallError } from "./call-error.js";
import { isFalseAlready } from "./condition.js";
import type { GivenArguments } from "./inputs.js";
import type { RunState } from "./run-state.js";
import { type LocalScope, resolveArtifact, soleReference, variablesOf } from "./scope.js";

/** A step or task with its references filled in. */
export interface ResolvedCall extends Call {
  arguments?: GivenArguments;
}

export type CallPrefix = "steps" | "tasks";

/**
 * Fills the references of a step or task. `when` comes first: when it is false already, the rest stays as it is.
 * Throws an ExpressionError or CallError when a reference cannot be resolved.
 */
export function resolveCall(run: RunState, call: Call, scope: LocalScope, prefix: CallPrefix): ResolvedCall {
  const variables = variablesOf(run, scope);
  const options = { strict: [`${prefix}.`], allowUnresolved: true };
  const { when, hooks, arguments: given, inline, ...rest } = withoutNested(call, variables);
  const condition = when === undefined ? undefined : substituteText(when, variables, options);
  if (condition !== undefined && isFalseAlready(condition)) return { ...call, when: condition };
  const filled: ResolvedCall = substitute(rest, variables, options);
  const lenient = { strict: [], allowUnresolved: true };
  return {
    ...filled,
    ...(condition === undefined ? {} : { when: condition }),
    ...(hooks ? { hooks } : {}),
    ...(inline ? { inline: substitute(inline, outerVariables(inline, variables), lenient) } : {}),
    ...(given ? { arguments: resolveArguments(run, given, scope, options.strict) } : {}),
  };
}

const NESTED = /\{\{(?!=)[^}]*\{\{/;

/** A tag around another one is whole, and can be resolved, once the inner one is. */
function withoutNested(call: Call, variables: Scope): Call {
  if (!NESTED.test(JSON.stringify(call))) return call;
  return substitute(call, variables, { strict: [], allowUnresolved: true });
}

/** What an inline template sees of its caller: all but what its own inputs are called. */
function outerVariables(inline: Template, variables: Scope): Scope {
  const { parameters = [], artifacts = [] } = inline.inputs ?? {};
  const inner = [
    ...parameters.map(({ name }) => `inputs.parameters.${name}`),
    ...artifacts.map(({ name }) => `inputs.artifacts.${name}.path`),
  ];
  const outer = new Variables(variables.now);
  for (const [name, value] of variables) {
    if (value !== null && !inner.includes(name)) outer.set(name, value);
  }
  return outer;
}

/** Fills the values of arguments; artifacts get the location of what they refer to. */
export function resolveArguments(
  run: RunState,
  given: GivenArguments,
  scope: LocalScope,
  strict: readonly string[],
): GivenArguments {
  const variables = variablesOf(run, scope);
  const options = { strict, allowUnresolved: true };
  const absent: string[] = [];
  const parameters = (given.parameters ?? []).map((parameter): Parameter => {
    const reference = typeof parameter.value === "string" ? soleReference(parameter.value) : undefined;
    if (reference !== undefined && variables.get(reference) === null) {
      absent.push(parameter.name);
      return { name: parameter.name };
    }
    return resolveParameter(substitute(parameter, variables, options), variables, options);
  });
  const artifacts = (given.artifacts ?? []).flatMap((artifact) =>
    givenArtifact(run, artifact, scope, strict),
  );
  return {
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(artifacts.length > 0 ? { artifacts } : {}),
    ...(absent.length > 0 ? { absent } : {}),
  };
}

function resolveParameter(
  parameter: Parameter,
  variables: Scope,
  options: { strict: readonly string[]; allowUnresolved: boolean },
): Parameter {
  const { expression, parameter: reference } = parameter.valueFrom ?? {};
  if (expression === undefined && reference === undefined) return parameter;
  const text = expression === undefined ? (reference ?? "") : `{{=${expression}}}`;
  return { name: parameter.name, value: substituteText(text, variables, options) };
}

function givenArtifact(
  run: RunState,
  artifact: Artifact,
  scope: LocalScope,
  strict: readonly string[],
): Artifact[] {
  const variables = variablesOf(run, scope);
  const { from, fromExpression, ...rest } = artifact;
  const own = substitute(rest, variables, { strict, allowUnresolved: true });
  if (from === undefined && fromExpression === undefined) return [own];
  try {
    return [locate(own, resolveArtifact(run, scope, artifact))];
  } catch (error) {
    if (artifact.optional && error instanceof CallError) return [];
    throw error;
  }
}

/** The argument with the location of its source; a sub-path joins the one that the source has already. */
function locate(argument: Artifact, source: Artifact): Artifact {
  const { path: _path, globalName: _globalName, optional: _optional, ...location } = source;
  const subPath = [source.subPath, argument.subPath].filter((part) => part).join("/");
  return { ...location, ...argument, ...(subPath ? { subPath } : {}) };
}
