import type { Arguments, Call, Template } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";
import { callsOf, everyTemplate, referencesOf } from "./walk-templates.js";

/** Where a value that is followed through a workflow comes from. */
export interface TaintSource {
  /** Reference texts that stand for it everywhere, e.g. `workflow.parameters.github-head-ref`. */
  references: readonly string[];
  /** Output parameters by template name. */
  outputs: Readonly<Record<string, readonly string[]>>;
}

/** A template, and the references in it that stand for the followed value. */
export interface Tainted {
  template: Template;
  /** Path of the template from the list. */
  path: Path;
  references: ReadonlySet<string>;
}

/**
 * Follows a value through arguments, inputs, outputs, global outputs and loop items until nothing new is reached, and
 * answers with all templates that can see it. Errs to the side of seeing it.
 */
export function trace(templates: readonly Template[], source: TaintSource): Tainted[] {
  const all = everyTemplate(templates);
  const inputs = new Map<string, Set<string>>();
  const outputs = new Map(Object.entries(source.outputs).map(([name, names]) => [name, new Set(names)]));
  const globals = new Set(source.references);
  const scopes = new Map<Template, Set<string>>(all.map(({ template }) => [template, new Set<string>()]));
  const size = (): number =>
    globals.size +
    [inputs, outputs, scopes].reduce(
      (sum, map) => sum + [...map.values()].reduce((n, set) => n + set.size, 0),
      0,
    );

  let before = -1;
  while (before !== size()) {
    before = size();
    for (const { template } of all) {
      const scope = scopes.get(template) ?? new Set();
      for (const reference of globals) scope.add(reference);
      for (const name of inputs.get(template.name ?? "") ?? []) scope.add(`inputs.parameters.${name}`);
      addDefaults(template, scope);
      const prefix = template.dag === undefined ? "steps" : "tasks";
      for (const { call } of callsOf(template)) {
        addOutputs(call, prefix, outputs, scope);
        if (call.inline !== undefined) for (const reference of scope) scopes.get(call.inline)?.add(reference);
        passArguments(call, scope, inputs, scopes);
      }
      passOutputs(template, scope, outputs, globals);
    }
  }
  return all.flatMap(({ template, path }) => {
    const references = scopes.get(template) ?? new Set<string>();
    return references.size === 0 ? [] : [{ template, path, references }];
  });
}

/** True when a text, or any text inside a value, names one of the references. */
export function mentions(value: unknown, references: ReadonlySet<string>): boolean {
  if (value === undefined || references.size === 0) return false;
  const text = (typeof value === "string" ? value : JSON.stringify(value)).replaceAll(
    /\\?\[\s*\\?['"]([^'"\\]*)\\?['"]\s*\]/g,
    ".$1",
  );
  for (const reference of references) {
    if (namedIn(text, reference)) return true;
    // The whole list of parameters, as JSON, holds the value too.
    const list = /^(.*\.parameters)\.[^.]+$/.exec(reference)?.[1];
    if (list !== undefined && namedIn(text, list, /[\w.-]/)) return true;
  }
  return false;
}

function namedIn(text: string, reference: string, goesOn = /[\w-]/): boolean {
  for (let at = text.indexOf(reference); at >= 0; at = text.indexOf(reference, at + 1)) {
    if (!goesOn.test(text.charAt(at + reference.length)) && !/[\w.-]/.test(text.charAt(at - 1))) return true;
  }
  return false;
}

function addDefaults(template: Template, scope: Set<string>): void {
  for (const parameter of template.inputs?.parameters ?? []) {
    if (mentions([parameter.value, parameter.default], scope))
      scope.add(`inputs.parameters.${parameter.name}`);
  }
}

/** Outputs of what a call runs, as its neighbours name them. */
function addOutputs(call: Call, prefix: string, outputs: Map<string, Set<string>>, scope: Set<string>): void {
  const names = outputs.get(call.template ?? "") ?? [];
  for (const name of names) scope.add(`${prefix}.${call.name}.outputs.parameters.${name}`);
  for (const parameter of call.inline?.outputs?.parameters ?? []) {
    if (mentions(parameter.valueFrom, scope))
      scope.add(`${prefix}.${call.name}.outputs.parameters.${parameter.name}`);
  }
}

function passArguments(
  call: Call,
  scope: ReadonlySet<string>,
  inputs: Map<string, Set<string>>,
  scopes: Map<Template, Set<string>>,
): void {
  const looped = mentions([call.withItems, call.withParam, call.withSequence], scope);
  for (const reference of referencesOf(call)) {
    for (const name of taintedArguments(reference.arguments, scope, looped)) {
      add(inputs, reference.template ?? "", name);
      if (reference === call && call.inline !== undefined)
        scopes.get(call.inline)?.add(`inputs.parameters.${name}`);
    }
  }
}

function taintedArguments(
  given: Arguments | undefined,
  scope: ReadonlySet<string>,
  looped: boolean,
): string[] {
  return (given?.parameters ?? [])
    .filter(({ value, default: other, valueFrom }) => {
      const texts = [value, other, valueFrom];
      return mentions(texts, scope) || (looped && JSON.stringify(texts).includes("item"));
    })
    .map(({ name }) => name);
}

function passOutputs(
  template: Template,
  scope: ReadonlySet<string>,
  outputs: Map<string, Set<string>>,
  globals: Set<string>,
): void {
  for (const parameter of template.outputs?.parameters ?? []) {
    const known = outputs.get(template.name ?? "")?.has(parameter.name) === true;
    if (!known && !mentions([parameter.value, parameter.valueFrom], scope)) continue;
    add(outputs, template.name ?? "", parameter.name);
    if (parameter.globalName !== undefined)
      globals.add(`workflow.outputs.parameters.${parameter.globalName}`);
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key) ?? new Set<string>();
  set.add(value);
  map.set(key, set);
}
