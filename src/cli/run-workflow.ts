import { randomBytes } from "node:crypto";
import type { Library } from "../engine/local/local-engine.js";
import type { Artifact, Parameter, Workflow, WorkflowSpec } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";
import { addGithubAuthorize } from "../policy/compile-token.js";

/** A fault of the command line or the file: one sentence for the user. */
export class RunFault extends Error {
  override readonly name = "RunFault";
}

export interface Runnable {
  manifest: Manifest;
  workflow: Workflow;
  library: Library;
}

/** Makes the Workflow that a file stands for, as if it was submitted with these parameters. Throws a RunFault. */
export function runnableOf(
  manifests: readonly Manifest[],
  library: Library,
  options: { parameters: readonly string[]; entrypoint?: string; repository?: string },
): Runnable {
  const manifest = manifests.find(({ kind }) => kind === "Workflow") ?? manifests[0];
  if (!manifest) throw new RunFault("the file holds no Workflow, WorkflowTemplate or CronWorkflow");
  const workflow = workflowOf(manifest);
  if (options.entrypoint !== undefined) workflow.spec.entrypoint = options.entrypoint;
  const declared = declaredParameters(workflow.spec, library);
  for (const text of options.parameters) setParameter(workflow.spec, declared, text);
  addGithubParameters(workflow.spec, declared);
  if (options.repository !== undefined) addRepository(workflow.spec, options.repository);
  return { manifest, workflow: addGithubAuthorize(workflow), library };
}

function workflowOf({ object, name }: Manifest): Workflow {
  const { kind, metadata } = object;
  const cron = kind === "CronWorkflow" ? object.spec.workflowMetadata : undefined;
  const { labels, annotations } = cron ?? metadata;
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: {
      name: metadata.name ?? `${name}-${randomBytes(3).toString("hex").slice(0, 5)}`,
      namespace: metadata.namespace ?? "default",
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    spec: structuredClone(kind === "CronWorkflow" ? object.spec.workflowSpec : object.spec),
  };
}

/** The workflow's own parameters, and those of the WorkflowTemplate that it runs. */
function declaredParameters(spec: WorkflowSpec, library: Library): Parameter[] {
  const base = library.workflowTemplates[spec.workflowTemplateRef?.name ?? ""]?.spec;
  const own = spec.arguments?.parameters ?? [];
  const inherited = base?.arguments?.parameters ?? [];
  const templates = (base ?? spec).templates ?? [];
  // Argo gives the entrypoint the workflow's arguments, also those that only it declares.
  const entry = templates.find(({ name }) => name === spec.entrypoint)?.inputs?.parameters ?? [];
  const known = new Map([...entry, ...inherited, ...own].map((parameter) => [parameter.name, parameter]));
  return [...known.values()];
}

const githubParameter = /^github-[a-z-]+$/;

function setParameter(spec: WorkflowSpec, declared: readonly Parameter[], text: string): void {
  const equals = text.indexOf("=");
  if (equals < 1) throw new RunFault(`-p ${text}: write name=value`);
  const name = text.slice(0, equals);
  const value = text.slice(equals + 1);
  const parameter = declared.find((each) => each.name === name);
  if (!parameter && !githubParameter.test(name)) {
    const names = declared.map((each) => each.name).join(", ");
    throw new RunFault(`-p ${text}: there is no parameter "${name}"; declared are: ${names || "none"}`);
  }
  const choices = parameter?.enum?.map(String);
  if (choices && !choices.includes(value))
    throw new RunFault(`-p ${text}: allowed are ${choices.join(", ")}`);
  const { valueFrom: _valueFrom, ...rest } = parameter ?? { name };
  replaceParameter(spec, { ...rest, value });
}

/** What the App would set is empty here, unless -p says it. */
function addGithubParameters(spec: WorkflowSpec, declared: readonly Parameter[]): void {
  const references = /workflow\.parameters(?:\.|\[\\?['"])(github-[a-z-]+)/g;
  const named = [...JSON.stringify(spec).matchAll(references)].map((match) => match[1] ?? "");
  for (const name of new Set([...named, ...declared.map((each) => each.name).filter(isGithub)])) {
    const parameter = (spec.arguments?.parameters ?? declared).find((each) => each.name === name);
    const has = parameter?.value ?? parameter?.default ?? parameter?.valueFrom;
    if (has === undefined) replaceParameter(spec, { ...parameter, name, value: "" });
  }
}

function isGithub(name: string): boolean {
  return githubParameter.test(name);
}

function replaceParameter(spec: WorkflowSpec, parameter: Parameter): void {
  const others = (spec.arguments?.parameters ?? []).filter(({ name }) => name !== parameter.name);
  spec.arguments = { ...spec.arguments, parameters: [...others, parameter] };
}

/** What the App would do: a git artifact without `repo` is the repository of the manifest, here that on disk. */
function addRepository(part: unknown, repository: string): void {
  if (typeof part !== "object" || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (key === "artifacts" && Array.isArray(value)) {
      for (const { git } of value as Artifact[]) if (git && !git.repo) git.repo = repository;
    }
    addRepository(value, repository);
  }
}
