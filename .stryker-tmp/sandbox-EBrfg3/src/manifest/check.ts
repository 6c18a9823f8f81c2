import { lintManifests } from "./lint/lint.js";
import { LIMITS } from "./limits.js";
import type { ManifestFile, Parsed } from "./manifest.js";
import { parseManifests } from "./parse.js";
import type { Problem } from "./problem.js";

/**
 * Parses and lints all manifest files of a commit. Problems are sorted by file and position, at most 200 per file.
 * A document that cannot be read is left out of `manifests`.
 */
export function checkManifests(files: readonly ManifestFile[]): Parsed {
  const parsed = files.map(parseManifests);
  const manifests = parsed.flatMap((each) => each.manifests);
  const problems = [...parsed.flatMap((each) => each.problems), ...lintManifests(manifests)];
  return { manifests, problems: limited(problems.sort(byPosition)) };
}

export { checkManifests as lintFiles };

function byPosition(one: Problem, other: Problem): number {
  const [here, there] = [one.position, other.position];
  if (here.file !== there.file) return here.file < there.file ? -1 : 1;
  return here.line - there.line || here.column - there.column;
}

/** Errors come before others when there are too many. */
function limited(problems: readonly Problem[]): Problem[] {
  const counts = new Map<string, number>();
  const kept = new Set<Problem>();
  for (const problem of problems.toSorted((one, other) => RANKS[one.severity] - RANKS[other.severity])) {
    const count = (counts.get(problem.position.file) ?? 0) + 1;
    counts.set(problem.position.file, count);
    if (count <= LIMITS.problems) kept.add(problem);
  }
  return problems.filter((problem) => kept.has(problem));
}

const RANKS = { error: 0, warning: 1, notice: 2 } as const;
