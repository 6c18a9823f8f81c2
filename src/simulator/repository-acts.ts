import { createFork } from "./create.js";
import { commitTree, commits, git, mergeTree, resolve, updateRef } from "./git.js";
import { announce, announcePullRequest, nothing } from "./payloads.js";
import { settlePush } from "./pushes.js";
import { renderHookCheckRun } from "./resources/check-run.js";
import { emailOf } from "./resources/commit.js";
import { renderLabel } from "./resources/pull-request.js";
import { renderRelease } from "./resources/release.js";
import type { Account } from "./account.js";
import { findPull, HttpRefusal, timestamp, type Repository, type Role, type State } from "./state.js";

/** What somebody can do to a repository's refs, labels, releases and merge queue. */
export interface RepositoryActs {
  /** Points a full ref (`refs/heads/x`, `refs/tags/v1`) at a commit, new or by force; null deletes it. */
  pushRef(repository: string, ref: string, sha: string | null): Promise<void>;
  label(repository: string, number: number, label: string): Promise<void>;
  markReady(repository: string, number: number): Promise<void>;
  /** Gives the slug of a fork that is one's own; the App is not installed there. */
  fork(repository: string): Promise<string>;
  /** Publishes a release of an existing tag. */
  publishRelease(repository: string, tag: string): Promise<{ id: number }>;
  /** Puts the pull request into the merge queue; gives the commit of its merge group and the queue's own branch. */
  queueMerge(repository: string, number: number): Promise<{ sha: string; ref: string }>;
  /** Takes the pull request out of the queue again: its merge group and the queue's branch are gone. */
  leaveMergeQueue(repository: string, number: number): Promise<void>;
  /** "Re-run all checks" of a commit. */
  rerequestChecks(repository: string, sha: string): Promise<void>;
  /** Nobody is told; GitHub's event of it is not one that the App acts on. */
  editComment(repository: string, number: number, commentId: number, body: string): Promise<void>;
}

export function repositoryActs(
  state: State,
  person: Account,
  enter: (slug: string, least: Role) => Repository,
): RepositoryActs {
  return {
    async pushRef(slug, ref, sha) {
      const repository = enter(slug, "write");
      const before = (await resolve(repository.git, ref)) ?? nothing;
      if (sha === null) await git(repository.git, ["update-ref", "-d", ref]);
      else await updateRef(repository.git, ref, sha);
      await settlePush(state, repository, person, { ref, before, after: sha ?? nothing });
    },
    async label(slug, number, label) {
      const pull = findPull(enter(slug, "triage"), number);
      pull.labels = [...new Set([...pull.labels, label])];
      announcePullRequest(state, pull, person, "labeled", { label: renderLabel(state, pull, label) });
    },
    async markReady(slug, number) {
      const pull = findPull(enter(slug, "write"), number);
      pull.draft = false;
      announcePullRequest(state, pull, person, "ready_for_review");
    },
    fork: async (slug) => (await createFork(state, enter(slug, "read"), person)).slug,
    publishRelease: async (slug, tag) => publish(state, enter(slug, "write"), person, tag),
    queueMerge: async (slug, number) => queueMerge(state, enter(slug, "write"), person, number),
    leaveMergeQueue: async (slug, number) => leaveMergeQueue(state, enter(slug, "write"), person, number),
    rerequestChecks: async (slug, sha) => rerequest(state, enter(slug, "write"), person, sha),
    async editComment(slug, number, commentId, body) {
      const pull = findPull(enter(slug, "read"), number);
      const comment = pull.comments.find(({ id }) => id === commentId);
      if (comment === undefined) throw new HttpRefusal(404, "Not Found");
      comment.body = body;
      comment.updatedAt = timestamp(state);
    },
  };
}

async function publish(
  state: State,
  repository: Repository,
  person: Account,
  tag: string,
): Promise<{ id: number }> {
  if ((await resolve(repository.git, `refs/tags/${tag}`)) === undefined)
    throw new HttpRefusal(422, `Validation Failed: there is no tag ${tag}`);
  const release = renderRelease(state, repository, person, tag);
  announce(state, "release", repository, person, { action: "published", release });
  return { id: release.id };
}

async function queueMerge(
  state: State,
  repository: Repository,
  person: Account,
  number: number,
): Promise<{ sha: string; ref: string }> {
  const pull = findPull(repository, number);
  const base_ref = `refs/heads/${pull.baseRef}`;
  const base_sha = (await resolve(repository.git, base_ref)) ?? nothing;
  const tree = await mergeTree(repository.git, base_sha, pull.headSha);
  if (tree === undefined) throw new HttpRefusal(405, "Pull Request is not mergeable");
  const head_sha = await commitTree(repository.git, tree, {
    parents: [base_sha, pull.headSha],
    message: `Merge pull request #${number}`,
    author: { name: person.login, email: emailOf(person) },
    date: timestamp(state),
  });
  const head_ref = `refs/heads/gh-readonly-queue/${pull.baseRef}/pr-${number}-${base_sha}`;
  await updateRef(repository.git, head_ref, head_sha);
  await settlePush(state, repository, person, { ref: head_ref, before: nothing, after: head_sha });
  const head_commit = await headCommit(repository, head_sha);
  const merge_group = { head_sha, head_ref, base_sha, base_ref, head_commit };
  repository.mergeGroups.set(number, merge_group);
  announce(state, "merge_group", repository, person, { action: "checks_requested", merge_group });
  return { sha: head_sha, ref: head_ref };
}

async function leaveMergeQueue(
  state: State,
  repository: Repository,
  person: Account,
  number: number,
): Promise<void> {
  const merge_group = repository.mergeGroups.get(number);
  if (merge_group === undefined) throw new HttpRefusal(404, "Not Found");
  repository.mergeGroups.delete(number);
  const { head_ref: ref, head_sha: before } = merge_group;
  await git(repository.git, ["update-ref", "-d", ref]);
  await settlePush(state, repository, person, { ref, before, after: nothing });
  announce(state, "merge_group", repository, person, {
    action: "destroyed",
    reason: "dequeued",
    merge_group,
  });
}

async function rerequest(state: State, repository: Repository, person: Account, sha: string): Promise<void> {
  const checks = repository.checkRuns.filter(({ headSha }) => headSha === sha);
  const last = checks.at(-1);
  if (last === undefined) throw new HttpRefusal(404, "Not Found");
  const { check_suite } = renderHookCheckRun(state, repository, last);
  announce(state, "check_suite", repository, person, {
    action: "rerequested",
    check_suite: {
      ...check_suite,
      // GitHub's description of this one event knows no merge groups.
      app: { ...check_suite.app, events: check_suite.app.events.filter((name) => name !== "merge_group") },
      latest_check_runs_count: checks.length,
      check_runs_url: `${check_suite.url}/check-runs`,
      head_commit: await headCommit(repository, sha),
    },
  });
}

async function headCommit(repository: Repository, sha: string) {
  const [commit] = await commits(repository.git, undefined, sha);
  if (commit === undefined) throw new HttpRefusal(404, "Not Found");
  const { tree, message, author, committer } = commit;
  const named = ({ name, email }: { name: string; email: string }) => ({ name, email });
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: committer.date,
    author: named(author),
    committer: named(committer),
  };
}
