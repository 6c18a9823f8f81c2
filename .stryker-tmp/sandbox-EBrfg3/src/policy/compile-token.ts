import type { Container, EnvVar, Template, Workflow } from "../manifest/argo.js";
import {
  githubAuthorize,
  githubAuthorizeTemplate,
  githubToken,
  tokenKey,
  tokenSecret,
  tokenVariable,
} from "./github-authorize.js";
import { trace, type Tainted } from "./taint.js";
import { callsOf, everyTemplate, referencesOf } from "./walk-templates.js";

/**
 * Adds the template `github-authorize` where it is called and not defined, and puts the variable with the token first
 * in the environment of each container that its output can reach: a later variable may then refer to it. The
 * argument is not changed.
 */
export function addGithubAuthorize(workflow: Workflow): Workflow {
  const templates = workflow.spec.templates ?? [];
  if (!callsAuthorize(templates, workflow.spec)) return workflow;
  const changed = structuredClone(workflow);
  const all = changed.spec.templates ?? [];
  for (const { template } of receiversOf(all)) {
    for (const container of [template.container, template.script]) {
      if (container !== undefined) putToken(container, changed.metadata.name ?? "");
    }
  }
  changed.spec.templates = [...all, githubAuthorizeTemplate()];
  return changed;
}

/** True when a container or a git artifact of the workflow reads the run's Secret. */
export function needsToken(workflow: Workflow): boolean {
  const secret = tokenSecret(workflow.metadata.name ?? "");
  const containers = everyTemplate(workflow.spec.templates ?? []).flatMap(({ template }) => [
    template.container,
    template.script,
  ]);
  const reads = (container: Container | undefined): boolean =>
    container?.env?.some(({ valueFrom }) => valueFrom?.secretKeyRef?.name === secret) === true;
  return containers.some(reads) || readsGitWith(secret, workflow.spec);
}

/** The templates that can see the token's text, when `github-authorize` is Sluice's own. */
export function receiversOf(templates: readonly Template[]): Tainted[] {
  if (templates.some(({ name }) => name === githubAuthorize)) return [];
  const output = { template: githubAuthorize, name: githubToken };
  return trace(templates, { output }).filter(({ template, takes, sees }) => {
    const body = [template.container, template.script];
    return body.some((container) => container !== undefined) && (takes || sees(body));
  });
}

function callsAuthorize(templates: readonly Template[], spec: Workflow["spec"]): boolean {
  if (templates.some(({ name }) => name === githubAuthorize)) return false;
  const references = everyTemplate(templates)
    .flatMap(({ template }) => callsOf(template))
    .flatMap(({ call }) => [call.onExit, ...referencesOf(call).map(({ template }) => template)]);
  const hooks = Object.values(spec.hooks ?? {}).map(({ template }) => template);
  return [...references, ...hooks, spec.entrypoint, spec.onExit].includes(githubAuthorize);
}

function putToken(container: Container, workflowName: string): void {
  const token: EnvVar = {
    name: tokenVariable,
    valueFrom: { secretKeyRef: { name: tokenSecret(workflowName), key: tokenKey } },
  };
  container.env = [token, ...(container.env ?? []).filter(({ name }) => name !== tokenVariable)];
}

function readsGitWith(secret: string, part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  const { passwordSecret } = part as { passwordSecret?: { name?: unknown } };
  if (passwordSecret?.name === secret) return true;
  return Object.values(part).some((inner) => readsGitWith(secret, inner));
}
