import { checkManifests } from "../manifest/check.js";
import type { Workflow } from "../manifest/argo.js";
import type { Manifest, ManifestFile } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import {
  EngineError,
  type Engine,
  type RunKey,
  type Submission as EngineSubmission,
  type Unsupported,
} from "../engine/engine.js";
import { compile } from "../policy/compile.js";
import type { RepositoryPolicy } from "../policy/configuration.js";
import { lintPolicy } from "../policy/lint-policy.js";
import { anyNeedsPaths, explainManifest, problemsOf } from "../policy/explain.js";
import { runName } from "../policy/run-name.js";
import { policyUnder } from "../policy/trust.js";
import { annotation } from "../run/metadata.js";
import { earlierRuns, trustOf } from "./admit-run.js";
import { attemptAnew } from "./attempt-anew.js";
import type { Dependencies } from "./dependencies.js";
import { placeOf } from "./line-of-runs.js";
import { withFixedSince, type Occasion } from "./occasion.js";
import { checkName, factsOf } from "./run-facts.js";
import { commitCheck, reportProblems, reportRefusal, reportSkipped } from "./report-unstarted.js";
import { positionOfRefused, positionOfUnsupported } from "./unsupported.js";

/** What became of each manifest of a commit. */
export interface Started {
  manifest: string;
  result: "started" | "known" | "problems" | "refused" | "skipped" | "no";
  reason: string;
  key?: RunKey;
}

/** Which manifests an occasion concerns; by default all. */
export interface Choice {
  only?: (manifest: Manifest) => boolean;
  /** Only what reports under this name; its report is told from earlier ones by `again`. */
  check?: { name: string; again: string };
  /** Manifests that another event of the same commit starts. */
  leave?: (manifest: Manifest) => Promise<boolean>;
  attempt?: number;
  /** Runs that GitHub knows from their checks: they were, though the engine may have forgotten them. */
  isRecorded?: (key: RunKey) => boolean;
  /** Start the chosen manifests whatever their trigger says: a person asked for this very run again. */
  regardlessOfTrigger?: boolean;
}

/** Reads the manifests at the occasion's commit and starts those that listen. Idempotent by the run's name. */
export async function startRuns(
  dependencies: Dependencies,
  occasion: Occasion,
  choice: Choice = {},
): Promise<Started[]> {
  const trust = trustOf(occasion, dependencies);
  // Before anything of a stranger's is read: neither its size nor its own filters may decide what happens here.
  if (trust.level === "refused") {
    const earlier = await earlierRuns(dependencies, occasion);
    if (earlier === "none") return [await refuse(dependencies, occasion, choice, trust.reason)];
    if (earlier === "standing") {
      const reason = "this commit has been let run";
      return [{ manifest: commitCheck, result: "known", reason }];
    }
    // Nothing else of it starts: what it was called good for is what ran.
    const only: Choice["only"] = (each) => earlier.givenUp.has(each.name) && choice.only?.(each) !== false;
    return startRuns(dependencies, { ...occasion, okToTest: occasion.sha }, { ...choice, only });
  }
  const files = await dependencies.github.contents.manifests(occasion.reference, occasion.sha);
  const tooMuch = excess(files);
  if (tooMuch !== undefined) return [await refuse(dependencies, occasion, choice, tooMuch)];
  const parsed = checkManifests(files);
  const problems = [...parsed.problems, ...lintPolicy(parsed.manifests)];
  const results: Started[] = [];
  const isAsked = askedFor(occasion, choice, parsed.manifests);
  for (const manifest of parsed.manifests.filter(
    (each) => isAsked(each.name) && choice.only?.(each) !== false,
  )) {
    const own = problemsOf(manifest, parsed.manifests, problems);
    if ((await choice.leave?.(manifest)) === true) {
      results.push({
        manifest: manifest.name,
        result: "no",
        reason: "the pull request's own run stands for it",
      });
      continue;
    }
    results.push(await startOne(dependencies, occasion, choice, manifest, parsed.manifests, own));
  }
  const read = new Set(parsed.manifests.map(({ file }) => file));
  for (const { path } of choice.only === undefined ? files : []) {
    const own = problems.filter(({ position, severity }) => position.file === path && severity === "error");
    if (read.has(path) || own.length === 0) continue;
    const name = nameOfFile(path);
    if (!isAsked(name)) continue;
    await reportProblems(dependencies, occasion, choice, checkName(name, occasion), own);
    results.push({ manifest: name, result: "problems", reason: `${own.length} problems` });
  }
  for (const { key: _key, ...facts } of results) {
    dependencies.log.info(
      { repository: occasion.repository.slug, sha: occasion.sha, event: occasion.event, ...facts },
      "manifest",
    );
  }
  return results;
}

/** A check of the whole commit stands for all manifests, unless one of them has its name. */
function askedFor(occasion: Occasion, { check }: Choice, manifests: readonly Manifest[]) {
  const isOwn = (name: string) => checkName(name, occasion) === check?.name;
  const ofCommit = isOwn(commitCheck) && !manifests.some(({ name }) => isOwn(name));
  return (name: string): boolean => check === undefined || ofCommit || isOwn(name);
}

/** What one commit may ask to be read; more is refused as a whole. */
const mostFiles = 200;
const mostCharacters = 1024 * 1024;

/** Why the manifests of a commit are too many or too long to be read; undefined when they are not. */
export function excess(files: readonly ManifestFile[]): string | undefined {
  if (files.length > mostFiles)
    return `.workflows/ has ${files.length} manifest files; ${mostFiles} are the most.`;
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (size <= mostCharacters) return undefined;
  return `.workflows/ has ${size} characters of manifests; ${mostCharacters} are the most.`;
}

async function refuse(
  dependencies: Dependencies,
  occasion: Occasion,
  choice: Choice,
  reason: string,
  manifest = commitCheck,
): Promise<Started> {
  await reportRefusal(dependencies, occasion, choice, checkName(manifest, occasion), reason);
  return { manifest, result: "refused", reason };
}

async function startOne(
  dependencies: Dependencies,
  occasion: Occasion,
  choice: Choice,
  manifest: Manifest,
  all: Manifest[],
  problems: Problem[],
): Promise<Started> {
  const done = (result: Started["result"], reason: string) => ({ manifest: manifest.name, result, reason });
  const name = checkName(manifest.name, occasion);
  if (choice.regardlessOfTrigger !== true) {
    const paths = anyNeedsPaths([manifest], occasion.match.event);
    const changedFiles = paths ? await occasion.changedFiles() : undefined;
    const { result, reason } = explainManifest(manifest, occasion.match, { problems, changedFiles });
    if (result === "no") return done("no", reason);
    if (result === "skipped") {
      await reportSkipped(dependencies, occasion, choice, name, reason);
      return done("skipped", reason);
    }
  }
  if (hasErrors(problems)) {
    await reportProblems(dependencies, occasion, choice, name, problems);
    return done("problems", `${problems.length} problems`);
  }
  const trust = trustOf(occasion, dependencies);
  const policy = policyUnder(trust, dependencies.policyOf(occasion.repository.slug));
  return submit(dependencies, occasion, {
    manifest,
    all,
    name,
    policy,
    choice,
    attempt: choice.attempt ?? 1,
    isRecorded: choice.isRecorded ?? (() => false),
  });
}

interface Submission {
  manifest: Manifest;
  all: Manifest[];
  name: string;
  policy: RepositoryPolicy;
  choice: Choice;
  attempt: number;
  isRecorded: (key: RunKey) => boolean;
}

async function submit(
  dependencies: Dependencies,
  occasion: Occasion,
  submission: Submission,
): Promise<Started> {
  const { manifest, all, name, policy, choice, attempt } = submission;
  const { engine } = dependencies;
  const namespace = policy.namespace ?? dependencies.namespace;
  const fixed = await withFixedSince(dependencies, occasion);
  const facts = factsOf(fixed, manifest, name, { policy, attempt });
  const keyOf = (number: number): RunKey => ({ namespace, name: nameOf(occasion, manifest, number) });
  const key = keyOf(attempt);
  const workflowName = key.name;
  const startAnew = async (): Promise<Started | undefined> => {
    const anew = await attemptAnew(dependencies, occasion, choice, keyOf);
    return anew === undefined ? undefined : submit(dependencies, occasion, { ...submission, attempt: anew });
  };
  if (submission.isRecorded(key)) {
    const known = { result: "known", reason: `${workflowName} has a check already` } as const;
    return (await startAnew()) ?? { manifest: manifest.name, ...known };
  }
  const library = all.filter((other) => other !== manifest);
  const given = occasion.arguments === undefined ? {} : { arguments: occasion.arguments };
  const compiled = compile({ manifest, library, facts, namespace, name: workflowName, policy, ...given });
  const problems =
    "problems" in compiled
      ? compiled.problems
      : engine
          .supports(compiled.workflow)
          .map((part) => positionOfUnsupported(part, compiled.workflow, manifest));
  if ("problems" in compiled || problems.length > 0) {
    await reportProblems(dependencies, occasion, choice, name, problems);
    return { manifest: manifest.name, result: "problems", reason: `${problems.length} problems` };
  }
  const place = await placeOf(dependencies, occasion.repository.id, policy, key);
  if (place.place === "refused") return refuse(dependencies, occasion, choice, place.reason, manifest.name);
  const inPlace = place.place === "line" ? held(compiled.workflow, place.queued) : compiled.workflow;
  const submitted = await submitOrRefusal(engine, inPlace);
  if ("refused" in submitted) {
    const refused = submitted.refused.map((part) => positionOfRefused(part, compiled.workflow, manifest));
    await reportProblems(dependencies, occasion, choice, name, refused);
    return { manifest: manifest.name, result: "problems", reason: `${refused.length} problems` };
  }
  const { created } = submitted;
  const anew = created ? undefined : await startAnew();
  if (anew !== undefined) return anew;
  dependencies.wake(key);
  const reason = created ? `as ${workflowName}` : `${workflowName} was there already`;
  return { manifest: manifest.name, result: created ? "started" : "known", reason, key };
}

function nameOf(occasion: Occasion, manifest: Manifest, attempt: number): string {
  return runName({
    repositoryId: occasion.repository.id,
    manifest: manifest.name,
    // A time is due once, whatever the head is when it is looked at.
    sha: occasion.event === "schedule" ? "" : occasion.sha,
    trigger: occasion.trigger,
    attempt,
  });
}

/** It begins when it is its turn. */
function held(workflow: Workflow, queued: string): Workflow {
  const { metadata, spec } = workflow;
  const annotations = { ...metadata.annotations, [annotation.queued]: queued };
  return { ...workflow, metadata: { ...metadata, annotations }, spec: { ...spec, suspend: true } };
}

/** An object that the engine will never take is the manifest's, or the set-up's, to mend: its check says so. */
async function submitOrRefusal(
  engine: Engine,
  workflow: Workflow,
): Promise<EngineSubmission | { refused: readonly Unsupported[] }> {
  try {
    return await engine.submit(workflow);
  } catch (error) {
    if (error instanceof EngineError && error.refused !== undefined) return { refused: error.refused };
    throw error;
  }
}

function hasErrors(problems: Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}

function nameOfFile(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(/\.ya?ml$/i, "");
}
