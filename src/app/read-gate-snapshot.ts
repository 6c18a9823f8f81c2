import type { RunFacts } from "../run/metadata.js";
import type { Permission } from "../policy/event.js";
import type { GateRules, GateSnapshot } from "../policy/gate.js";
import { teamsOf } from "../policy/gate-rules.js";
import type { Dependencies } from "./dependencies.js";
import type { RepositoryRef } from "./ports.js";

export interface GateToRead {
  nodeId: string;
  nodeName: string;
  openedAt: string;
  /** When the check that shows the gate's preview was published, by GitHub's clock. */
  previewShownAt: string | undefined;
  rules: GateRules;
}

/** Reads everything that a gate decision looks at, now. Throws when any of it cannot be read. */
export async function readGateSnapshot(
  { github }: Dependencies,
  facts: RunFacts & { pullRequest: NonNullable<RunFacts["pullRequest"]> },
  gate: GateToRead,
): Promise<GateSnapshot> {
  const repository = repositoryOf(facts);
  const { number } = facts.pullRequest;
  const [pullRequest, reviews, commits, lastPusherId] = await Promise.all([
    github.pullRequests.get(repository, number),
    github.pullRequests.reviews(repository, number),
    github.pullRequests.commits(repository, number),
    github.pullRequests.lastPusher(repository, facts.pullRequest.headRef, facts.headSha),
  ]);
  const opinions = reviews.filter(({ state }) => state === "APPROVED" || state === "CHANGES_REQUESTED");
  const people = new Map(opinions.flatMap(({ user }) => (user ? [[user.id, user.login] as const] : [])));
  const permissions: Record<number, Permission> = {};
  await Promise.all(
    [...people].map(async ([id, login]) => {
      permissions[id] = await github.permissions.of(repository, login);
    }),
  );
  return {
    run: {
      repositoryId: facts.repositoryId,
      headSha: facts.headSha,
      baseRef: facts.pullRequest.baseRef,
      pullRequest: number,
    },
    gate: { nodeId: gate.nodeId, nodeName: gate.nodeName, openedAt: gate.openedAt },
    previewShownAt: gate.previewShownAt,
    pullRequest,
    reviews,
    commits: commits ?? [],
    lastPusherId,
    permissions,
    teams: await readTeams(github, repository, gate.rules),
    complete: commits !== undefined,
  };
}

async function readTeams(
  github: Dependencies["github"],
  repository: RepositoryRef,
  rules: GateRules,
): Promise<Record<string, number[]>> {
  const teams = await Promise.all(
    teamsOf(rules).map(
      async (name) => [name, await github.permissions.teamMembers(repository, name)] as const,
    ),
  );
  return Object.fromEntries(teams);
}

export function repositoryOf(facts: RunFacts): RepositoryRef {
  return { installationId: facts.installationId, id: facts.repositoryId, slug: facts.repository };
}
