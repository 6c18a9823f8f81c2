import type { Parameter, Template, Workflow, WorkflowSpec } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Path, Problem } from "../manifest/problem.js";
import type { RunFacts } from "../run/metadata.js";
import { settleGitArtifacts } from "./compile-artifacts.js";
import { noPolicy, type RepositoryPolicy } from "./configuration.js";
import { specShape, templateShape, type Shape } from "./compile-fields.js";
import { completeScripts } from "./complete-scripts.js";
import { runMetadata } from "./compile-metadata.js";
import { bindParameters } from "./compile-parameters.js";
import { addGithubAuthorize } from "./compile-token.js";
import {
  findWorkflowTemplate,
  inlineTemplates,
  scopeOf,
  type Origin,
  type Scope,
} from "./inline-templates.js";
import { explainUnpicked, mayUseOf } from "./explain-unpicked.js";
import { findUnguarded } from "./dominance.js";
import { matchesFilter } from "./glob.js";
import { pick } from "./pick-fields.js";
import { problemAt } from "./problem-at.js";
import { problemOfUnguarded } from "./unguarded-problem.js";

export interface CompileInput {
  manifest: Manifest;
  /** The other manifests of the commit. */
  library: readonly Manifest[];
  facts: RunFacts;
  namespace: string;
  /** From `runName`. */
  name: string;
  /** From the comment; declared parameters only. */
  arguments?: Record<string, string>;
  /** What the run may use; by default no more than its token. */
  policy?: RepositoryPolicy;
}

/**
 * Makes the Workflow object of a run from scratch: what the allow-list names of the manifest and of the templates it
 * reaches, the facts of the run and the way to its token. A field that is not allowed is an error at its line;
 * one that only the server may set is left out with a warning.
 */
export function compile(
  input: CompileInput,
): { workflow: Workflow; warnings: Problem[] } | { problems: Problem[] } {
  const { manifest, facts, namespace, name, policy = noPolicy } = input;
  const problems: Problem[] = [];
  const { own, spec, origins } = compileSpec(input, (problem) => void problems.push(problem));
  if (spec.entrypoint === undefined)
    problems.push(
      problemAt(manifest, own.specPath, { rule: "entrypoint", message: "The workflow names no entrypoint." }),
    );
  if (problems.some(({ severity }) => severity === "error")) return { problems };
  const workflow: Workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name, namespace, ...runMetadata(manifest, facts) },
    spec,
  };
  const unguarded = findUnguarded(workflow.spec, policy.protected).map((found) =>
    problemOfUnguarded(found, own, origins),
  );
  if (unguarded.length > 0) return { problems: [...problems, ...unguarded] };
  return { workflow: addGithubAuthorize(workflow), warnings: problems };
}

/** A manifest's spec as far as the border lets it, with copies of all templates that it reaches and its parameters. */
export function compileSpec(
  input: CompileInput,
  report: (problem: Problem) => void,
): { own: Scope; spec: WorkflowSpec & { templates: Template[] }; origins: Origin[] } {
  const own = scopeOf(input.manifest);
  const base = baseScope(own, input.library, report);
  const specOf = (scope: Scope) =>
    copyPart<WorkflowSpec>(input, scope, withoutTemplates(scope.spec), specShape, scope.specPath, report);
  const spec = specOf(own);
  delete spec.workflowTemplateRef;
  if (base !== own) inherit(spec, specOf(base));
  const policy = input.policy ?? noPolicy;
  const { templates, origins } = inlineTemplates(base, input.library, {
    pickTemplate: (scope, index) => {
      const path = [...scope.specPath, "templates", index];
      return copyPart<Template>(input, scope, scope.spec.templates?.[index], templateShape, path, report);
    },
    hooks: spec.hooks,
    mayCall: (name) => matchesFilter(policy.templates, name),
    report,
  });
  const { parameters, faults } = bindParameters(spec, input.facts, input.arguments ?? {});
  const argumentsPath = [...own.specPath, "arguments"];
  for (const message of faults)
    report(problemAt(input.manifest, argumentsPath, { rule: "argument", message }));
  const limited = withPolicy(spec, policy);
  return { own, spec: { ...limited, arguments: { ...spec.arguments, parameters }, templates }, origins };
}

/** Where the run's templates come from: the manifest, or the WorkflowTemplate that its `workflowTemplateRef` names. */
function baseScope(own: Scope, library: readonly Manifest[], report: (problem: Problem) => void): Scope {
  const reference = own.spec.workflowTemplateRef;
  if (reference === undefined || reference === null) return own;
  const path = [...own.specPath, "workflowTemplateRef"];
  const fault = (message: string): Scope => {
    report(problemAt(own.manifest, path, { rule: "template-not-found", message }));
    return own;
  };
  if (own.spec.templates !== undefined)
    return fault("A workflow with `workflowTemplateRef` cannot have templates of its own.");
  const found = findWorkflowTemplate(library, String(reference.name));
  if (typeof found === "string") return fault(`${found.charAt(0).toUpperCase()}${found.slice(1)}.`);
  const base = scopeOf(found);
  if (base.spec.workflowTemplateRef === undefined) return base;
  return fault(`The WorkflowTemplate \`${found.name}\` refers to another one itself.`);
}

/** The service account of steps that name none, and the deadline: the manifest may set an earlier one. */
function withPolicy(spec: WorkflowSpec, { serviceAccount, limits }: RepositoryPolicy): WorkflowSpec {
  const account = spec.serviceAccountName ?? serviceAccount;
  const most = limits.deadlineSeconds;
  const own = spec.activeDeadlineSeconds;
  const isEarlier = typeof own === "number" && own > 0 && own <= (most ?? Infinity);
  return {
    ...spec,
    ...(account === undefined ? {} : { serviceAccountName: account }),
    ...(most === undefined || isEarlier ? {} : { activeDeadlineSeconds: most }),
  };
}

function withoutTemplates(spec: WorkflowSpec): WorkflowSpec {
  const { templates: _templates, ...rest } = spec;
  return rest;
}

/** Adds to a spec what it does not say itself; parameters and artifacts are merged by name. */
function inherit(spec: WorkflowSpec, inherited: WorkflowSpec): void {
  const missing = <T extends { name: string }>(mine: T[] = [], theirs: T[] = []): T[] => [
    ...theirs.filter((theirOne) => !mine.some((one) => one.name === theirOne.name)),
    ...mine,
  ];
  const parameters = missing<Parameter>(spec.arguments?.parameters, inherited.arguments?.parameters);
  const artifacts = missing(spec.arguments?.artifacts, inherited.arguments?.artifacts);
  Object.assign(spec, {
    ...inherited,
    ...spec,
    arguments: { parameters, ...(artifacts.length > 0 ? { artifacts } : {}) },
  });
}

/** A copy of a spec or template by its shape, git artifacts completed. The shape is what makes the cast true. */
function copyPart<T>(
  input: CompileInput,
  scope: Scope,
  part: unknown,
  shape: Shape,
  path: Path,
  report: (problem: Problem) => void,
): T {
  const mayUse = mayUseOf(input.policy ?? noPolicy);
  const copy = pick(part, shape, path, (unpicked) => report(explainUnpicked(scope, unpicked)), mayUse);
  completeScripts(copy);
  settleGitArtifacts(copy, path, input, (at, message) => {
    report(problemAt(scope.manifest, at, { rule: "git-artifact", message }));
  });
  return (copy ?? {}) as T;
}
