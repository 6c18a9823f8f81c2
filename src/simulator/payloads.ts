import { changes } from "./diff.js";
import { commits, isAncestor, type Commit } from "./git.js";
import { nodeId, renderAccount, renderOrganization } from "./resources/account.js";
import { renderHookCheckRun } from "./resources/check-run.js";
import { accountOfEmail, emailOf } from "./resources/commit.js";
import {
  renderComment,
  renderIssue,
  renderPull,
  renderPullSimple,
  renderReview,
} from "./resources/pull-request.js";
import { renderRepository } from "./resources/repository.js";
import type { Account } from "./account.js";
import type { CheckRun, Comment, PullRequest, Repository, Review, State } from "./state.js";

export const nothing = "0".repeat(40);
const mostCommits = 2048;

/** Sends an event with what every event of a repository carries. */
export function announce(
  state: State,
  event: string,
  repository: Repository,
  sender: Account,
  fields: Record<string, unknown>,
): void {
  const { owner } = repository;
  state.webhooks.send(event, repository, {
    repository: renderRepository(state, repository),
    ...(owner.type === "Organization" ? { organization: renderOrganization(state, owner) } : {}),
    sender: renderAccount(state, sender),
    installation: { id: owner.installationId, node_id: nodeId("I", owner.installationId) },
    ...fields,
  });
}

export function announcePullRequest(
  state: State,
  pull: PullRequest,
  sender: Account,
  action: string,
  fields: Record<string, unknown> = {},
): void {
  const pull_request = renderPull(state, pull);
  announce(state, "pull_request", pull.repository, sender, {
    action,
    number: pull.number,
    pull_request,
    ...fields,
  });
}

export function announceReview(
  state: State,
  pull: PullRequest,
  review: Review,
  sender: Account,
  action: string,
): void {
  const rendered = renderReview(state, pull, review);
  announce(state, "pull_request_review", pull.repository, sender, {
    action,
    // Webhooks write the state in lower case, REST in upper case.
    review: { ...rendered, state: rendered.state.toLowerCase(), updated_at: rendered.submitted_at },
    pull_request: renderPullSimple(state, pull),
  });
}

export function announceComment(state: State, pull: PullRequest, comment: Comment): void {
  announce(state, "issue_comment", pull.repository, comment.user, {
    action: "created",
    issue: renderIssue(state, pull),
    comment: renderComment(state, pull, comment),
  });
}

export function announceCheckRun(
  state: State,
  repository: Repository,
  check: CheckRun,
  sender: Account,
  action: string,
  fields: Record<string, unknown> = {},
): void {
  const check_run = renderHookCheckRun(state, repository, check);
  announce(state, "check_run", repository, sender, { action, check_run, ...fields });
}

/** `before` or `after` is forty zeros when the ref was created or deleted. */
export async function announcePush(
  state: State,
  repository: Repository,
  sender: Account,
  push: { ref: string; before: string; after: string },
): Promise<void> {
  const created = push.before === nothing;
  const deleted = push.after === nothing;
  const base = created ? undefined : push.before;
  const tip = deleted ? undefined : (await commits(repository.git, undefined, push.after))[0];
  const added = tip === undefined ? [] : await pushedCommits(repository, base, push.after, push.ref);
  const url = `${state.url}/${repository.slug}`;
  announce(state, "push", repository, sender, {
    ...push,
    base_ref: null,
    created,
    deleted,
    forced: !created && !deleted && !(await isAncestor(repository.git, push.before, push.after)),
    compare: `${url}/compare/${push.before.slice(0, 12)}...${push.after.slice(0, 12)}`,
    commits: await Promise.all(added.map((commit) => renderPushed(state, repository, commit))),
    head_commit: tip === undefined ? null : await renderPushed(state, repository, tip),
    // The brackets in a bot's name make no address that the schema takes.
    pusher: { name: sender.login, email: sender.type === "Bot" ? null : emailOf(sender) },
    repository: renderPushedRepository(state, repository),
  });
}

/** Only here GitHub writes these times as seconds since the epoch, and names the owner twice. */
function renderPushedRepository(state: State, repository: Repository) {
  const rendered = renderRepository(state, repository);
  return {
    ...rendered,
    owner: { ...rendered.owner, name: rendered.owner.login, email: null },
    created_at: Date.parse(repository.createdAt) / 1000,
    pushed_at: Date.parse(repository.pushedAt) / 1000,
    stargazers: 0,
    master_branch: repository.defaultBranch,
  };
}

async function pushedCommits(repository: Repository, base: string | undefined, after: string, ref: string) {
  const main = `refs/heads/${repository.defaultBranch}`;
  const from = base ?? (ref === main ? undefined : main);
  return (await commits(repository.git, from, after)).slice(-mostCommits);
}

async function renderPushed(state: State, repository: Repository, commit: Commit) {
  const parent = commit.parents[0];
  const files = parent === undefined ? [] : await changes(repository.git, parent, commit.sha);
  const named = (status: string) =>
    files.filter((file) => file.status === status).map(({ filename }) => filename);
  const person = ({ name, email }: Commit["author"]) => {
    const account = accountOfEmail(state, email);
    return { name, email, ...(account === undefined ? {} : { username: account.login }) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${state.url}/${repository.slug}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: [...named("added"), ...named("renamed")],
    removed: [...named("removed"), ...files.flatMap(({ previous }) => previous ?? [])],
    modified: [...named("modified"), ...named("changed")],
  };
}
