import { changes } from "./diff.js";
import { commits, fetchFrom, isAncestor, mergeBase, updateRef } from "./git.js";
import { announcePullRequest, announcePush, nothing } from "./payloads.js";
import type { Account } from "./account.js";
import { nextId, timestamp, type Activity, type PullRequest, type Repository, type State } from "./state.js";

/** A ref that moved; forty zeros where it was created or deleted. */
export interface Push {
  ref: string;
  before: string;
  after: string;
}

/** What follows a push: the events, and the pull requests of the branch move along. */
export async function settlePush(
  state: State,
  repository: Repository,
  sender: Account,
  push: Push,
): Promise<void> {
  repository.pushedAt = timestamp(state);
  const type = await activityType(repository, push);
  const id = nextId(state);
  repository.activities.push({
    id,
    type,
    ref: push.ref,
    before: push.before,
    after: push.after,
    actor: sender,
    at: repository.pushedAt,
  });
  await announcePush(state, repository, sender, push);
  const branch = /^refs\/heads\/(.+)$/.exec(push.ref)?.[1];
  const pulls = state.repositories.flatMap((each) => each.pulls);
  for (const pull of pulls.filter(({ headRepository }) => headRepository === repository)) {
    if (pull.state !== "open" || pull.headRef !== branch) continue;
    if (push.after === nothing) closePull(state, pull, sender);
    else await movePull(state, pull, sender, push);
  }
}

async function activityType(repository: Repository, { before, after }: Push): Promise<Activity["type"]> {
  if (before === nothing) return "branch_creation";
  if (after === nothing) return "branch_deletion";
  if (repository.pulls.some(({ mergeCommitSha }) => mergeCommitSha === after)) return "pr_merge";
  return (await isAncestor(repository.git, before, after)) ? "push" : "force_push";
}

async function movePull(state: State, pull: PullRequest, sender: Account, push: Push): Promise<void> {
  pull.updatedAt = timestamp(state);
  await setHead(pull, push.after);
  announcePullRequest(state, pull, sender, "synchronize", { before: push.before, after: push.after });
}

/** Points the pull request, `refs/pull/NUMBER/head` too, at a commit. */
export async function setHead(pull: PullRequest, sha: string): Promise<void> {
  const { git } = pull.repository;
  if (pull.headRepository !== pull.repository) await fetchFrom(git, pull.headRepository.git, sha);
  pull.headSha = sha;
  await updateRef(git, `refs/pull/${pull.number}/head`, sha);
  const base = await baseOf(pull);
  const files = await changes(git, base, sha);
  pull.counts = {
    commits: (await commits(git, base, sha)).length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  };
}

/** The commit that the pull request's changes are measured from. */
export async function baseOf(pull: PullRequest): Promise<string> {
  return (await mergeBase(pull.repository.git, pull.baseSha, pull.headSha)) ?? pull.baseSha;
}

export function closePull(state: State, pull: PullRequest, sender: Account): void {
  pull.state = "closed";
  pull.closedAt = timestamp(state);
  pull.updatedAt = pull.closedAt;
  announcePullRequest(state, pull, sender, "closed");
}
