import type { Parameter, WorkflowSpec } from "../manifest/argo.js";
import type { RunFacts } from "../run/metadata.js";

/** The `github-*` workflow parameters of a run. All are always there; what does not apply is empty. */
export function githubParameters(facts: RunFacts): Record<string, string> {
  const { pullRequest } = facts;
  return {
    "github-repository": facts.repository,
    "github-sha": facts.headSha,
    "github-ref": facts.ref,
    "github-ref-name": facts.ref.replace(/^refs\/(heads|tags|pull)\//, ""),
    "github-head-ref": pullRequest?.headRef ?? "",
    "github-base-ref": pullRequest?.baseRef ?? "",
    "github-event-name": facts.event,
    "github-actor": facts.actor.login,
    "github-pull-request": pullRequest === undefined ? "" : String(pullRequest.number),
    "github-run-attempt": String(facts.attempt),
    "github-clone-url": facts.cloneUrl,
  };
}

/**
 * The spec's parameters with those of the comment and of GitHub set; the latter win over anything of their name.
 * Answers with faults: an argument that is not declared or not in its enum, and texts by strangers that a later
 * substitution would take for a tag, or a container's environment for a variable (`$(SLUICE_GITHUB_TOKEN)`).
 */
export function bindParameters(
  spec: WorkflowSpec,
  facts: RunFacts,
  given: Record<string, string>,
): { parameters: Parameter[]; faults: string[] } {
  const fromGithub = githubParameters(facts);
  const declared = (spec.arguments?.parameters ?? []).filter(({ name }) => !Object.hasOwn(fromGithub, name));
  const faults = [
    ...Object.entries(given).flatMap(([name, value]) => givenFault(declared, name, value)),
    ...Object.entries(fromGithub)
      .filter(([, value]) => isLive(value))
      .map(([name]) => liveFault(name)),
  ];
  const bound = declared.map((parameter): Parameter => {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : undefined;
    if (value === undefined) return parameter;
    const { valueFrom: _valueFrom, ...rest } = parameter;
    return { ...rest, value };
  });
  const github = Object.entries(fromGithub).map(([name, value]): Parameter => ({ name, value }));
  return { parameters: [...bound, ...github], faults };
}

function givenFault(declared: Parameter[], name: string, value: string): string[] {
  const parameter = declared.find((candidate) => candidate.name === name);
  if (parameter === undefined)
    return [`The comment sets \`${name}\`, which the workflow does not declare as a parameter.`];
  if (isLive(value)) return [liveFault(name)];
  if (parameter.enum === undefined || parameter.enum.map(String).includes(value)) return [];
  return [`The comment sets \`${name}\` to a value that is not in its enum (${parameter.enum.join(", ")}).`];
}

function isLive(value: string): boolean {
  return value.includes("{{") || value.includes("$(");
}

function liveFault(name: string): string {
  return `The value of \`${name}\` holds \`{{\` or \`$(\`, which a run could take for something to replace.`;
}
