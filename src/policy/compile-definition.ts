import type { CronWorkflow, WorkflowSpec, WorkflowTemplate } from "../manifest/argo.js";
import type { Problem } from "../manifest/problem.js";
import { annotation, label, type RunFacts } from "../run/metadata.js";
import { compileSpec, type CompileInput } from "./compile.js";
import { labelValue, unreserved } from "./compile-metadata.js";
import { noPolicy, type RepositoryPolicy } from "./configuration.js";
import { findUnguarded } from "./dominance.js";
import { matchesFilter } from "./glob.js";
import { problemAt } from "./problem-at.js";
import { problemOfUnguarded } from "./unguarded-problem.js";

/** What stands in a cluster beside the runs: a template to call, or a schedule to see. */
export type Definition = WorkflowTemplate | CronWorkflow;

/** On a definition, as JSON (DefinitionSource): where it comes from. */
export const sourceAnnotation = "sluice.dev/source";
export interface DefinitionSource {
  repository: string;
  file: string;
  sha: string;
}

/**
 * Whether a repository may put a template of this name into the cluster. Names that the configuration lets runs call
 * are trusted: such a one stands in the cluster only where the configuration says who fills it.
 */
export function mayProvide(policy: RepositoryPolicy, name: string): boolean {
  return !isTrusted(policy, name) || matchesFilter(policy.provides, name);
}

function isTrusted({ reserved = [] }: RepositoryPolicy, name: string): boolean {
  return reserved.some((globs) => matchesFilter(globs, name));
}

/**
 * Makes what a WorkflowTemplate or CronWorkflow of the default branch is in the cluster: from scratch, over the same
 * border as a run. It holds no way to a token. A CronWorkflow is suspended, for it is Sluice that starts its runs:
 * Argo would start them without their token, their check and the rules of the server.
 */
export function compileDefinition(input: CompileInput): { definition: Definition } | { problems: Problem[] } {
  const { manifest, facts, namespace, name, policy = noPolicy } = input;
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const { own, spec, origins } = compileSpec(input, report);
  const asRun = withoutToken(spec, name);
  // Whoever may call the template can begin at any part of it.
  const begins =
    spec.entrypoint === undefined || isTrusted(policy, manifest.name)
      ? spec.templates.map((template) => template.name ?? "")
      : [spec.entrypoint];
  for (const entrypoint of begins)
    for (const found of findUnguarded({ ...asRun, entrypoint }, policy.protected))
      report(problemOfUnguarded(found, own, origins));
  if (!mayProvide(policy, manifest.name))
    report(
      problemAt(manifest, ["metadata", "name"], {
        rule: "name-reserved",
        message: `The server's configuration lets runs call a template named \`${manifest.name}\`, and does not say that this repository provides it.`,
        hint: "Give it another name; or an administrator adds the name to `provides` of this repository in the server's configuration.",
      }),
    );
  const errors = unique(problems.filter(({ severity }) => severity === "error"));
  if (errors.length > 0) return { problems: errors };
  const metadata = { name: manifest.object.metadata.name ?? "", namespace, ...metadataOf(input, facts) };
  return { definition: definitionOf(manifest.object, metadata, asRun) };
}

function definitionOf(
  object: CompileInput["manifest"]["object"],
  metadata: Definition["metadata"],
  spec: WorkflowSpec,
): Definition {
  const apiVersion = "argoproj.io/v1alpha1";
  if (object.kind !== "CronWorkflow") return { apiVersion, kind: "WorkflowTemplate", metadata, spec };
  const { schedules = [], schedule, timezone, concurrencyPolicy } = object.spec;
  const all = [...schedules, ...(typeof schedule === "string" ? [schedule] : [])];
  return {
    apiVersion,
    kind: "CronWorkflow",
    metadata,
    spec: {
      schedules: all.filter((each) => typeof each === "string"),
      ...(typeof timezone === "string" ? { timezone } : {}),
      ...(typeof concurrencyPolicy === "string" ? { concurrencyPolicy } : {}),
      suspend: true,
      workflowSpec: spec,
    },
  };
}

function metadataOf({ manifest }: CompileInput, facts: RunFacts) {
  const { labels, annotations } = manifest.object.metadata;
  const title = annotations?.[annotation.title];
  const source: DefinitionSource = {
    repository: facts.repository,
    file: facts.manifestFile,
    sha: facts.headSha,
  };
  return {
    labels: {
      ...unreserved(labels),
      [label.repositoryId]: String(facts.repositoryId),
      [label.manifest]: labelValue(facts.manifest),
    },
    annotations: {
      ...unreserved(annotations),
      ...(typeof title === "string" ? { [annotation.title]: title } : {}),
      [sourceAnnotation]: JSON.stringify(source),
    },
  };
}

/** The Secret of a run's token is its own: a git artifact of the definition is read as anybody may read it. */
function withoutToken(spec: WorkflowSpec, name: string): WorkflowSpec {
  const secret = `${name}-github`;
  const copy = structuredClone(spec);
  const strip = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const git = part as { passwordSecret?: { name?: unknown }; repo?: unknown };
    if (git.passwordSecret?.name === secret) {
      delete git.passwordSecret;
      if (typeof git.repo === "string") git.repo = git.repo.replace("://x-access-token@", "://");
    }
    for (const inner of Object.values(part)) strip(inner);
  };
  strip(copy);
  return copy;
}

/** One fault is found again from each beginning that leads to it. */
function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
