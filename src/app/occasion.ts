import type { Occasion as MatchOccasion } from "../policy/match.js";
import type { Actor, PullRequest, PullRequestEvent, PushEvent, Repository } from "../policy/event.js";
import type { RunFacts } from "../run/metadata.js";
import type { Dependencies } from "./dependencies.js";
import type { RepositoryRef } from "./ports.js";

/** One event at one commit that may start runs: the facts that all its manifests share. */
export interface Occasion {
  reference: RepositoryRef;
  repository: Repository;
  actor: Actor;
  event: RunFacts["event"];
  sha: string;
  ref: string;
  match: MatchOccasion;
  pullRequest?: PullRequest;
  /** Part of the run's name: the same occasion, delivered twice, must give the same text. */
  trigger: string;
  changedFiles(): Promise<string[] | undefined>;
  /** Parameters that a comment sets. */
  arguments?: Record<string, string>;
}

export function referenceOf(event: { installationId: number; repository: Repository }): RepositoryRef {
  return { installationId: event.installationId, id: event.repository.id, slug: event.repository.slug };
}

const noCommit = /^0+$/;

/** Undefined when the push can start nothing: a deleted ref, or a branch of GitHub's merge queue. */
export function occasionOfPush(dependencies: Dependencies, event: PushEvent): Occasion | undefined {
  if (event.deleted || noCommit.test(event.after)) return undefined;
  if (event.ref.startsWith("refs/heads/gh-readonly-queue/")) return undefined;
  const reference = referenceOf(event);
  return {
    reference,
    repository: event.repository,
    actor: event.actor,
    event: "push",
    sha: event.after,
    ref: event.ref,
    match: { event: "push", ref: event.ref },
    trigger: `push:${event.ref}`,
    // A new branch has nothing to compare with but the default branch, as GitHub Actions does.
    changedFiles: () => {
      const base = noCommit.test(event.before) ? event.repository.defaultBranch : event.before;
      return dependencies.github.contents.changedFiles(reference, base, event.after);
    },
  };
}

/** The pull request is as GitHub has it now; the event only says which and what was done. */
export function occasionOfPullRequest(
  dependencies: Dependencies,
  event: PullRequestEvent,
  pullRequest: PullRequest,
): Occasion {
  return {
    ...ofPullRequest(dependencies, event, pullRequest),
    event: "pull_request",
    match: { event: "pull_request", action: event.action, baseRef: pullRequest.baseRef },
    trigger: `pull_request:${pullRequest.number}:${pullRequest.baseRef}`,
  };
}

export function occasionOfComment(
  dependencies: Dependencies,
  event: { installationId: number; repository: Repository; actor: Actor; commentId: number },
  pullRequest: PullRequest,
  command: { name: string; arguments: Record<string, string> },
): Occasion {
  return {
    ...ofPullRequest(dependencies, event, pullRequest),
    event: "comment",
    match: { event: "comment", command: command.name, baseRef: pullRequest.baseRef },
    arguments: command.arguments,
    trigger: `comment:${event.commentId}`,
  };
}

function ofPullRequest(
  dependencies: Dependencies,
  event: { installationId: number; repository: Repository; actor: Actor },
  pullRequest: PullRequest,
) {
  const reference = referenceOf(event);
  return {
    reference,
    repository: event.repository,
    actor: event.actor,
    sha: pullRequest.headSha,
    ref: `refs/heads/${pullRequest.headRef}`,
    pullRequest,
    changedFiles: () => dependencies.github.pullRequests.files(reference, pullRequest.number),
  };
}
