import type { Contents } from "../app/ports.js";
import { GitHubError, type RepositoryRef } from "../app/ports.js";
import type { ManifestFile } from "../manifest/manifest.js";
import type { Repository } from "../policy/event.js";
import { ask, ownerAndRepo, unlessMissing } from "./ask.js";
import { readCommitsSince } from "./commits.js";
import type { Octokits } from "./octokits.js";

interface FolderEntry {
  path: string;
  type: string;
  /** Octal file mode as a number: 33188 is 100644, 33261 is 100755, 40960 a symbolic link. */
  mode: number;
  object: { __typename: string; text?: string | null; isTruncated?: boolean; byteSize?: number } | null;
}
interface FolderAnswer {
  repository: {
    commit: { __typename: string } | null;
    object: { __typename: string; entries?: FolderEntry[] } | null;
  } | null;
}

const query = `query ($owner: String!, $repo: String!, $commit: String!, $expression: String!) {
  repository(owner: $owner, name: $repo) {
    commit: object(expression: $commit) { __typename }
    object(expression: $expression) {
      __typename
      ... on Tree {
        entries { path type mode object { __typename ... on Blob { text isTruncated byteSize } } }
      }
    }
  }
}`;

const symbolicLink = 40960;
/** More than a commit's manifests may have in characters, of four bytes each. */
const mostBytes = 4 * 1024 * 1024;
/** GitHub's compare endpoint lists at most this many files. */
const compareFiles = 300;

export function openContents(octokits: Octokits): Contents {
  return {
    manifests: (repository, sha) => readManifests(octokits, repository, sha),
    async changedFiles(repository, base, head) {
      const octokit = await octokits.of(repository.installationId);
      const data = await ask(`compare ${base} with ${head} in ${repository.slug}`, () =>
        unlessMissing(async () => {
          const basehead = `${base}...${head}`;
          const parameters = { ...ownerAndRepo(repository.slug), basehead };
          return (await octokit.rest.repos.compareCommitsWithBasehead(parameters)).data;
        }),
      );
      const files = data?.files ?? [];
      // 404: the commits have no history in common, or one of them is gone.
      if (data === undefined || files.length >= compareFiles) return undefined;
      return files.flatMap((file) => [
        file.filename,
        ...(file.previous_filename === undefined ? [] : [file.previous_filename]),
      ]);
    },
    commitsSince: (repository, since, sha) => readCommitsSince(octokits, repository, since, sha),
    async commit(repository, revision) {
      const octokit = await octokits.of(repository.installationId);
      return ask(`read commit ${revision} of ${repository.slug}`, () =>
        unlessMissing(async () => {
          const parameters = { ...ownerAndRepo(repository.slug), ref: revision };
          const { data } = await octokit.rest.repos.getCommit(parameters);
          return { sha: data.sha, message: data.commit.message };
        }),
      );
    },
    async repository(repository): Promise<Repository> {
      const octokit = await octokits.of(repository.installationId);
      const { data } = await ask(`read ${repository.slug}`, () =>
        octokit.rest.repos.get(ownerAndRepo(repository.slug)),
      );
      return {
        id: data.id,
        slug: data.full_name,
        defaultBranch: data.default_branch,
        cloneUrl: data.clone_url,
        htmlUrl: data.html_url,
      };
    },
  };
}

async function readManifests(
  octokits: Octokits,
  repository: RepositoryRef,
  sha: string,
): Promise<ManifestFile[]> {
  const what = `read .workflows of ${repository.slug} at ${sha}`;
  const octokit = await octokits.of(repository.installationId);
  const variables = { ...ownerAndRepo(repository.slug), commit: sha, expression: `${sha}:.workflows` };
  const answer = await ask(what, () => octokit.graphql<FolderAnswer>(query, variables));
  if (answer.repository === null)
    throw new GitHubError(`failed to ${what}: no such repository`, { retryable: false });
  // Right after a push, not all of GitHub's machines have the commit: that is no commit without manifests.
  if (answer.repository.commit === null)
    throw new GitHubError(`failed to ${what}: GitHub does not have the commit yet`, { retryable: true });
  const entries = answer.repository.object?.entries ?? [];
  const manifests = entries.filter(
    (entry) => entry.type === "blob" && entry.mode !== symbolicLink && /\.ya?ml$/i.test(entry.path),
  );
  const bytes = manifests.reduce((sum, { object }) => sum + (object?.byteSize ?? 0), 0);
  // Anybody who may push chooses their size: what is refused for it is not read first, and stands as blank text of it.
  if (bytes > mostBytes) return manifests.map(blank);
  return Promise.all(manifests.map(async (entry) => ({ path: entry.path, text: await textOf(entry) })));

  /** GraphQL cuts long texts; these are read again as a file. */
  async function textOf(entry: FolderEntry): Promise<string> {
    const { object } = entry;
    if (typeof object?.text === "string" && object.isTruncated !== true) return object.text;
    const { data } = await ask(`read ${entry.path} of ${repository.slug}`, () =>
      octokit.rest.repos.getContent({
        ...ownerAndRepo(repository.slug),
        path: entry.path,
        ref: sha,
        mediaType: { format: "raw" },
      }),
    );
    // With the media type `raw` the answer is the file's text, which Octokit's types do not say.
    return data as unknown as string;
  }
}

function blank({ path, object }: FolderEntry): ManifestFile {
  return { path, text: "\n".repeat(Math.min(object?.byteSize ?? 0, mostBytes)) };
}
