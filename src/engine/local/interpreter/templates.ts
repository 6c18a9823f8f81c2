import type { Call, NodeType, Outputs, Template, TemplateRef, WorkflowSpec } from "../../../manifest/argo.js";
import { CallError } from "./call-error.js";
import { mergePatch } from "./merge-patch.js";
import type { Place } from "./place.js";
import type { RunState } from "./run-state.js";

export interface ResolvedTemplate {
  template: Template;
  /** Where the names inside the template are looked up. */
  place: Place;
}

/** The place of the workflow's own templates. */
export function rootPlace(run: RunState): Place {
  return { scope: "local", name: run.name, templates: run.spec.templates ?? [] };
}

/** Finds the template of a call (inline over templateRef over name) with the defaults merged in. */
export function resolveTemplate(run: RunState, call: Call, place: Place): ResolvedTemplate {
  const found = findTemplate(run, call, place);
  const template = withDefaults(found.template, run.spec.templateDefaults);
  if (typeOf(template) === undefined) {
    throw new CallError(`template '${template.name ?? ""}' type is unknown`);
  }
  return { template, place: found.place };
}

function findTemplate(run: RunState, call: Call, place: Place): ResolvedTemplate {
  if (call.inline) return { template: call.inline, place };
  if (call.templateRef) return findReferenced(run, call.templateRef);
  const template = place.templates.find(({ name }) => name === call.template);
  if (!template) throw new CallError(`template ${call.template ?? ""} not found`);
  if (place.scope !== "local") store(run, `${place.scope}/${place.name}/${call.template}`, template);
  return { template, place };
}

function findReferenced(run: RunState, reference: TemplateRef): ResolvedTemplate {
  const name = reference.name ?? "";
  const owner = run.library.workflowTemplates[name];
  if (!owner) throw new CallError(`workflow template ${name} not found`);
  const templates = owner.spec.templates ?? [];
  const template = templates.find((candidate) => candidate.name === reference.template);
  if (!template) {
    throw new CallError(`template ${reference.template ?? ""} not found in workflow template ${name}`);
  }
  const scope = reference.clusterScope ? "cluster" : "namespaced";
  store(run, `${scope}/${name}/${reference.template}`, template);
  return { template, place: { scope, name, templates } };
}

/** Keeps a template from outside the workflow in its status, where readers of the run find it. */
function store(run: RunState, key: string, template: Template): void {
  const stored = (run.status.storedTemplates ??= {});
  if (stored[key]) return;
  stored[key] = structuredClone(template);
  run.touchWorkflow();
}

/** In the order in which a template is asked what it is. */
export const TEMPLATE_TYPES = [
  "steps",
  "dag",
  "container",
  "script",
  "containerSet",
  "data",
  "http",
  "suspend",
] as const;
export type TemplateType = (typeof TEMPLATE_TYPES)[number];

/** The kind of template, of the kinds that this interpreter knows. */
export function typeOf(template: Template): TemplateType | undefined {
  return TEMPLATE_TYPES.find((type) => template[type] !== undefined && template[type] !== null);
}

/** Whether the engine does the work of the template, as one piece. */
export function isLeafTemplate(template: Template): boolean {
  const type = typeOf(template);
  return type !== undefined && type !== "steps" && type !== "dag" && type !== "suspend";
}

/** The type of the node that stands for a call of the template, when it is not retried. */
export function nodeTypeOf(template: Template): NodeType {
  switch (typeOf(template)) {
    case "steps":
      return "Steps";
    case "dag":
      return "DAG";
    case "suspend":
      return "Suspend";
    default:
      return template["http"] === undefined ? "Pod" : "HTTP";
  }
}

/** Generic fields of the defaults, and the block of the template's own type; the template wins. */
function withDefaults(template: Template, defaults: Template | undefined): Template {
  if (!defaults) return template;
  const own = typeOf(template);
  const given = Object.entries(defaults).filter(
    ([field]) => field === own || !TEMPLATE_TYPES.some((type) => type === field),
  );
  return mergePatch(Object.fromEntries(given), template) as Template;
}

/** Merges the spec of a workflowTemplateRef under the workflow's own (workflow/util/merge.go). */
export function joinSpec(spec: WorkflowSpec, referenced: WorkflowSpec): WorkflowSpec {
  const { workflowTemplateRef: _, hooks, ...own } = spec;
  const { hooks: theirs, ...rest } = referenced;
  const joined = mergePatch(rest, own) as WorkflowSpec;
  return {
    ...joined,
    ...(hooks || theirs ? { hooks: { ...theirs, ...hooks } } : {}),
    templates: referenced.templates ?? [],
  };
}

/** The outputs that the template of a call declares; undefined when there is no such template. */
export function declaredOutputs(run: RunState, call: Call, place: Place): Outputs | undefined {
  try {
    return findTemplate(run, call, place).template.outputs;
  } catch (error) {
    if (error instanceof CallError) return undefined;
    throw error;
  }
}
