import type { RunKey } from "../engine/engine.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { GitHubError } from "./ports.js";

const tries = 8;

/**
 * Writes one annotation of a run from what the run is, whoever else writes at the same time; durable on return. `change`
 * gives undefined where there is nothing to write. Does nothing when the run is gone.
 */
export async function amendRun(
  { engine }: Dependencies,
  key: RunKey,
  name: string,
  change: (run: Run) => string | undefined,
): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const workflow = await engine.get(key);
    if (workflow === undefined) return;
    const text = change(readRun(workflow));
    if (text === undefined) return;
    const before = workflow.metadata.annotations?.[name] ?? null;
    if ((await engine.annotate(key, { [name]: text }, { [name]: before })) === "done") return;
  }
  throw new GitHubError(`failed to write ${name} on ${key.name}: others write all the time`, {
    retryable: true,
  });
}
