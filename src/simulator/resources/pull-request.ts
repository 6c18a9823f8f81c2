import type { Account } from "../account.js";
import type { Comment, PullRequest, Repository, Review, State } from "../state.js";
import { nodeId, renderAccount } from "./account.js";
import { renderRepository } from "./repository.js";

/** A pull request as lists show it. */
export function renderPullSimple(state: State, pull: PullRequest) {
  const url = `${state.url}/repos/${pull.repository.slug}`;
  const html = `${state.url}/${pull.repository.slug}/pull/${pull.number}`;
  const self = `${url}/pulls/${pull.number}`;
  const issue = `${url}/issues/${pull.number}`;
  const statuses = `${url}/statuses/${pull.headSha}`;
  return {
    url: self,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${self}/commits`,
    review_comments_url: `${self}/comments`,
    review_comment_url: `${url}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: renderAccount(state, pull.author),
    body: pull.body,
    labels: pull.labels.map((label) => renderLabel(state, pull, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt ?? null,
    merged_at: pull.merged ? (pull.closedAt ?? null) : null,
    merge_commit_sha: pull.mergeCommitSha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: renderEnd(state, pull.headRepository, pull.headRef, pull.headSha),
    base: renderEnd(state, pull.repository, pull.baseRef, pull.baseSha),
    author_association: association(pull.repository, pull.author),
    auto_merge: null,
    draft: pull.draft,
    _links: {
      self: { href: self },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${self}/comments` },
      review_comment: { href: `${url}/pulls/comments{/number}` },
      commits: { href: `${self}/commits` },
      statuses: { href: statuses },
    },
  };
}

/** A pull request as its own address and webhooks show it. */
export function renderPull(state: State, pull: PullRequest) {
  const { counts } = pull;
  return {
    ...renderPullSimple(state, pull),
    merged: pull.merged,
    mergeable: pull.state === "open" ? true : null,
    rebaseable: null,
    mergeable_state: pull.state === "open" ? "clean" : "unknown",
    merged_by: pull.mergedBy === undefined ? null : renderAccount(state, pull.mergedBy),
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: counts.commits,
    additions: counts.additions,
    deletions: counts.deletions,
    changed_files: counts.changedFiles,
  };
}

function renderEnd(state: State, repository: Repository, ref: string, sha: string) {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: renderAccount(state, repository.owner),
    repo: renderRepository(state, repository),
  };
}

export function association(repository: Repository, account: Account): string {
  if (repository.owner.id === account.id) return "OWNER";
  return repository.collaborators.has(account.login.toLowerCase()) ? "COLLABORATOR" : "NONE";
}

export function renderReview(state: State, pull: PullRequest, review: Review) {
  const self = `${state.url}/repos/${pull.repository.slug}/pulls/${pull.number}`;
  const html = `${state.url}/${pull.repository.slug}/pull/${pull.number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: renderAccount(state, review.user),
    body: review.body,
    state: review.state as string,
    html_url: html,
    pull_request_url: self,
    author_association: association(pull.repository, review.user),
    _links: { html: { href: html }, pull_request: { href: self } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  };
}

export function renderComment(state: State, pull: PullRequest, comment: Comment) {
  const url = `${state.url}/repos/${pull.repository.slug}/issues`;
  return {
    url: `${url}/comments/${comment.id}`,
    html_url: `${state.url}/${pull.repository.slug}/pull/${pull.number}#issuecomment-${comment.id}`,
    issue_url: `${url}/${pull.number}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: renderAccount(state, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(pull.repository, comment.user),
    body: comment.body,
    performed_via_github_app: null,
    reactions: renderReactions(`${url}/comments/${comment.id}/reactions`, comment.reactions),
  };
}

function renderReactions(url: string, reactions: Comment["reactions"]) {
  const count = (content: string) => reactions.filter((each) => each.content === content).length;
  const kinds = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];
  return {
    url,
    total_count: reactions.length,
    ...Object.fromEntries(kinds.map((kind) => [kind, count(kind)])),
  };
}

export function renderLabel(state: State, { repository }: PullRequest, name: string) {
  return {
    id: repository.id,
    node_id: nodeId("LA", repository.id),
    url: `${state.url}/repos/${repository.slug}/labels/${encodeURIComponent(name)}`,
    name,
    // GitHub describes it as null in some places, never in others; a text is right in all.
    description: "",
    color: "ededed",
    default: false,
  };
}

/** A pull request as the issue it also is. */
export function renderIssue(state: State, pull: PullRequest) {
  const { url: self, html_url, diff_url, patch_url, merged_at } = renderPullSimple(state, pull);
  const repository_url = `${state.url}/repos/${pull.repository.slug}`;
  const url = `${repository_url}/issues/${pull.number}`;
  return {
    url,
    repository_url,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    number: pull.number,
    title: pull.title,
    user: renderAccount(state, pull.author),
    labels: pull.labels.map((label) => renderLabel(state, pull, label)),
    state: pull.state,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: pull.comments.length,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt ?? null,
    author_association: association(pull.repository, pull.author),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: { url: self, html_url, diff_url, patch_url, merged_at },
    body: pull.body,
    reactions: renderReactions(`${url}/reactions`, []),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  };
}
