import type { PullRequests } from "../app/ports.js";
import type { Actor, PullRequest } from "../policy/event.js";
import type { PullRequestCommit, Review } from "../policy/gate.js";
import { ask, ownerAndRepo } from "./ask.js";
import type { Octokits } from "./octokits.js";

interface Account {
  id: number;
  login: string;
  type?: string;
}
interface PullAnswer {
  number: number;
  state: string;
  draft?: boolean;
  merged?: boolean;
  merged_at?: string | null;
  user: Account | null;
  head: { sha: string; ref: string; repo?: { id: number } | null };
  base: { sha: string; ref: string; repo: { id: number } };
  title: string;
  html_url: string;
  labels: { name?: string }[];
  author_association?: string;
}

/** GitHub lists at most this many files and commits of a pull request (REST API reference, "Pull requests"). */
const mostFiles = 3000;
const mostCommits = 250;

export function openPullRequests(octokits: Octokits): PullRequests {
  return {
    async get(repository, number) {
      const octokit = await octokits.of(repository.installationId);
      const { data } = await ask(`read pull request ${repository.slug}#${number}`, () =>
        octokit.rest.pulls.get({ ...ownerAndRepo(repository.slug), pull_number: number }),
      );
      return toPullRequest(data as PullAnswer);
    },
    async openForCommit(repository, sha) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), commit_sha: sha, per_page: 100 };
      const pulls = await ask(`list pull requests of ${repository.slug} at ${sha}`, () =>
        octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, parameters),
      );
      return (pulls as PullAnswer[])
        .map(toPullRequest)
        .filter((pull) => pull.state === "open" && pull.headSha === sha);
    },
    async files(repository, number) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), pull_number: number, per_page: 100 };
      const files = await ask(`list files of ${repository.slug}#${number}`, () =>
        octokit.paginate(octokit.rest.pulls.listFiles, parameters),
      );
      if (files.length >= mostFiles) return undefined;
      return files.flatMap((file) => [
        file.filename,
        ...(file.previous_filename === undefined ? [] : [file.previous_filename]),
      ]);
    },
    async reviews(repository, number) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), pull_number: number, per_page: 100 };
      const reviews = await ask(`list reviews of ${repository.slug}#${number}`, () =>
        octokit.paginate(octokit.rest.pulls.listReviews, parameters),
      );
      return reviews.map((review): Review => ({
        id: review.id,
        user: toActor(review.user),
        state: review.state as Review["state"],
        commitId: review.commit_id ?? undefined,
        submittedAt: review.submitted_at,
      }));
    },
    async commits(repository, number) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), pull_number: number, per_page: 100 };
      const commits = await ask(`list commits of ${repository.slug}#${number}`, () =>
        octokit.paginate(octokit.rest.pulls.listCommits, parameters),
      );
      if (commits.length >= mostCommits) return undefined;
      return commits.map((commit): PullRequestCommit => ({
        sha: commit.sha,
        author: toActor(commit.author as Account | null),
        committer: toActor(commit.committer as Account | null),
        coAuthorEmails: coAuthors(commit.commit.message),
      }));
    },
    async lastPush(repository, branch, sha) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), ref: `refs/heads/${branch}`, per_page: 100 };
      return ask(`list pushes to ${branch} of ${repository.slug}`, async () => {
        try {
          const { data } = await octokit.rest.repos.listActivities(parameters);
          const push = data.find((activity) => activity.after === sha);
          // A bot pushes for somebody: who that is, GitHub does not tell.
          const person = push?.actor?.type === "User" ? push.actor : undefined;
          return push && { by: person?.id, login: person?.login, at: push.timestamp };
        } catch (error) {
          // Older GitHub Enterprise Servers do not have the list.
          if ((error as { status?: number }).status === 404) return undefined;
          throw error;
        }
      });
    },
  };
}

function coAuthors(message: string): string[] {
  return [...message.matchAll(/^co-authored-by:[^<\n]*<([^>\n]+)>/gim)].map(([, email]) =>
    (email ?? "").trim(),
  );
}

export function toActor(account: Account | null | undefined): Actor | undefined {
  if (account === null || account === undefined || typeof account.id !== "number") return undefined;
  const known = ["User", "Bot", "Organization"].find((type) => type === account.type);
  return { id: account.id, login: account.login, type: (known ?? "Unknown") as Actor["type"] };
}

function toPullRequest(pull: PullAnswer): PullRequest {
  return {
    number: pull.number,
    state: pull.state === "open" ? "open" : "closed",
    draft: pull.draft ?? false,
    merged: pull.merged ?? (pull.merged_at !== null && pull.merged_at !== undefined),
    author: toActor(pull.user) ?? { id: 0, login: "ghost", type: "Unknown" },
    headSha: pull.head.sha,
    headRef: pull.head.ref,
    headRepositoryId: pull.head.repo?.id,
    baseRef: pull.base.ref,
    baseSha: pull.base.sha,
    baseRepositoryId: pull.base.repo.id,
    title: pull.title,
    htmlUrl: pull.html_url,
    labels: pull.labels.map((label) => label.name ?? ""),
    ...(pull.author_association === undefined ? {} : { authorAssociation: pull.author_association }),
  };
}
