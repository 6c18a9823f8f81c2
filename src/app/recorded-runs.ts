import type { RunKey } from "../engine/engine.js";
import type { Dependencies } from "./dependencies.js";
import type { RepositoryRef } from "./ports.js";

/** Tells which runs of a commit there were, from their checks on GitHub: the engine may have forgotten them. */
export async function recordedRuns(
  { github }: Dependencies,
  reference: RepositoryRef,
  sha: string,
): Promise<(key: RunKey) => boolean> {
  const checks = await github.checkRuns.list(reference, sha);
  const recorded = new Set(checks.map(({ externalId }) => externalId.replace(/#\d+$/, "")));
  return ({ namespace, name }) => recorded.has(`${namespace}/${name}`);
}
