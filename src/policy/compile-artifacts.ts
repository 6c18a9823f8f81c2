import type { Artifact, GitArtifact } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";
import type { RunFacts } from "../run/metadata.js";
import { tokenKey, tokenSecret } from "./github-authorize.js";

/** Fields whose content is the user's data, whatever it looks like. */
const data = new Set(["withItems", "value", "default", "enum", "raw", "env"]);

/**
 * Completes the git artifacts in a copied part of a spec, in place: without `repo` it is this repository at the
 * run's commit, read with the run's token. Calls `report` where a repository or revision must not reach git.
 */
export function settleGitArtifacts(
  part: unknown,
  path: Path,
  run: { facts: RunFacts; name: string },
  report: (path: Path, message: string) => void,
): void {
  if (typeof part !== "object" || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    const at = [...path, Array.isArray(part) ? Number(key) : key];
    if (data.has(key)) continue;
    if (key === "artifacts" && Array.isArray(value)) {
      (value as Artifact[]).forEach((artifact, index) => settle(artifact, [...at, index], run, report));
    } else {
      settleGitArtifacts(value, at, run, report);
    }
  }
}

function settle(
  artifact: Artifact | undefined,
  path: Path,
  run: { facts: RunFacts; name: string },
  report: (path: Path, message: string) => void,
): void {
  const { git, subPath } = artifact ?? {};
  // Argo joins it to the artifact's key, so that `..` leads to what other runs have stored.
  if (/(^|\/)\.\.(\/|$)|\{\{/.test(String(subPath ?? "")))
    report([...path, "subPath"], "The `subPath` of an artifact must be written out, and hold no `..`.");
  if (artifact === undefined || git === undefined) return;
  const words = [git.revision, git.branch, ...(Array.isArray(git["fetch"]) ? git["fetch"] : [])];
  if (words.some((word) => String(word ?? "").startsWith("-"))) {
    report([...path, "git"], "A git revision must not begin with a dash.");
  }
  if (isOwn(git, run.facts)) {
    artifact.git = {
      ...git,
      repo: withUser(run.facts.cloneUrl),
      revision: git.revision ?? run.facts.headSha,
      passwordSecret: { name: tokenSecret(run.name), key: tokenKey },
    };
  } else if (!/^https?:\/\/[^{}\s]+/.test(String(git.repo))) {
    report([...path, "git", "repo"], "A git repository must be given by an https:// address.");
  }
}

function isOwn(git: GitArtifact, facts: RunFacts): boolean {
  const url = facts.cloneUrl;
  const repo = git.repo?.trim();
  if (repo === undefined || repo === "" || repo === url || repo === url.replace(/\.git$/, "")) return true;
  return /^\{\{\s*workflow\.parameters\.github-clone-url\s*\}\}$/.test(repo);
}

/** GitHub takes any user name with a token as the password; this one is its documentation's. */
function withUser(url: string): string {
  return url.replace("://", "://x-access-token@");
}
