import type { PullRequest } from "../policy/event.js";
import { GitHubError } from "./ports.js";

/**
 * GitHub says something else of an open pull request than before: it was pushed to, retargeted or closed meanwhile, or one of
 * the answers is an old one. Retryable, since a little later it is known.
 */
export function twoAnswers(first: PullRequest, now: PullRequest): GitHubError {
  const said = `#${first.number} was ${describe(first)} first and is ${describe(now)} now`;
  return new GitHubError(said, { retryable: true });
}

function describe({ state, headSha, baseRef }: PullRequest): string {
  return `${state} at ${headSha.slice(0, 7)} into ${baseRef}`;
}
