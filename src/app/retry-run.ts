import type { Actor, PullRequest, Repository } from "../policy/event.js";
import type { RunFacts } from "../run/metadata.js";
import { isFinished } from "../run/phases.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import type { Occasion } from "./occasion.js";
import type { RepositoryRef } from "./ports.js";
import { startRuns, type Started } from "./start-runs.js";

/** Who asks for something in which repository. */
export interface Asking {
  reference: RepositoryRef;
  repository: Repository;
  /** The comment in which it was asked for, or GitHub's id of the event; absent where the attempt itself says enough. */
  by?: number | string;
}

/**
 * The same manifest of the same commit once more, for whom it was first, with the same arguments; a doubled delivery
 * asks for the same attempt and changes nothing. Undefined when the run still goes on, or its pull request moved on.
 */
export async function retryRun(
  dependencies: Dependencies,
  asking: Asking,
  run: Run,
): Promise<Started | undefined> {
  const { reference } = asking;
  const { facts } = run;
  if (facts === undefined || !isFinished(run.phase)) return undefined;
  const pullRequest =
    facts.pullRequest && (await dependencies.github.pullRequests.get(reference, facts.pullRequest.number));
  if (pullRequest !== undefined && !isStillHead(pullRequest, facts)) return undefined;
  const [started] = await startRuns(dependencies, again(asking, facts, pullRequest), {
    only: (manifest) => manifest.name === facts.manifest && manifest.file === facts.manifestFile,
    attempt: facts.attempt + 1,
    regardlessOfTrigger: true,
  });
  return started;
}

function again(
  { reference, repository, by }: Asking,
  facts: RunFacts,
  pullRequest: PullRequest | undefined,
): Occasion {
  // The one who pushed stays the actor: asking for another attempt makes nobody else the author of the code.
  const actor: Actor = { type: "Unknown", ...facts.actor };
  return {
    reference,
    repository,
    actor,
    event: facts.event,
    sha: facts.headSha,
    ref: facts.ref,
    match: { event: "push", ref: facts.ref },
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(facts.baseRef === undefined ? {} : { baseRef: facts.baseRef }),
    ...(facts.since === undefined ? {} : { since: facts.since }),
    trigger: facts.trigger,
    // It ran already: of a fork, somebody has called this very commit good.
    okToTest: facts.headSha,
    ...(by === undefined ? {} : { retriedBy: by }),
    ...(facts.arguments === undefined ? {} : { arguments: facts.arguments }),
    changedFiles: () => Promise.resolve(undefined),
  };
}

function isStillHead(pullRequest: PullRequest, facts: RunFacts): boolean {
  return pullRequest.state === "open" && pullRequest.headSha === facts.headSha;
}
