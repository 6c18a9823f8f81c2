import type { Call, Inputs, LifecycleHook, Template, TemplateRef, WorkflowSpec } from "../argo.js";
import { LIMITS } from "../limits.js";
import type { Manifest } from "../manifest.js";
import type { Path, Problem } from "../problem.js";
import { isLost, problemAt, spanIn } from "../source.js";
import type { Fault } from "../source.js";

/** A template of a manifest: one of `spec.templates`, or written inline in a step or task (`outer` has the call). */
export interface TemplateAt {
  template: Template;
  path: Path;
  outer?: TemplateAt;
}

/** A place that calls a template: step, task, hook, entrypoint or exit handler. */
export interface CallAt {
  what: "step" | "task" | "hook" | "onExit" | "entrypoint";
  call: Pick<Call, "template" | "templateRef" | "inline" | "arguments">;
  path: Path;
  /** Where the name of the called template stands. */
  namePath: Path;
  /** The template that holds the call; none for those of the spec. */
  owner?: TemplateAt;
}

/** A step or a task, with the index of its step group. */
export interface NamedCall {
  what: "step" | "task";
  call: Call;
  path: Path;
  group: number;
}

/** A manifest prepared for linting: its spec, its templates and calls, and a place to report to. */
export interface Scene {
  manifest: Manifest;
  spec: WorkflowSpec;
  specPath: Path;
  templates: TemplateAt[];
  calls: CallAt[];
  /** All WorkflowTemplates of the commit. */
  library: ReadonlyMap<string, Manifest>;
  /** Whether something at or below a path was reported as unreadable: its absence is no second fault. */
  isLost: (path: Path, levels?: number) => boolean;
  report: (fault: Fault, path: Path, options?: Parameters<typeof spanIn>[2]) => void;
}

/** A template that Sluice supplies, and the parameters that every run has: they need no definition. */
export const AUTHORIZE = "github-authorize";
export const SUPPLIED_PARAMETER = /^github-/;

/** Texts with tags are known only when the workflow runs. */
export function isDynamic(text: string): boolean {
  return text.includes("{{");
}

export function sceneOf(
  manifest: Manifest,
  library: ReadonlyMap<string, Manifest>,
  problems: Problem[],
): Scene {
  const specPath = manifest.kind === "CronWorkflow" ? ["spec", "workflowSpec"] : ["spec"];
  const spec = specOf(manifest);
  const templates = (spec.templates ?? []).flatMap((template, index) =>
    withInline({ template, path: [...specPath, "templates", index] }),
  );
  return {
    manifest,
    spec,
    specPath,
    templates,
    calls: [...specCalls(spec, specPath), ...templates.flatMap(callsOf)],
    library,
    isLost: (path, levels) => isLost(manifest, path, levels),
    report: limitedReport(manifest, problems),
  };
}

/** Stops at the limit, for each severity by itself: positions cost time. */
function limitedReport(manifest: Manifest, problems: Problem[]): Scene["report"] {
  const counts = new Map<Fault["severity"], number>();
  return (fault, path, options) => {
    const count = (counts.get(fault.severity) ?? 0) + 1;
    counts.set(fault.severity, count);
    if (count <= LIMITS.problems) problems.push(problemAt(fault, spanIn(manifest, path, options)));
  };
}

export function specOf(manifest: Manifest): WorkflowSpec {
  const { object } = manifest;
  return object.kind === "CronWorkflow" ? object.spec.workflowSpec : object.spec;
}

/** The steps or tasks of a template, in order. */
export function namedCalls(at: TemplateAt): NamedCall[] {
  const steps = (at.template.steps ?? []).flatMap((group, index) =>
    group.map((call, place): NamedCall => ({
      what: "step",
      call,
      path: [...at.path, "steps", index, place],
      group: index,
    })),
  );
  const tasks = (at.template.dag?.tasks ?? []).map((call, index): NamedCall => ({
    what: "task",
    call,
    path: [...at.path, "dag", "tasks", index],
    group: 0,
  }));
  return [...steps, ...tasks];
}

function withInline(at: TemplateAt): TemplateAt[] {
  const inline = namedCalls(at).flatMap(({ call, path }) =>
    call.inline === undefined
      ? []
      : withInline({ template: call.inline, path: [...path, "inline"], outer: at }),
  );
  return [at, ...inline];
}

function specCalls(spec: WorkflowSpec, path: Path): CallAt[] {
  const calls: CallAt[] = [];
  if (spec.entrypoint !== undefined)
    calls.push(namedTemplate("entrypoint", spec.entrypoint, [...path, "entrypoint"]));
  if (spec.onExit !== undefined) calls.push(namedTemplate("onExit", spec.onExit, [...path, "onExit"]));
  return [...calls, ...hookCalls(spec.hooks, path)];
}

function callsOf(owner: TemplateAt): CallAt[] {
  return namedCalls(owner).flatMap(({ what, call, path }) => {
    const calls: CallAt[] = [{ what, call, path, namePath: namePathOf(call, path), owner }];
    if (call.onExit !== undefined)
      calls.push({ ...namedTemplate("onExit", call.onExit, [...path, "onExit"]), owner });
    return [...calls, ...hookCalls(call.hooks, path).map((hook) => ({ ...hook, owner }))];
  });
}

function hookCalls(hooks: Record<string, LifecycleHook> | undefined, path: Path): CallAt[] {
  return Object.entries(hooks ?? {}).map(([name, call]) => {
    const hookPath = [...path, "hooks", name];
    return { what: "hook", call, path: hookPath, namePath: namePathOf(call, hookPath) };
  });
}

function namedTemplate(what: CallAt["what"], template: string, path: Path): CallAt {
  return { what, call: { template }, path, namePath: path };
}

function namePathOf(call: { template?: string; templateRef?: TemplateRef }, path: Path): Path {
  return call.templateRef === undefined ? [...path, "template"] : [...path, "templateRef", "template"];
}

/** The template that a call reaches, when that is known from the manifests of the commit. */
export function calledTemplate(scene: Scene, { call }: Pick<CallAt, "call">): Template | undefined {
  if (call.inline !== undefined) return call.inline;
  const { templateRef } = call;
  if (templateRef === undefined) return templateNamed(scene.spec, call.template);
  if (templateRef.clusterScope === true || templateRef.name === undefined) return undefined;
  const library = scene.library.get(templateRef.name);
  return library === undefined ? undefined : templateNamed(specOf(library), templateRef.template);
}

/** Whether a call reaches the template that Sluice supplies. */
export function isAuthorize(scene: Scene, { call }: Pick<CallAt, "call">): boolean {
  return call.template === AUTHORIZE && templateNamed(scene.spec, AUTHORIZE) === undefined;
}

const byName = new WeakMap<WorkflowSpec, Map<string | undefined, Template>>();

export function templateNamed(spec: WorkflowSpec, name: string | undefined): Template | undefined {
  if (name === undefined) return undefined;
  const known = byName.get(spec) ?? new Map(spec.templates?.map((template) => [template.name, template]));
  byName.set(spec, known);
  return known.get(name);
}

/** Inputs of a template by kind, by name. */
export function inputNames(inputs: Inputs | undefined): { parameters: Set<string>; artifacts: Set<string> } {
  return {
    parameters: new Set((inputs?.parameters ?? []).map(({ name }) => name)),
    artifacts: new Set((inputs?.artifacts ?? []).map(({ name }) => name)),
  };
}

/** What a wrong type left empty; it was reported already. */
export function isBlank(value: object): boolean {
  return Object.keys(value).length === 0;
}

export function error(rule: string, message: string, hint?: string): Fault {
  return { severity: "error", rule, message, ...(hint === undefined ? {} : { hint }) };
}

export function warning(rule: string, message: string, hint?: string): Fault {
  return { ...error(rule, message, hint), severity: "warning" };
}
