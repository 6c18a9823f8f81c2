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
    throw new GitHubError(`failed to ${what}: ${message}`, {
      status: known,
      retryable: isRetryable(known, message),
    });
  }
}

/** What GitHub says where a permission is missing, or was not accepted yet. */
const notAllowed = /not accessible by integration/i;

/** No status: the connection failed. 403 and 429 are rate limits as often as refusals; the caller gives up in time. */
function isRetryable(status: number | undefined, message: string): boolean {
  if (status === 403 && notAllowed.test(message)) return false;
  return status === undefined || status >= 500 || status === 403 || status === 408 || status === 429;
}

/** Undefined for what is not there. GitHub answers 422 for a revision that cannot be one. */
export async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    const { status } = error as { status?: number };
    if (status === 404 || status === 422) return undefined;
    throw error;
  }
}

/** Splits `owner/name` into the parameters that Octokit takes. */
export function ownerAndRepo(slug: string): { owner: string; repo: string } {
  const [owner = "", repo = ""] = slug.split("/");
  return { owner, repo };
}
