import type { Manifest } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import { matchTrigger, needsPaths, type Occasion } from "./match.js";
import { parseTrigger } from "./trigger.js";

/** What an occasion means for one manifest, and why. `problems`: it would start, or cannot be read, and has errors. */
export interface Explanation {
  manifest: string;
  file: string;
  result: "run" | "skipped" | "problems" | "no";
  reason: string;
}

/** What is known about a commit besides the event. */
export interface Surroundings {
  /** All problems of all manifests. */
  problems: readonly Problem[];
  /** Undefined: not known, which counts as matching any path. */
  changedFiles: readonly string[] | undefined;
}

/** Says of every manifest of a commit whether the occasion starts it and why; the App decides by the same answer. */
export function explain(
  manifests: readonly Manifest[],
  occasion: Occasion,
  { problems, changedFiles }: Surroundings,
): Explanation[] {
  return manifests.map((manifest) =>
    explainManifest(manifest, occasion, {
      problems: problemsOf(manifest, manifests, problems),
      changedFiles,
    }),
  );
}

/** `problems` are this manifest's own. */
export function explainManifest(
  manifest: Manifest,
  occasion: Occasion,
  { problems, changedFiles }: Surroundings,
): Explanation {
  const answer = (result: Explanation["result"], reason: string): Explanation => ({
    manifest: manifest.name,
    file: manifest.file,
    result,
    reason,
  });
  if (occasion.event === "dispatch" && occasion.name !== manifest.name)
    return answer("no", `/run ${occasion.name} names another manifest`);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const faulty = answer("problems", `it has ${errors} problem${errors === 1 ? "" : "s"} to mend first`);
  const { trigger } = parseTrigger(manifest);
  if (trigger === undefined) return errors > 0 ? faulty : answer("no", notListening(manifest));
  const { result, reason } = matchTrigger(trigger, occasion, changedFiles);
  if (result === "run" && errors > 0) return faulty;
  return answer(result, reason);
}

/** True when the answer for some of these manifests depends on which files changed. */
export function anyNeedsPaths(manifests: readonly Manifest[], event: Occasion["event"]): boolean {
  return manifests.some((manifest) => needsPaths(parseTrigger(manifest).trigger, event));
}

/** Problems of a file with several documents go to the manifest whose lines they are on. */
export function problemsOf(
  manifest: Manifest,
  all: readonly Manifest[],
  problems: readonly Problem[],
): Problem[] {
  const sharing = all.filter(({ file }) => file === manifest.file);
  const first = (other: Manifest) => other.positionOf([]).line;
  return problems.filter((problem) => {
    if (problem.position.file !== manifest.file) return false;
    const owner = sharing.findLast((other) => first(other) <= problem.position.line) ?? sharing[0];
    return owner === manifest;
  });
}

function notListening({ kind }: Manifest): string {
  if (kind === "WorkflowTemplate") return "it has no trigger: it is a library for the other manifests";
  if (kind === "CronWorkflow") return "it has no schedule, or is suspended";
  return "it listens to no event";
}
