import type { PullRequest } from "../policy/event.js";
import { GitHubError } from "./ports.js";

/**
 * GitHub said that the open pull request had one head first, and says otherwise now: it was pushed to or closed meanwhile,
 * or one of the answers is an old one. Retryable, since a little later it is known.
 */
export function twoAnswers(first: string, { number, headSha, state }: PullRequest): GitHubError {
  const now = state === "open" ? headSha.slice(0, 7) : "that of a closed pull request";
  return new GitHubError(`the head of #${number} was ${first.slice(0, 7)} first and then ${now}`, {
    retryable: true,
  });
}
