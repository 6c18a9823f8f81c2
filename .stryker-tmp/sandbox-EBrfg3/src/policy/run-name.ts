import { createHash } from "node:crypto";

export interface RunIdentity {
  repositoryId: number;
  manifest: string;
  sha: string;
  /** What started the run, e.g. `push:refs/heads/main` or `pull_request:7`. */
  trigger: string;
  attempt: number;
}

const longestName = 40;
const hashDigits = 15;

/**
 * The Workflow's name: the same for the same identity, so that a second delivery meets the first one's Workflow.
 * A DNS label of at most 56 characters, which leaves room for `-github` (the run's Secret) in 63.
 */
export function runName(identity: RunIdentity): string {
  const { repositoryId, manifest, sha, trigger, attempt } = identity;
  const hash = createHash("sha256").update(JSON.stringify([repositoryId, manifest, sha, trigger, attempt]));
  return `${cleanName(manifest)}-${hash.digest("hex").slice(0, hashDigits)}`;
}

function cleanName(manifest: string): string {
  const dashed = manifest.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const cleaned = trimDashes(trimDashes(dashed).slice(0, longestName));
  return cleaned === "" ? "run" : cleaned;
}

function trimDashes(text: string): string {
  return text.replace(/^-+/, "").replace(/-+$/, "");
}
