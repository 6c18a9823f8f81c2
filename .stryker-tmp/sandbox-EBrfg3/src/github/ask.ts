import { GitHubError } from "../app/ports.js";

interface Refusal {
  status?: number;
  message?: string;
}

/** Runs a call to GitHub; what it throws becomes a GitHubError that says what was asked and carries no header. */
export async function ask<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof GitHubError) throw error;
    const { status, message = String(error) } = error as Refusal;
    const known = typeof status === "number" ? status : undefined;
    throw new GitHubError(`failed to ${what}: ${message}`, { status: known, retryable: isRetryable(known) });
  }
}

/** No status: the connection failed. 403 and 429 are rate limits as often as refusals; the caller gives up in time. */
function isRetryable(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 403 || status === 408 || status === 429;
}

/** Splits `owner/name` into the parameters that Octokit takes. */
export function ownerAndRepo(slug: string): { owner: string; repo: string } {
  const [owner = "", repo = ""] = slug.split("/");
  return { owner, repo };
}
