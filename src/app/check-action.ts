import { mayCommand } from "../policy/authorize.js";
import type { CheckRunEvent, PullRequest } from "../policy/event.js";
import type { RunFacts } from "../run/metadata.js";
import { isFinished } from "../run/phases.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { referenceOf, type Occasion } from "./occasion.js";
import { stopRun } from "./reconcile-run.js";
import { startRuns } from "./start-runs.js";

/** A button of a check, or GitHub's own "Re-run". Who may is asked of GitHub now, not of the payload. */
export async function actOnCheck(dependencies: Dependencies, event: CheckRunEvent): Promise<void> {
  const run = await runOfCheck(dependencies, event);
  if (run === undefined || run.facts === undefined) return;
  const { facts } = run;
  const permission = await dependencies.github.permissions.of(referenceOf(event), event.actor.login);
  const asked = event.action === "rerequested" ? "retry" : event.identifier;
  const told = { run: run.key.name, action: asked, actor: event.actor.login, permission };
  if (event.actor.type !== "User" || !mayCommand(permission)) {
    dependencies.log.info(told, "refused a check action");
    return;
  }
  dependencies.log.info(told, "check action");
  if (asked === "cancel") return stopRun(dependencies, run, { reason: "cancelled", by: event.actor.login });
  if (asked === "retry" && isFinished(run.phase)) await retry(dependencies, event, facts);
  dependencies.wake(run.key);
}

/** The external id is ours, but it came through a payload: the run must be of the repository that asks. */
async function runOfCheck(dependencies: Dependencies, event: CheckRunEvent): Promise<Run | undefined> {
  const match = /^([a-z0-9.-]+)\/([a-z0-9.-]+)#\d+$/.exec(event.externalId);
  if (match === null) return undefined;
  const workflow = await dependencies.engine.get({ namespace: match[1] ?? "", name: match[2] ?? "" });
  const run = workflow && readRun(workflow);
  return run?.facts?.repositoryId === event.repository.id ? run : undefined;
}

/** The same manifest of the same commit once more; a doubled delivery asks for the same attempt and changes nothing. */
async function retry(dependencies: Dependencies, event: CheckRunEvent, facts: RunFacts): Promise<void> {
  const reference = referenceOf(event);
  const pullRequest =
    facts.pullRequest && (await dependencies.github.pullRequests.get(reference, facts.pullRequest.number));
  if (pullRequest !== undefined && !isStillHead(pullRequest, facts)) return;
  const occasion: Occasion = {
    reference,
    repository: event.repository,
    actor: event.actor,
    event: facts.event,
    sha: facts.headSha,
    ref: facts.ref,
    match: { event: "push", ref: facts.ref },
    ...(pullRequest === undefined ? {} : { pullRequest }),
    trigger: facts.trigger,
    ...(facts.arguments === undefined ? {} : { arguments: facts.arguments }),
    changedFiles: () => Promise.resolve(undefined),
  };
  await startRuns(dependencies, occasion, {
    only: (manifest) => manifest.name === facts.manifest && manifest.file === facts.manifestFile,
    attempt: facts.attempt + 1,
    regardlessOfTrigger: true,
  });
}

function isStillHead(pullRequest: PullRequest, facts: RunFacts): boolean {
  return pullRequest.state === "open" && pullRequest.headSha === facts.headSha;
}
