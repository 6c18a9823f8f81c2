import { forkRefusal } from "./authorize.js";
import type { RepositoryPolicy } from "./configuration.js";
import type { PullRequest } from "./event.js";
import { within, type TokenPermissions } from "./token-permissions.js";

/**
 * How far the author of a pull request's commit is trusted. `trusted`: the commit is in the repository itself, so that
 * a writer put it there. `untrusted`: it may run, without anything to steal. `refused`: it does not run.
 */
export type Trust = { level: "trusted" } | { level: "untrusted" } | { level: "refused"; reason: string };

export interface TrustFacts {
  pullRequest: Pick<PullRequest, "headSha" | "headRepositoryId" | "baseRepositoryId" | "authorAssociation">;
  engine: "argo" | "local";
  forks: RepositoryPolicy["forks"];
  /** The commit that a writer called good to run. */
  okToTest?: string;
}

/** GitHub's words for people of whom a commit was merged before, or who belong to the repository. */
const known = ["OWNER", "MEMBER", "COLLABORATOR", "CONTRIBUTOR"];

export function trustOfPullRequest({ pullRequest, engine, forks, okToTest }: TrustFacts): Trust {
  const refusal = forkRefusal(pullRequest, engine);
  if (refusal === undefined) return { level: "trusted" };
  if (engine === "local" || forks === "refuse") return { level: "refused", reason: refusal };
  // Full shas only: an abbreviation may come to name another commit.
  if (okToTest !== undefined && okToTest === pullRequest.headSha) return { level: "untrusted" };
  const isKnown = known.includes(pullRequest.authorAssociation ?? "");
  if (forks === "allow" && isKnown) return { level: "untrusted" };
  const who = isKnown ? "from a fork" : "from a fork, by someone who has not contributed before";
  const reason = `The pull request comes ${who}. Someone with write permission looks at it and comments \`/ok-to-test ${pullRequest.headSha}\`: it then runs without Secrets, with a token that only reads.`;
  return { level: "refused", reason };
}

/** What is left of a policy for a run of this trust: who is not trusted gets nothing to steal, and a token that reads. */
export function policyUnder(trust: Trust, policy: RepositoryPolicy): RepositoryPolicy {
  if (trust.level === "trusted") return policy;
  const { serviceAccount: _serviceAccount, ...rest } = policy;
  return {
    ...rest,
    serviceAccounts: [],
    secrets: [],
    templates: [],
    tokenPermissions: within(readOnly, policy.tokenPermissions),
  };
}

const readOnly: TokenPermissions = {
  contents: "read",
  pull_requests: "read",
  issues: "read",
  checks: "read",
};
