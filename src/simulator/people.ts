import { announceCheckRun, announcePullRequest, announceReview, nothing } from "./payloads.js";
import { addComment } from "./comments.js";
import { commits, commitTree, createCommit, fetchFrom, mergeTree, resolve, updateRef } from "./git.js";
import { closePull, setHead, settlePush } from "./pushes.js";
import { repositoryActs, type RepositoryActs } from "./repository-acts.js";
import { emailOf } from "./resources/commit.js";
import {
  findAccount,
  findCheckRun,
  findPull,
  findRepository,
  HttpRefusal,
  nextId,
  requireRole,
} from "./state.js";
import type { Account } from "./account.js";
import { timestamp, type CheckRun, type PullRequest, type Repository } from "./state.js";
import type { ReviewState, Role, State } from "./state.js";

/** What somebody can do on the site. Everything is refused (HttpRefusal) where GitHub would refuse it. */
export interface Person extends RepositoryActs {
  /** Commits on top of the branch, or of the default branch when it is new; null removes a file. Gives the sha. */
  push(
    repository: string,
    branch: string,
    change: { files: Record<string, string | null>; message: string },
  ): Promise<string>;
  openPullRequest(pull: {
    repo: string;
    /** A branch, or `LOGIN:BRANCH` for one of somebody's fork. */
    head: string;
    base: string;
    title: string;
    body: string;
    draft?: boolean;
  }): Promise<{ number: number }>;
  /** Reviews the head unless a commit is named. `force` lets authors judge their own pull request. */
  review(
    repository: string,
    number: number,
    review: { state: Exclude<ReviewState, "DISMISSED">; commitId?: string; body?: string; force?: boolean },
  ): Promise<{ id: number }>;
  dismissReview(repository: string, number: number, reviewId: number): Promise<void>;
  comment(repository: string, number: number, body: string): Promise<{ id: number }>;
  closePullRequest(repository: string, number: number): Promise<void>;
  reopenPullRequest(repository: string, number: number): Promise<void>;
  /** Merges with a merge commit and gives its sha. */
  merge(repository: string, number: number): Promise<string>;
  /** Presses one of the buttons that a completed check run shows. */
  clickCheckAction(checkRunId: number, identifier: string): Promise<void>;
  rerequestCheck(checkRunId: number): Promise<void>;
}

export function actAs(state: State, login: string): Person {
  const person = findAccount(state, login);
  const enter = (slug: string, least: Role): Repository => {
    const repository = findRepository(state, slug);
    requireRole(repository, person, least);
    return repository;
  };
  const pullOf = (slug: string, number: number, least: Role) => findPull(enter(slug, least), number);
  return {
    ...repositoryActs(state, person, enter),
    push: async (slug, branch, change) => push(state, enter(slug, "write"), person, branch, change),
    openPullRequest: async (given) => openPullRequest(state, enter(given.repo, "read"), person, given),
    review: async (slug, number, given) => review(state, pullOf(slug, number, "read"), person, given),
    async dismissReview(slug, number, reviewId) {
      const pull = pullOf(slug, number, "write");
      const found = pull.reviews.find((each) => each.id === reviewId);
      if (found === undefined) throw new HttpRefusal(404, "Not Found");
      if (found.state === "COMMENTED")
        throw new HttpRefusal(422, "Can not dismiss a commented pull request review");
      found.state = "DISMISSED";
      announceReview(state, pull, found, person, "dismissed");
    },
    comment: async (slug, number, body) => addComment(state, pullOf(slug, number, "read"), person, body),
    async closePullRequest(slug, number) {
      closePull(state, requireOpen(pullOf(slug, number, "write")), person);
    },
    reopenPullRequest: async (slug, number) => reopen(state, pullOf(slug, number, "write"), person),
    merge: async (slug, number) => merge(state, requireOpen(pullOf(slug, number, "write")), person),
    async clickCheckAction(id, identifier) {
      const { repository, check } = await findCheck(state, person, id);
      const shown =
        check.status === "completed" && check.actions.some((each) => each.identifier === identifier);
      if (!shown) throw new HttpRefusal(422, `the check run ${id} shows no button ${identifier}`);
      announceCheckRun(state, repository, check, person, "requested_action", {
        requested_action: { identifier },
      });
    },
    async rerequestCheck(id) {
      const { repository, check } = await findCheck(state, person, id);
      if (check.status !== "completed") throw new HttpRefusal(422, `the check run ${id} is not completed`);
      announceCheckRun(state, repository, check, person, "rerequested");
    },
  };
}

async function findCheck(
  state: State,
  person: Account,
  id: number,
): Promise<{ repository: Repository; check: CheckRun }> {
  const repository = state.repositories.find(({ checkRuns }) => checkRuns.some((each) => each.id === id));
  if (repository === undefined) throw new HttpRefusal(404, "Not Found");
  requireRole(repository, person, "write");
  return { repository, check: findCheckRun(repository, id) };
}

async function push(
  state: State,
  repository: Repository,
  person: Account,
  branch: string,
  change: { files: Record<string, string | null>; message: string },
): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const before = await resolve(repository.git, ref);
  const parent = before ?? (await tipOf(repository, repository.defaultBranch));
  const author = { name: person.login, email: emailOf(person) };
  const after = await createCommit(repository.git, {
    ...change,
    parents: [parent],
    author,
    date: timestamp(state),
  });
  await updateRef(repository.git, ref, after);
  await settlePush(state, repository, person, { ref, before: before ?? nothing, after });
  return after;
}

async function tipOf(repository: Repository, branch: string): Promise<string> {
  const sha = await resolve(repository.git, `refs/heads/${branch}`);
  if (sha === undefined) throw new HttpRefusal(422, `Validation Failed: there is no branch ${branch}`);
  return sha;
}

/** Throws an HttpRefusal where GitHub would refuse it. */
export async function openPullRequest(
  state: State,
  repository: Repository,
  person: Account,
  given: Parameters<Person["openPullRequest"]>[0],
): Promise<{ number: number }> {
  const { base } = given;
  const { headRepository, headRef } = headOf(state, repository, given.head);
  const [headSha, baseSha] = [await tipOf(headRepository, headRef), await tipOf(repository, base)];
  const same = (pull: PullRequest) =>
    pull.state === "open" &&
    pull.headRepository === headRepository &&
    pull.headRef === headRef &&
    pull.baseRef === base;
  if (repository.pulls.some(same))
    throw new HttpRefusal(422, `A pull request already exists for ${given.head}.`);
  if (headRepository !== repository) await fetchFrom(repository.git, headRepository.git, headSha);
  if ((await commits(repository.git, baseSha, headSha)).length === 0)
    throw new HttpRefusal(422, `No commits between ${base} and ${given.head}`);
  const now = timestamp(state);
  repository.lastNumber += 1;
  const pull: PullRequest = {
    id: nextId(state),
    number: repository.lastNumber,
    repository,
    state: "open",
    draft: given.draft ?? false,
    merged: false,
    mergedBy: undefined,
    mergeCommitSha: undefined,
    author: person,
    title: given.title,
    body: given.body === "" ? null : given.body,
    headRepository,
    headRef,
    headSha,
    baseRef: base,
    baseSha,
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
    counts: { commits: 0, additions: 0, deletions: 0, changedFiles: 0 },
    labels: [],
    reviews: [],
    comments: [],
  };
  repository.pulls.push(pull);
  await setHead(pull, headSha);
  announcePullRequest(state, pull, person, "opened");
  return { number: pull.number };
}

function headOf(
  state: State,
  repository: Repository,
  head: string,
): Pick<PullRequest, "headRepository" | "headRef"> {
  const [owner, headRef] = head.includes(":") ? head.split(":", 2) : [repository.owner.login, head];
  const headRepository = state.repositories.find(
    (each) => (each === repository || each.source === repository) && each.owner.login === owner,
  );
  if (headRepository === undefined || headRef === undefined)
    throw new HttpRefusal(422, `Validation Failed: there is no ${head}`);
  return { headRepository, headRef };
}

async function review(
  state: State,
  pull: PullRequest,
  person: Account,
  given: Parameters<Person["review"]>[2],
): Promise<{ id: number }> {
  const commitId = given.commitId ?? pull.headSha;
  const judges = given.state !== "COMMENTED";
  if (judges && person.id === pull.author.id && given.force !== true) {
    const act = given.state === "APPROVED" ? "approve" : "request changes on";
    throw new HttpRefusal(422, `Unprocessable Entity: Review Can not ${act} your own pull request`);
  }
  if ((await resolve(pull.repository.git, `${commitId}^{commit}`)) !== commitId)
    throw new HttpRefusal(422, `the commit ${commitId} is not part of the pull request`);
  const submitted = {
    id: nextId(state),
    user: person,
    state: given.state,
    body: given.body ?? "",
    commitId,
    submittedAt: timestamp(state),
  };
  pull.reviews.push(submitted);
  pull.updatedAt = submitted.submittedAt;
  announceReview(state, pull, submitted, person, "submitted");
  return { id: submitted.id };
}

async function reopen(state: State, pull: PullRequest, person: Account): Promise<void> {
  if (pull.state === "open" || pull.merged) throw new HttpRefusal(422, "the pull request cannot be reopened");
  const head = await tipOf(pull.headRepository, pull.headRef);
  pull.state = "open";
  pull.closedAt = undefined;
  pull.updatedAt = timestamp(state);
  await setHead(pull, head);
  announcePullRequest(state, pull, person, "reopened");
}

async function merge(state: State, pull: PullRequest, person: Account): Promise<string> {
  const { repository } = pull;
  if (pull.draft) throw new HttpRefusal(405, "Pull Request is still a draft");
  const before = await tipOf(repository, pull.baseRef);
  const tree = await mergeTree(repository.git, before, pull.headSha);
  if (tree === undefined) throw new HttpRefusal(405, "Pull Request is not mergeable");
  const after = await commitTree(repository.git, tree, {
    parents: [before, pull.headSha],
    message: `Merge pull request #${pull.number} from ${repository.owner.login}/${pull.headRef}\n\n${pull.title}`,
    author: { name: person.login, email: emailOf(person) },
    date: timestamp(state),
  });
  const ref = `refs/heads/${pull.baseRef}`;
  await updateRef(repository.git, ref, after);
  Object.assign(pull, { merged: true, mergedBy: person, mergeCommitSha: after });
  closePull(state, pull, person);
  await settlePush(state, repository, person, { ref, before, after });
  return after;
}

function requireOpen(pull: PullRequest): PullRequest {
  if (pull.state !== "open") throw new HttpRefusal(422, "the pull request is closed");
  return pull;
}
