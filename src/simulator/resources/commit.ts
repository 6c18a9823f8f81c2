import type { FileChange } from "../diff.js";
import type { Commit } from "../git.js";
import type { Account } from "../account.js";
import type { Repository, State } from "../state.js";
import { nodeId, renderAccount } from "./account.js";

const emailDomain = "users.noreply.github.com";

export function emailOf(account: Account): string {
  return `${account.id}+${account.login}@${emailDomain}`;
}

/** The account whose address this is, as GitHub links commits to people. */
export function accountOfEmail(state: State, email: string): Account | undefined {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return login === undefined ? undefined : state.accounts.get(login.toLowerCase());
}

const verification = {
  verified: false,
  reason: "unsigned",
  signature: null,
  payload: null,
  verified_at: null,
};

export function renderCommit(state: State, repository: Repository, commit: Commit) {
  const url = `${state.url}/repos/${repository.slug}`;
  const html = `${state.url}/${repository.slug}/commit`;
  const person = (email: string) => {
    const account = accountOfEmail(state, email);
    return account === undefined ? null : renderAccount(state, account);
  };
  return {
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    url: `${url}/commits/${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      verification,
    },
    author: person(commit.author.email),
    committer: person(commit.committer.email),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${html}/${sha}` })),
  };
}

export function renderGitCommit(state: State, repository: Repository, commit: Commit) {
  const { commit: inner, sha, node_id, html_url, parents } = renderCommit(state, repository, commit);
  const { url, author, committer, message, tree } = inner;
  return { sha, node_id, url, html_url, author, committer, message, tree, parents, verification };
}

export function renderFile(state: State, repository: Repository, sha: string, file: FileChange) {
  const name = encodeURIComponent(file.filename);
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${state.url}/${repository.slug}/blob/${sha}/${name}`,
    raw_url: `${state.url}/${repository.slug}/raw/${sha}/${name}`,
    contents_url: `${state.url}/repos/${repository.slug}/contents/${name}?ref=${sha}`,
    ...(file.previous === undefined ? {} : { previous_filename: file.previous }),
  };
}
