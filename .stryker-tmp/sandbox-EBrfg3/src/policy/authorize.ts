import type { Permission } from "./event.js";

const writers: ReadonlySet<Permission> = new Set<Permission>(["write", "maintain", "admin"]);

/** True for write permission and up: what commands need, and what makes a review count. */
export function mayCommand(permission: Permission): boolean {
  return writers.has(permission);
}

/**
 * Why a pull request may not start runs on this engine; undefined when it may. A fork's manifests and code come from
 * outside the repository, and the local engine runs steps on this machine. A head repository that was deleted
 * counts as a fork.
 */
export function forkRefusal(
  pullRequest: { headRepositoryId: number | undefined; baseRepositoryId: number },
  engine: "argo" | "local",
): string | undefined {
  if (pullRequest.headRepositoryId === pullRequest.baseRepositoryId) return undefined;
  if (engine === "local") {
    return "The pull request comes from a fork, and this server runs steps on its own machine: push the branch to this repository to run it.";
  }
  return "The pull request comes from a fork: push the branch to this repository to run it.";
}
