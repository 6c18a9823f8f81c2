import type { Occasion as MatchOccasion } from "../policy/match.js";
import type {
  Actor,
  MergeGroupEvent,
  PullRequest,
  PushEvent,
  ReleaseEvent,
  Repository,
} from "../policy/event.js";
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
  /** The branch that the commit is to go into, where that is no pull request's. */
  baseRef?: string;
  /** What the commits came on top of, as a revision; absent with a pull request, or where nothing tells. */
  since?: string;
  /** Part of the run's name: the same occasion, delivered twice, must give the same text. */
  trigger: string;
  /** The commit that a writer called good to run, by `/ok-to-test`. */
  okToTest?: string;
  /** The comment with that command. */
  calledGoodBy?: number;
  /** The comment that asks for another attempt, or GitHub's id of the event. */
  retriedBy?: number | string;
  /** Parameters that a command sets. */
  arguments?: Record<string, string>;
  changedFiles(): Promise<string[] | undefined>;
}

export function referenceOf(event: { installationId: number; repository: Repository }): RepositoryRef {
  return { installationId: event.installationId, id: event.repository.id, slug: event.repository.slug };
}

const noCommit = /^0+$/;
const notAsked = () => Promise.resolve(undefined);

/** Undefined when the push can start nothing: a deleted ref, or a branch of GitHub's merge queue. */
export function occasionOfPush(dependencies: Dependencies, event: PushEvent): Occasion | undefined {
  if (event.deleted || noCommit.test(event.after)) return undefined;
  if (event.ref.startsWith("refs/heads/gh-readonly-queue/")) return undefined;
  const since = sinceOfPush(event);
  return {
    reference: referenceOf(event),
    repository: event.repository,
    actor: event.actor,
    ...(since === undefined ? {} : { since }),
    event: "push",
    sha: event.after,
    ref: event.ref,
    match: { event: "push", ref: event.ref, message: event.headMessage },
    trigger: `push:${event.ref}`,
    changedFiles: () => filesOfPush(dependencies, event),
  };
}

/** What is new on a new branch or tag is what the default branch does not hold. */
function sinceOfPush({ before, ref, repository }: PushEvent): string | undefined {
  if (!noCommit.test(before)) return before;
  return ref === `refs/heads/${repository.defaultBranch}` ? undefined : repository.defaultBranch;
}

/** The same with the commit that `since` names now: a branch moves, and what a run is of must not. */
export async function withFixedSince({ github }: Dependencies, occasion: Occasion): Promise<Occasion> {
  const { since, ...rest } = occasion;
  if (since === undefined || /^[0-9a-f]{40,64}$/.test(since)) return occasion;
  const commit = await github.contents.commit(occasion.reference, `heads/${since}`);
  return commit === undefined ? rest : { ...rest, since: commit.sha };
}

/** A new branch is compared with the default branch, as in GitHub Actions; where there is nothing before, all is new. */
async function filesOfPush(
  { github: { contents } }: Dependencies,
  { repository, before, after, ref, forced, ...event }: PushEvent,
): Promise<string[] | undefined> {
  const reference = referenceOf({ ...event, repository });
  if (noCommit.test(before)) {
    if (ref === `refs/heads/${repository.defaultBranch}`) return undefined;
    return contents.changedFiles(reference, repository.defaultBranch, after);
  }
  const files = await contents.changedFiles(reference, before, after);
  if (!forced || files === undefined) return files;
  // GitHub compares from the common ancestor; what a forced push took away is seen from the other side only.
  const gone = await contents.changedFiles(reference, after, before);
  return gone && [...new Set([...files, ...gone])];
}

const branchOf = (ref: string): string => ref.replace(/^refs\/heads\//, "");

export function occasionOfMergeGroup(event: MergeGroupEvent): Occasion {
  const baseRef = branchOf(event.baseRef);
  return {
    reference: referenceOf(event),
    repository: event.repository,
    actor: event.actor,
    event: "merge_group",
    sha: event.headSha,
    ref: event.headRef,
    match: { event: "merge_group", action: event.action, baseRef },
    baseRef,
    since: event.baseSha,
    trigger: `merge_group:${event.headRef}`,
    changedFiles: notAsked,
  };
}

/** `sha` is the tag's commit. */
export function occasionOfRelease(event: ReleaseEvent, sha: string): Occasion {
  const { action, tag, draft } = event;
  return {
    reference: referenceOf(event),
    repository: event.repository,
    actor: event.actor,
    event: "release",
    sha,
    ref: `refs/tags/${tag}`,
    match: { event: "release", action, tag, draft },
    since: event.repository.defaultBranch,
    trigger: `release:${event.releaseId}:${action}`,
    changedFiles: notAsked,
  };
}

/** `due` is when the schedule was due, in milliseconds since the epoch; `sha` is the default branch's head. */
export function occasionOfSchedule(
  { reference, repository }: { reference: RepositoryRef; repository: Repository },
  { cron, due, sha, actor, since }: { cron: string; due: number; sha: string; actor: Actor; since?: string },
): Occasion {
  return {
    reference,
    repository,
    actor,
    event: "schedule",
    sha,
    ref: `refs/heads/${repository.defaultBranch}`,
    match: { event: "schedule", cron },
    ...(since === undefined ? {} : { since }),
    trigger: `schedule:${new Date(due).toISOString()}`,
    changedFiles: notAsked,
  };
}

/** The pull request is as GitHub has it now; the event only says which and what was done. */
export function occasionOfPullRequest(
  dependencies: Dependencies,
  event: { installationId: number; repository: Repository; actor: Actor; action: string },
  pullRequest: PullRequest,
  message: string | undefined,
): Occasion {
  return {
    ...ofPullRequest(dependencies, event, pullRequest),
    event: "pull_request",
    match: matchOf(pullRequest, event.action, message),
    trigger: `pull_request:${pullRequest.number}:${pullRequest.baseRef}`,
  };
}

/** What triggers look at of a pull request; `message` is that of its head commit. */
export function matchOf(
  { baseRef, draft, labels }: PullRequest,
  action: string,
  message: string | undefined,
): MatchOccasion {
  return {
    event: "pull_request",
    action,
    baseRef,
    draft,
    labels,
    ...(message === undefined ? {} : { message }),
  };
}

/** `/run NAME`: one manifest at the pull request's head. */
export function occasionOfRun(
  dependencies: Dependencies,
  event: { installationId: number; repository: Repository; actor: Actor; commentId: number },
  pullRequest: PullRequest,
  name: string,
): Occasion {
  return {
    ...ofPullRequest(dependencies, event, pullRequest),
    event: "dispatch",
    match: { event: "dispatch", name },
    trigger: `comment:${event.commentId}`,
  };
}

export function occasionOfComment(
  dependencies: Dependencies,
  event: { installationId: number; repository: Repository; actor: Actor; commentId: number },
  pullRequest: PullRequest,
  command: string,
): Occasion {
  return {
    ...ofPullRequest(dependencies, event, pullRequest),
    event: "comment",
    match: { event: "comment", command, baseRef: pullRequest.baseRef },
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
