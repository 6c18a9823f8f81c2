import type { PullRequests, Push } from "../app/ports.js";
import type { PullRequest } from "../policy/event.js";
import type { Review } from "../policy/gate.js";
import { toActor, type Account } from "./actor.js";
import { ask, ownerAndRepo } from "./ask.js";
import { toCommit, type CommitAnswer } from "./commits.js";
import { readOwnerReview } from "./owner-review.js";
import type { Octokits } from "./octokits.js";

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
/** Pages of a hundred pushes each: more than a pull request has commits, and than most branches ever had. */
const mostPushPages = 5;

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
    async open(repository) {
      const octokit = await octokits.of(repository.installationId);
      const newest = { state: "open", sort: "updated", direction: "desc", per_page: 100 } as const;
      const { data } = await ask(`list open pull requests of ${repository.slug}`, () =>
        octokit.rest.pulls.list({ ...ownerAndRepo(repository.slug), ...newest }),
      );
      return data.map((pull) => ({ ...toPullRequest(pull as PullAnswer), createdAt: pull.created_at }));
    },
    async pushes(repository) {
      const octokit = await octokits.of(repository.installationId);
      return ask(`list pushes to ${repository.slug}`, () =>
        unlessUnknown([], async () => {
          const parameters = { ...ownerAndRepo(repository.slug), per_page: 100 };
          const { data } = await octokit.rest.repos.listActivities(parameters);
          return data.map((moved): Push => ({
            ref: moved.ref,
            before: moved.before,
            after: moved.after,
            forced: moved.activity_type === "force_push",
            by: toActor(moved.actor),
            at: moved.timestamp,
          }));
        }),
      );
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
      return commits.map((commit) => toCommit(commit as CommitAnswer));
    },
    ownerReview: (repository, number) => readOwnerReview(octokits, repository, number),
    async lastPush(repository, branch, sha) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), ref: `refs/heads/${branch}`, per_page: 100 };
      return ask(`list pushes to ${branch} of ${repository.slug}`, () =>
        unlessUnknown(undefined, async () => {
          let pages = 0;
          const data = await octokit.paginate(octokit.rest.repos.listActivities, parameters, (page, done) => {
            pages += 1;
            if (pages === mostPushPages) done();
            return page.data;
          });
          const push = data.find((activity) => activity.after === sha);
          if (push === undefined) return undefined;
          const person = personOf(push);
          const before = /^0*$/.test(push.before) ? undefined : push.before;
          const all = data.map((activity) => ({ sha: activity.after, by: personOf(activity)?.id }));
          // There may be more, and by whom they are is not known.
          if (pages === mostPushPages) all.push({ sha, by: undefined });
          return { by: person?.id, login: person?.login, at: push.timestamp, before, all };
        }),
      );
    },
  };
}

/** A bot pushes for somebody: who that is, GitHub does not tell. */
function personOf({ actor }: { actor?: Account | null }): Account | undefined {
  return actor?.type === "User" ? actor : undefined;
}

/** Older GitHub Enterprise Servers do not have the list of activities. */
async function unlessUnknown<T>(otherwise: T, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if ((error as { status?: number }).status === 404) return otherwise;
    throw error;
  }
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
