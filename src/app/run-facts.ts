import type { Manifest } from "../manifest/manifest.js";
import type { RepositoryPolicy } from "../policy/configuration.js";
import { wantsComment } from "../policy/report-wishes.js";
import { parseTokenPermissions, within } from "../policy/token-permissions.js";
import { annotation, type RunFacts } from "../run/metadata.js";
import type { Occasion } from "./occasion.js";

/** What a run is started for, as its Workflow will keep it. */
export function factsOf(
  occasion: Occasion,
  manifest: Manifest,
  name: string,
  { policy, attempt }: { policy: RepositoryPolicy; attempt: number },
): RunFacts {
  const { pullRequest: pull, repository } = occasion;
  return {
    installationId: occasion.reference.installationId,
    repositoryId: repository.id,
    repository: repository.slug,
    manifest: manifest.name,
    manifestFile: manifest.file,
    checkName: name,
    title: manifest.object.metadata.annotations?.[annotation.title] ?? manifest.name,
    event: occasion.event,
    headSha: occasion.sha,
    ref: occasion.ref,
    actor: { id: occasion.actor.id, login: occasion.actor.login, type: occasion.actor.type },
    ...(pull === undefined
      ? {}
      : {
          pullRequest: {
            number: pull.number,
            baseRef: pull.baseRef,
            baseSha: pull.baseSha,
            headRef: pull.headRef,
            fork: pull.headRepositoryId !== repository.id,
          },
        }),
    attempt,
    trigger: occasion.trigger,
    tokenPermissions: within(parseTokenPermissions(manifest).permissions, policy.tokenPermissions),
    cloneUrl: repository.cloneUrl,
    htmlUrl: repository.htmlUrl,
    ...(wantsComment(manifest) ? { comment: "summary" as const } : {}),
    ...(occasion.baseRef === undefined ? {} : { baseRef: occasion.baseRef }),
    ...(occasion.since === undefined ? {} : { since: occasion.since }),
    ...(occasion.arguments === undefined ? {} : { arguments: occasion.arguments }),
    ...(occasion.retriedBy === undefined ? {} : { retriedBy: occasion.retriedBy }),
    ...(occasion.calledGoodBy === undefined ? {} : { calledGoodBy: occasion.calledGoodBy }),
  };
}

/** Checks belong to commits, and one head may serve pull requests into several bases. */
export function checkName(name: string, { pullRequest, baseRef, repository }: Occasion): string {
  const base = pullRequest?.baseRef ?? baseRef ?? repository.defaultBranch;
  return base === repository.defaultBranch ? name : `${name} (${base})`;
}
