import type { Engine } from "../engine/engine.js";
import { label } from "../run/metadata.js";
import { readRun, type Run } from "../run/read-run.js";

/** The runs of a pull request; the unfinished ones unless all are asked for; as outlines, without their steps. */
export async function runsOfPullRequest(
  engine: Engine,
  repositoryId: number,
  number: number,
  { finished = false, outline = false } = {},
): Promise<Run[]> {
  const labels = { [label.repositoryId]: String(repositoryId), [label.pullRequest]: String(number) };
  const workflows = await engine.list({ labels, outline, ...(finished ? {} : { unfinished: true }) });
  return workflows.map(readRun);
}

/** The runs of a commit; the unfinished ones unless all are asked for. */
export async function runsOfCommit(
  engine: Engine,
  repositoryId: number,
  sha: string,
  { finished = false } = {},
): Promise<Run[]> {
  const labels = { [label.repositoryId]: String(repositoryId), [label.sha]: sha };
  const workflows = await engine.list({ labels, ...(finished ? {} : { unfinished: true }) });
  return workflows.map(readRun);
}

/** The unfinished runs of a manifest that its schedule has started. */
export async function scheduledRuns(engine: Engine, repositoryId: number, manifest: string): Promise<Run[]> {
  const workflows = await engine.list({
    labels: { [label.repositoryId]: String(repositoryId) },
    unfinished: true,
  });
  return workflows
    .map(readRun)
    .filter(({ facts }) => facts?.event === "schedule" && facts.manifest === manifest);
}
