import type { Call, LifecycleHook, Template, TemplateRef, WorkflowSpec } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Path, Problem } from "../manifest/problem.js";
import { githubAuthorize } from "./github-authorize.js";
import { problemAt } from "./problem-at.js";
import { callsOf } from "./walk-templates.js";

/** A manifest whose templates call each other by bare names. */
export interface Scope {
  manifest: Manifest;
  specPath: Path;
  spec: WorkflowSpec;
}
/** Copies one template out of its manifest by the allow-list, reporting what it may not hold. */
export type PickTemplate = (scope: Scope, index: number) => Template;

/** What inlining needs of its caller. */
export interface Inliner {
  pickTemplate: PickTemplate;
  /** Of the spec; changed in place. */
  hooks: WorkflowSpec["hooks"];
  /** Whether a run may call this template of the cluster: `NAME`, or `cluster/NAME`. */
  mayCall: (name: string) => boolean;
  report: (problem: Problem) => void;
}

/** Where a template of the run stands in its manifest. */
export interface Origin {
  manifest: Manifest;
  path: Path;
}

interface Inlining extends Omit<Inliner, "hooks"> {
  root: Scope;
  library: readonly Manifest[];
  /** New names of inlined templates, by manifest and template name. */
  names: Map<string, string>;
  taken: Set<string>;
  queue: { scope: Scope; index: number; name: string }[];
}

/** Where the templates of a manifest stand. */
export function scopeOf(manifest: Manifest): Scope {
  const { object } = manifest;
  if (object.kind !== "CronWorkflow") return { manifest, specPath: ["spec"], spec: object.spec ?? {} };
  return { manifest, specPath: ["spec", "workflowSpec"], spec: object.spec?.workflowSpec ?? {} };
}

function templatesOf({ spec }: Scope): (Template | null | undefined)[] {
  return Array.isArray(spec.templates) ? spec.templates : [];
}

/** The one WorkflowTemplate of this name at the commit; otherwise says why not. */
export function findWorkflowTemplate(library: readonly Manifest[], name: string): Manifest | string {
  if (name.includes("{{")) return `the name \`${name}\` must be fixed, not chosen while the run goes on`;
  const found = library.filter((manifest) => manifest.kind === "WorkflowTemplate" && manifest.name === name);
  const [first, second] = found;
  if (first === undefined)
    return `there is no WorkflowTemplate \`${name}\` in this commit's .workflows folder`;
  if (second !== undefined)
    return `the WorkflowTemplate \`${name}\` is both in ${first.file} and in ${second.file}`;
  return first;
}

/**
 * The templates of a scope, and copies of all that they reach through `templateRef`, renamed to
 * `MANIFEST--TEMPLATE`; every call then names a template of the list, or one of the cluster that the run may call.
 * Each is copied once, so recursion ends. `origins` has an entry for each template.
 */
export function inlineTemplates(
  root: Scope,
  library: readonly Manifest[],
  { hooks, ...inliner }: Inliner,
): { templates: Template[]; origins: Origin[] } {
  const own = templatesOf(root).map((template) => String(template?.name ?? ""));
  const queue = own.map((name, index) => ({ scope: root, index, name }));
  const state: Inlining = {
    ...inliner,
    root,
    library,
    names: new Map(),
    taken: new Set(own),
    queue,
  };
  for (const [key, hook] of Object.entries(hooks ?? {}))
    rename(state, root, hook, [...root.specPath, "hooks", key]);
  const templates: Template[] = [];
  // The queue grows while it is walked.
  for (const { scope, index, name } of state.queue) {
    const template = state.pickTemplate(scope, index);
    renameCalls(state, scope, template, [...scope.specPath, "templates", index]);
    templates.push(name === "" ? template : { ...template, name });
  }
  const origins = state.queue.map(({ scope, index }): Origin => ({
    manifest: scope.manifest,
    path: [...scope.specPath, "templates", index],
  }));
  return { templates, origins };
}

function renameCalls(state: Inlining, scope: Scope, template: Template, path: Path): void {
  for (const { call, path: callPath } of callsOf(template)) {
    const at = [...path, ...callPath];
    rename(state, scope, call, at);
    if (call.onExit !== undefined) call.onExit = localName(state, scope, call.onExit, [...at, "onExit"]);
    for (const [key, hook] of Object.entries(call.hooks ?? {}))
      rename(state, scope, hook, [...at, "hooks", key]);
    if (call.inline !== undefined) renameCalls(state, scope, call.inline, [...at, "inline"]);
  }
}

function rename(state: Inlining, scope: Scope, reference: Call | LifecycleHook, path: Path): void {
  if (reference.templateRef !== undefined) {
    const { name = "", template = "" } = reference.templateRef;
    if (staysInCluster(state, scope, reference.templateRef, [...path, "templateRef"])) return;
    delete reference.templateRef;
    reference.template = foreignName(state, scope, name, template, [...path, "templateRef"]);
  } else if (reference.template !== undefined) {
    reference.template = localName(state, scope, reference.template, [...path, "template"]);
  }
}

/** True for a template of the cluster, which is not copied; one of the same commit comes first. */
function staysInCluster(
  state: Inlining,
  scope: Scope,
  { name = "", template = "", clusterScope }: TemplateRef,
  path: Path,
): boolean {
  const isCluster = clusterScope !== undefined && clusterScope !== null && clusterScope !== false;
  const key = isCluster ? `cluster/${name}` : name;
  const isFixed = !`${name}${template}`.includes("{{");
  if (isFixed && state.mayCall(key)) {
    const { manifest } = state.root;
    const isOwn = manifest.kind === "WorkflowTemplate" && manifest.name === name;
    return isCluster || (!isOwn && typeof findWorkflowTemplate(state.library, name) === "string");
  }
  if (!isCluster) return false;
  state.report(
    problemAt(scope.manifest, path, {
      rule: "template-not-given",
      message: `The cluster's template \`${name}\` is not one that this repository may call.`,
      hint: `An administrator of the server can add \`${key}\` to \`templates\` of this repository in its configuration.`,
    }),
  );
  return true;
}

function localName(state: Inlining, scope: Scope, name: string, path: Path): string {
  const index = templatesOf(scope).findIndex((template) => template?.name === name);
  if (index < 0) {
    const open = name === githubAuthorize || (scope === state.root && name.includes("{{"));
    if (!open)
      state.report(unresolved(scope, path, `there is no template \`${name}\` in ${scope.manifest.name}`));
    return name;
  }
  return scope === state.root ? name : copyName(state, scope, index, name);
}

function foreignName(state: Inlining, scope: Scope, manifest: string, name: string, path: Path): string {
  const rootManifest = state.root.manifest;
  const isRoot = rootManifest.kind === "WorkflowTemplate" && rootManifest.name === manifest;
  const found = isRoot ? rootManifest : findWorkflowTemplate(state.library, manifest);
  if (typeof found === "string") {
    const hint = `Add it to .workflows; or an administrator of the server adds \`${manifest}\` to \`templates\` of this repository in its configuration, when it is in the cluster.`;
    state.report({ ...unresolved(scope, path, found), hint });
    return name;
  }
  const target = isRoot ? state.root : found === scope.manifest ? scope : scopeOf(found);
  const index = templatesOf(target).findIndex((template) => template?.name === name);
  if (index < 0) {
    state.report(
      unresolved(scope, path, `there is no template \`${name}\` in the WorkflowTemplate \`${manifest}\``),
    );
    return name;
  }
  return isRoot ? name : copyName(state, target, index, name);
}

function copyName(state: Inlining, scope: Scope, index: number, name: string): string {
  const key = JSON.stringify([scope.manifest.name, name]);
  const known = state.names.get(key);
  if (known !== undefined) return known;
  const base = `${scope.manifest.name.replaceAll(".", "-")}--${name}`;
  let unique = base;
  for (let count = 2; state.taken.has(unique); count += 1) unique = `${base}-${count}`;
  state.taken.add(unique);
  state.names.set(key, unique);
  state.queue.push({ scope, index, name: unique });
  return unique;
}

function unresolved(scope: Scope, path: Path, message: string): Problem {
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return problemAt(scope.manifest, path, { rule: "template-not-found", message: `${sentence}.` });
}
