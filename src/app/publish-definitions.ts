import { createHash } from "node:crypto";
import type { DefinitionRefusal, Definitions } from "../engine/engine.js";
import { checkManifests } from "../manifest/check.js";
import type { Manifest, ManifestFile } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import { compileDefinition, type Definition } from "../policy/compile-definition.js";
import { problemsOf } from "../policy/explain.js";
import { lintPolicy } from "../policy/lint-policy.js";
import { problemAt } from "../policy/problem-at.js";
import { renderProblems } from "../report/render-problems.js";
import type { RunFacts } from "../run/metadata.js";
import type { Dependencies } from "./dependencies.js";
import type { InstalledRepository, RepositoryRef } from "./ports.js";
import { excess } from "./start-runs.js";

/** The check on the default branch's head that says what could not be applied. */
const checkName = "sluice templates";
const mostMoves = 5;

type Published = Pick<InstalledRepository, "reference" | "repository">;

/**
 * Makes the WorkflowTemplates and CronWorkflows of the repository's namespace those of its default branch's head. Reads
 * the head again at the end: where it moved, all is done once more, so that the last writer writes the last state.
 */
export async function publishDefinitions(dependencies: Dependencies, published: Published): Promise<void> {
  const { definitions } = dependencies.engine;
  if (definitions === undefined) return;
  const { reference, repository } = published;
  const headNow = async () =>
    (await dependencies.github.contents.commit(reference, `heads/${repository.defaultBranch}`))?.sha;
  let head = await headNow();
  for (let moves = 0; moves < mostMoves; moves++) {
    if (head === undefined) await definitions.settle(repository.id, [], () => false);
    else await publishAt(dependencies, definitions, published, head);
    const now = await headNow();
    if (now === head) return;
    head = now;
  }
}

async function publishAt(
  dependencies: Dependencies,
  definitions: Definitions,
  published: Published,
  sha: string,
): Promise<void> {
  const { github, log } = dependencies;
  const files = await github.contents.manifests(published.reference, sha);
  const { slug, id } = published.repository;
  const tooMuch = excess(files);
  if (tooMuch !== undefined)
    return log.warn({ repository: slug, sha, reason: tooMuch }, "nothing is applied");
  const { wanted, broken, allRead, problems } = compileAll(dependencies, published, files, sha);
  const keep = (kind: string, name: string) => !allRead || broken.has(`${kind} ${name}`);
  const refused = await definitions.settle(
    id,
    wanted.map(({ definition }) => definition),
    keep,
  );
  const found = [...problems, ...refused.map((each) => problemOfRefused(each, wanted))];
  log.info({ repository: slug, sha, applied: wanted.length, problems: found.length }, "definitions");
  await report(dependencies, published.reference, sha, found);
}

interface Compiled {
  wanted: { manifest: Manifest; definition: Definition }[];
  /** `KIND NAME` of what has mistakes: what stands in the cluster stays until they are mended. */
  broken: Set<string>;
  /** False where a file holds who knows what: nothing is removed then. */
  allRead: boolean;
  problems: Problem[];
}

function compileAll(
  dependencies: Dependencies,
  { reference, repository }: Published,
  files: readonly ManifestFile[],
  sha: string,
): Compiled {
  const parsed = checkManifests(files);
  const lint = [...parsed.problems, ...lintPolicy(parsed.manifests)];
  const read = new Set(parsed.manifests.map(({ file }) => file));
  const isError = ({ severity }: Problem) => severity === "error";
  const compiled: Compiled = {
    wanted: [],
    broken: new Set(),
    allRead: !lint.some((each) => isError(each) && !read.has(each.position.file)),
    problems: [],
  };
  const policy = dependencies.policyOf(repository.slug);
  const namespace = policy.namespace ?? dependencies.namespace;
  const taken = new Map<string, Manifest>();
  for (const manifest of parsed.manifests.filter(({ kind }) => kind !== "Workflow")) {
    const key = `${manifest.kind} ${manifest.name}`;
    const other = taken.get(key);
    taken.set(key, other ?? manifest);
    if (problemsOf(manifest, parsed.manifests, lint).some(isError)) compiled.broken.add(key);
    else if (other !== undefined) compiled.problems.push(twice(manifest, other));
    else {
      const facts = factsOf(reference, repository, manifest, sha);
      const library = parsed.manifests.filter((each) => each !== manifest);
      const result = compileDefinition({ manifest, library, facts, namespace, name: "sluice", policy });
      if ("problems" in result) compiled.problems.push(...result.problems);
      else compiled.wanted.push({ manifest, definition: result.definition });
    }
  }
  return compiled;
}

function twice(manifest: Manifest, other: Manifest): Problem {
  const message = `The ${manifest.kind} \`${manifest.name}\` is in ${other.file} too; that one is applied.`;
  return problemAt(manifest, ["metadata", "name"], { rule: "duplicate-definition", message });
}

/** As for a run that somebody begins at the default branch's head. */
function factsOf(
  reference: RepositoryRef,
  repository: InstalledRepository["repository"],
  manifest: Manifest,
  sha: string,
): RunFacts {
  return {
    installationId: reference.installationId,
    repositoryId: repository.id,
    repository: repository.slug,
    manifest: manifest.name,
    manifestFile: manifest.file,
    checkName,
    title: manifest.name,
    event: "dispatch",
    headSha: sha,
    ref: `refs/heads/${repository.defaultBranch}`,
    actor: { id: 0, login: "" },
    attempt: 1,
    trigger: "definition",
    tokenPermissions: {},
    cloneUrl: repository.cloneUrl,
    htmlUrl: repository.htmlUrl,
  };
}

function problemOfRefused(
  { definition, path, message }: DefinitionRefusal,
  wanted: Compiled["wanted"],
): Problem {
  const found = wanted.find((each) => each.definition === definition) ?? wanted[0];
  if (found === undefined) throw new Error("a definition was refused that was not asked for");
  // Only own templates stand where the manifest has them; the nearest place that there is, otherwise.
  return problemAt(found.manifest, path, { rule: "refused-by-cluster", message });
}

/** Says what could not be applied; where an earlier look at this commit said something else, also that all is well. */
async function report(
  { github, clock }: Dependencies,
  reference: RepositoryRef,
  sha: string,
  problems: readonly Problem[],
): Promise<void> {
  const stored = await github.checkRuns.list(reference, sha, checkName);
  const newest = stored.toSorted((one, other) => other.id - one.id)[0];
  const hash = createHash("sha256").update(JSON.stringify(problems)).digest("hex").slice(0, 16);
  const externalId = `definitions/${hash}`;
  if (newest?.externalId === externalId || (newest === undefined && problems.length === 0)) return;
  const check = renderProblems({
    checkName,
    title: checkName,
    problems,
    externalId,
    headSha: sha,
    now: clock(),
  });
  const well = problems.length === 0 ? { conclusion: "success" as const } : {};
  await github.checkRuns.create(reference, sha, { ...check, ...well });
}
