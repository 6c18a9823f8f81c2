import { checkManifests } from "../manifest/check.js";
import { anyNeedsPaths, explain, type Explanation } from "../policy/explain.js";
import { lintPolicy } from "../policy/lint-policy.js";
import type { Dependencies } from "./dependencies.js";
import type { Occasion } from "./occasion.js";

/** What an occasion would start at its commit, without starting it. */
export async function explainOccasion({ github }: Dependencies, occasion: Occasion): Promise<Explanation[]> {
  const { manifests, problems } = checkManifests(
    await github.contents.manifests(occasion.reference, occasion.sha),
  );
  const paths = anyNeedsPaths(manifests, occasion.match.event);
  return explain(manifests, occasion.match, {
    problems: [...problems, ...lintPolicy(manifests)],
    changedFiles: paths ? await occasion.changedFiles() : undefined,
  });
}
