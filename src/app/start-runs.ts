import { createHash } from "node:crypto";
import { checkManifests } from "../manifest/check.js";
import type { Manifest, ManifestFile } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import type { RunKey } from "../engine/engine.js";
import { compile } from "../policy/compile.js";
import type { RepositoryPolicy } from "../policy/configuration.js";
import { lintPolicy } from "../policy/lint-policy.js";
import { anyNeedsPaths, explainManifest, problemsOf } from "../policy/explain.js";
import { runName } from "../policy/run-name.js";
import { policyUnder } from "../policy/trust.js";
import { renderProblems } from "../report/render-problems.js";
import { renderRefused } from "../report/render-refused.js";
import { renderSkipped } from "../report/render-skipped.js";
import { readRun } from "../run/read-run.js";
import { crowdOf, trustOf } from "./admit-run.js";
import type { Dependencies } from "./dependencies.js";
import { ensureCheck } from "./ensure-check.js";
import type { Occasion } from "./occasion.js";
import { checkName, factsOf } from "./run-facts.js";
import { runsOfCommit } from "./runs-of.js";
import { positionOfUnsupported } from "./unsupported.js";

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
  /** Manifests that another event of the same commit starts. */
  leave?: (manifest: Manifest) => Promise<boolean>;
  attempt?: number;
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
  if (trust.level === "refused") return [await refuse(dependencies, occasion, trust.reason)];
  const files = await dependencies.github.contents.manifests(occasion.reference, occasion.sha);
  const tooMuch = excess(files);
  if (tooMuch !== undefined) return [await refuse(dependencies, occasion, tooMuch)];
  const parsed = checkManifests(files);
  const problems = [...parsed.problems, ...lintPolicy(parsed.manifests)];
  const results: Started[] = [];
  for (const manifest of parsed.manifests.filter(choice.only ?? (() => true))) {
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
    await reportProblems(dependencies, occasion, checkName(name, occasion), own);
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

/** What one commit may ask to be read; more is refused as a whole. */
const mostFiles = 200;
const mostCharacters = 4 * 1024 * 1024;

function excess(files: readonly ManifestFile[]): string | undefined {
  if (files.length > mostFiles)
    return `.workflows/ has ${files.length} manifest files; ${mostFiles} are the most.`;
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (size <= mostCharacters) return undefined;
  return `.workflows/ has ${size} characters of manifests; ${mostCharacters} are the most.`;
}

/** A check that says why nothing is run; of one manifest, or named `sluice` for the whole commit. */
async function refuse(
  dependencies: Dependencies,
  occasion: Occasion,
  reason: string,
  manifest = "sluice",
): Promise<Started> {
  const refused = {
    checkName: checkName(manifest, occasion),
    reason,
    externalId: `refused/${hash(reason)}`,
    now: dependencies.clock(),
  };
  await ensureCheck(dependencies.github, occasion.reference, occasion.sha, renderRefused(refused));
  const { slug } = occasion.repository;
  dependencies.log.info({ repository: slug, sha: occasion.sha, event: occasion.event, reason }, "refused");
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
      await reportSkipped(dependencies, occasion, name, reason);
      return done("skipped", reason);
    }
  }
  if (hasErrors(problems)) {
    await reportProblems(dependencies, occasion, name, problems);
    return done("problems", `${problems.length} problems`);
  }
  const trust = trustOf(occasion, dependencies);
  const policy = policyUnder(trust, dependencies.policyOf(occasion.repository.slug));
  return submit(dependencies, occasion, { manifest, all, name, policy, attempt: choice.attempt ?? 1 });
}

interface Submission {
  manifest: Manifest;
  all: Manifest[];
  name: string;
  policy: RepositoryPolicy;
  attempt: number;
}

async function submit(
  dependencies: Dependencies,
  occasion: Occasion,
  { manifest, all, name, policy, attempt }: Submission,
): Promise<Started> {
  const { engine } = dependencies;
  const namespace = policy.namespace ?? dependencies.namespace;
  const facts = factsOf(occasion, manifest, name, { policy, attempt });
  const workflowName = runName({
    repositoryId: occasion.repository.id,
    manifest: manifest.name,
    // A time is due once, whatever the head is when it is looked at.
    sha: occasion.event === "schedule" ? "" : occasion.sha,
    trigger: occasion.trigger,
    attempt,
  });
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
    await reportProblems(dependencies, occasion, name, problems);
    return { manifest: manifest.name, result: "problems", reason: `${problems.length} problems` };
  }
  const crowd = await crowdOf(dependencies, occasion, policy, workflowName);
  if (crowd !== undefined) return refuse(dependencies, occasion, crowd, manifest.name);
  const { created, workflow } = await engine.submit(compiled.workflow);
  if (!created && readRun(workflow).stopped?.reason === "superseded") {
    // The branch moved away from this commit and came back.
    return submit(dependencies, occasion, { manifest, all, name, policy, attempt: attempt + 1 });
  }
  const key = { namespace, name: workflowName };
  dependencies.wake(key);
  const reason = created ? `as ${workflowName}` : `${workflowName} was there already`;
  return { manifest: manifest.name, result: created ? "started" : "known", reason, key };
}

/** Not over a run of another event on this commit: its check has the same name, and would look passed. */
async function reportSkipped(
  { engine, github, clock }: Dependencies,
  { reference, repository, sha }: Occasion,
  name: string,
  reason: string,
): Promise<void> {
  const runs = await runsOfCommit(engine, repository.id, sha, { finished: true });
  if (runs.some(({ facts }) => facts?.checkName === name)) return;
  const skipped = { checkName: name, reason, externalId: `skipped/${hash(reason)}`, now: clock() };
  await ensureCheck(github, reference, sha, renderSkipped(skipped));
}

async function reportProblems(
  dependencies: Dependencies,
  occasion: Occasion,
  name: string,
  problems: Problem[],
): Promise<void> {
  const externalId = `problems/${hash(JSON.stringify(problems))}`;
  const now = dependencies.clock();
  const check = renderProblems({
    checkName: name,
    title: name,
    problems,
    externalId,
    headSha: occasion.sha,
    now,
  });
  await ensureCheck(dependencies.github, occasion.reference, occasion.sha, check);
}

function hasErrors(problems: Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}

function nameOfFile(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(/\.ya?ml$/i, "");
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
