import { readFileSync } from "node:fs";
import { positionOfRefused } from "../app/unsupported.js";
import { openClusterDryRun } from "../compose.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import { compile } from "../policy/compile.js";
import { compileDefinition } from "../policy/compile-definition.js";
import {
  configurationFor,
  ConfigurationError,
  parseConfiguration,
  RepositoryPolicy,
  type Configuration,
} from "../policy/configuration.js";
import { problemsOf } from "../policy/explain.js";
import { problemAt } from "../policy/problem-at.js";
import type { RunFacts } from "../run/metadata.js";
import { argoSettings } from "./settings.js";

export interface ClusterLintOptions {
  /** `owner/name`, by which the configuration says what a run may use; without it only the objects' form is asked for. */
  repository?: string;
  /** In place of the configuration's. */
  namespace?: string;
}

/** Anything may be named: only the form is to be looked at. */
const anything = RepositoryPolicy.parse({ serviceAccounts: ["**"], secrets: ["**"], templates: ["**"] });
const noCommit = "0".repeat(40);

/**
 * What the cluster of the configuration would refuse of manifests without errors of their own: each is compiled as for
 * a run, or as the template that stands in the cluster, and sent as a dry run.
 */
export async function lintOnCluster(
  manifests: readonly Manifest[],
  problems: readonly Problem[],
  options: ClusterLintOptions,
  path: string | undefined,
): Promise<Problem[]> {
  const configuration = readConfiguration(path);
  const dryRun = await openClusterDryRun(argoSettings(configuration.argo));
  try {
    const found: Problem[] = [];
    for (const manifest of manifests) {
      const library = manifests.filter((other) => other !== manifest);
      const own = problemsOf(manifest, [...manifests], [...problems]);
      if (own.some(({ severity }) => severity === "error")) continue;
      found.push(...(await ask((object) => dryRun.ask(object), manifest, library, configuration, options)));
    }
    return found;
  } finally {
    dryRun.close();
  }
}

async function ask(
  asked: Awaited<ReturnType<typeof openClusterDryRun>>["ask"],
  manifest: Manifest,
  library: readonly Manifest[],
  configuration: Configuration,
  { repository, namespace }: ClusterLintOptions,
): Promise<Problem[]> {
  const policy = repository === undefined ? anything : configurationFor(configuration, repository);
  const facts = factsOf(manifest, repository);
  const place = namespace ?? policy.namespace ?? configuration.namespace;
  const input = { manifest, library, facts, namespace: place, name: "sluice-lint", policy };
  const { object } = manifest;
  const spec = object.kind === "CronWorkflow" ? object.spec.workflowSpec : object.spec;
  const isLibrary = spec.entrypoint === undefined && spec.workflowTemplateRef === undefined;
  if (object.kind !== "Workflow") {
    const made = compileDefinition(input);
    if ("problems" in made) return made.problems;
    const refused = await asked(made.definition);
    if (refused.length > 0 || isLibrary)
      return refused.map(({ path, message }) =>
        problemAt(manifest, path, { rule: "refused-by-cluster", message }),
      );
  }
  const made = compile(input);
  if ("problems" in made) return made.problems;
  return (await asked(made.workflow)).map((part) => positionOfRefused(part, made.workflow, manifest));
}

function readConfiguration(path: string | undefined): Configuration {
  if (!path)
    throw new ConfigurationError(
      "--cluster needs SLUICE_CONFIG: a file that says `engine: argo`, and which cluster",
    );
  const configuration = parseConfiguration(readFileSync(path, "utf8"), path);
  if (configuration.engine === "argo") return configuration;
  throw new ConfigurationError(`--cluster needs a cluster: ${path} does not say \`engine: argo\``);
}

/** Of a run that nobody started. */
function factsOf(manifest: Manifest, repository = "owner/name"): RunFacts {
  return {
    installationId: 0,
    repositoryId: 0,
    repository,
    manifest: manifest.name,
    manifestFile: manifest.file,
    checkName: manifest.name,
    title: manifest.name,
    event: "push",
    headSha: noCommit,
    ref: "refs/heads/main",
    actor: { id: 0, login: "nobody" },
    attempt: 1,
    trigger: "lint",
    tokenPermissions: {},
    cloneUrl: `https://github.com/${repository}.git`,
    htmlUrl: `https://github.com/${repository}`,
  };
}
