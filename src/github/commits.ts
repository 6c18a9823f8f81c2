import type { CommitsSince, RepositoryRef } from "../app/ports.js";
import type { PullRequestCommit } from "../policy/gate.js";
import { toActor, type Account } from "./actor.js";
import { ask, ownerAndRepo, unlessMissing } from "./ask.js";
import type { Octokits } from "./octokits.js";

export interface CommitAnswer {
  sha: string;
  author: Account | null;
  committer: Account | null;
  commit: { message: string };
}

export function toCommit({ sha, author, committer, commit }: CommitAnswer): PullRequestCommit {
  return {
    sha,
    author: toActor(author),
    committer: toActor(committer),
    coAuthorEmails: coAuthors(commit.message),
  };
}

function coAuthors(message: string): string[] {
  return [...message.matchAll(/^co-authored-by:[^<\n]*<([^>\n]+)>/gim)].map(([, email]) =>
    (email ?? "").trim(),
  );
}

/** Most commits of a page of the compare endpoint, and most pages that are asked for. */
const perPage = 250;
const mostPages = 4;

/** See `Contents.commitsSince`. */
export async function readCommitsSince(
  octokits: Octokits,
  repository: RepositoryRef,
  since: string | undefined,
  sha: string,
): Promise<CommitsSince> {
  const octokit = await octokits.of(repository.installationId);
  const names = ownerAndRepo(repository.slug);
  const found: CommitAnswer[] = [];
  let isOld = false;
  let known = since !== undefined;
  let complete = !known;
  for (let page = 1; known && !complete && page <= mostPages; page += 1) {
    const parameters = { ...names, basehead: `${since}...${sha}`, per_page: perPage, page };
    const data = await ask(`list the commits of ${repository.slug} from ${since} to ${sha}`, () =>
      unlessMissing(async () => (await octokit.rest.repos.compareCommitsWithBasehead(parameters)).data),
    );
    // The commits have no history in common, or one of them is gone.
    known = data !== undefined;
    found.push(...((data?.commits ?? []) as CommitAnswer[]));
    isOld = data?.total_commits === 0;
    complete = data === undefined || found.length >= data.total_commits;
  }
  if (!found.some((commit) => commit.sha === sha)) {
    const { data } = await ask(`read commit ${sha} of ${repository.slug}`, () =>
      octokit.rest.repos.getCommit({ ...names, ref: sha }),
    );
    found.push(data as CommitAnswer);
  }
  return { commits: found.map(toCommit), known, complete, ...(isOld ? { isOld } : {}) };
}
