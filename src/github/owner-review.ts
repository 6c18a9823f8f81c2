import { GitHubError, type RepositoryRef } from "../app/ports.js";
import type { OwnerReview } from "../policy/gate.js";
import { ask, ownerAndRepo } from "./ask.js";
import type { Octokits } from "./octokits.js";

interface Answer {
  repository: {
    pullRequest: {
      headRefOid: string;
      reviewDecision: string | null;
      baseRef: {
        refUpdateRule: { requiresCodeOwnerReviews: boolean } | null;
        rules: {
          nodes: ({ parameters: { requireCodeOwnerReview?: boolean } | null } | null)[] | null;
        } | null;
      } | null;
    } | null;
  } | null;
}

// Branch protection as those see it who do not administer it, and rulesets.
const query = `query ($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      headRefOid
      reviewDecision
      baseRef {
        refUpdateRule { requiresCodeOwnerReviews }
        rules(first: 100) { nodes { parameters { ... on PullRequestParameters { requireCodeOwnerReview } } } }
      }
    }
  }
}`;

const decisions = ["APPROVED", "CHANGES_REQUESTED", "REVIEW_REQUIRED"] as const;

/** See `PullRequests.ownerReview`. A decision of a word that is not known counts as none. */
export async function readOwnerReview(
  octokits: Octokits,
  repository: RepositoryRef,
  number: number,
): Promise<OwnerReview> {
  const what = `read GitHub's review decision on ${repository.slug}#${number}`;
  const octokit = await octokits.of(repository.installationId);
  const variables = { ...ownerAndRepo(repository.slug), number };
  const answer = await ask(what, () => octokit.graphql<Answer>(query, variables));
  const pull = answer.repository?.pullRequest ?? undefined;
  if (pull === undefined)
    throw new GitHubError(`failed to ${what}: no such pull request`, { retryable: false });
  const { baseRef } = pull;
  const rules = baseRef?.rules?.nodes ?? [];
  return {
    headSha: pull.headRefOid,
    decision: decisions.find((each) => each === pull.reviewDecision),
    ownersRequired:
      baseRef?.refUpdateRule?.requiresCodeOwnerReviews === true ||
      rules.some((rule) => rule?.parameters?.requireCodeOwnerReview === true),
  };
}
