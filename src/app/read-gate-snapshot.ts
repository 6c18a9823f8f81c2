import type { RunFacts, Vote } from "../run/metadata.js";
import type { Permission } from "../policy/event.js";
import type { BranchSnapshot, GateRules, GateScene, GateSnapshot, Review } from "../policy/gate.js";
import { teamsOf } from "../policy/gate-rules.js";
import type { Dependencies } from "./dependencies.js";
import type { RepositoryRef } from "./ports.js";
import { repositoryOf } from "./repository-of.js";
import { spokenReviews } from "./votes.js";

export interface GateToRead {
  nodeId: string;
  nodeName: string;
  openedAt: string;
  /** When the check that shows the gate's preview was published, by GitHub's clock. */
  previewShownAt: string | undefined;
  rules: GateRules;
  /** What people said to this run's gates by command or button. */
  votes: readonly Vote[];
}

/** Reads everything that a gate decision looks at, now. Throws when any of it cannot be read. */
export async function readGateSnapshot(
  dependencies: Dependencies,
  facts: RunFacts & { pullRequest: NonNullable<RunFacts["pullRequest"]> },
  gate: GateToRead,
): Promise<GateSnapshot> {
  const { github } = dependencies;
  const repository = repositoryOf(facts);
  const { number } = facts.pullRequest;
  const owners = gate.rules.codeOwners === true;
  const [pullRequest, reviews, commits, lastPush, spoken, ownerReview] = await Promise.all([
    github.pullRequests.get(repository, number),
    github.pullRequests.reviews(repository, number),
    github.pullRequests.commits(repository, number),
    github.pullRequests.lastPush(repository, facts.pullRequest.headRef, facts.headSha),
    spokenReviews(dependencies, repository, number, gate.votes),
    owners ? github.pullRequests.ownerReview(repository, number) : undefined,
  ]);
  const scene = await readScene(dependencies, facts, gate, [...reviews, ...spoken]);
  return {
    ...scene,
    run: { ...scene.run, baseRef: facts.pullRequest.baseRef, pullRequest: number },
    pullRequest,
    commits: commits ?? [],
    lastPusherId: lastPush?.by,
    pushes: lastPush?.all ?? [],
    complete: commits !== undefined,
    ...(ownerReview === undefined ? {} : { ownerReview }),
  };
}

/** The same for a run that belongs to no pull request: only the check's buttons speak, and the actor is who pushed. */
export async function readBranchSnapshot(
  dependencies: Dependencies,
  facts: RunFacts,
  gate: GateToRead,
): Promise<BranchSnapshot> {
  const repository = repositoryOf(facts);
  const pressed = gate.votes.filter(({ via }) => via === "check");
  const [spoken, { commits, known, complete, isOld }] = await Promise.all([
    spokenReviews(dependencies, repository, undefined, pressed),
    dependencies.github.contents.commitsSince(repository, facts.since, facts.headSha),
  ]);
  const scene = await readScene(dependencies, facts, gate, spoken);
  // Who publishes a release did not push its tag, and a tag can be moved before it is read.
  const isPushed = facts.event !== "release" || isOld === true;
  return { ...scene, commits, commitsKnown: known && isPushed, complete: scene.complete && complete };
}

async function readScene(
  { github, policyOf }: Dependencies,
  facts: RunFacts,
  gate: GateToRead,
  reviews: Review[],
): Promise<GateScene> {
  const repository = repositoryOf(facts);
  const opinions = reviews.filter(({ state }) => state === "APPROVED" || state === "CHANGES_REQUESTED");
  const people = new Map(opinions.flatMap(({ user }) => (user ? [[user.id, user.login] as const] : [])));
  const permissions: Record<number, Permission> = {};
  await Promise.all(
    [...people].map(async ([id, login]) => {
      permissions[id] = await github.permissions.of(repository, { id, login });
    }),
  );
  const required = policyOf(facts.repository).gates.checks;
  const found = required.length === 0 ? [] : await github.checkRuns.ofAll(repository, facts.headSha);
  return {
    checks: { required, found },
    run: { repositoryId: facts.repositoryId, headSha: facts.headSha },
    gate: { nodeId: gate.nodeId, nodeName: gate.nodeName, openedAt: gate.openedAt },
    previewShownAt: gate.previewShownAt,
    reviews,
    lastPusherId: isPerson(facts.actor) ? facts.actor.id : undefined,
    permissions,
    teams: await readTeams(github, repository, gate.rules),
    complete: true,
  };
}

/** 0: nobody knows who pushed what a schedule has started. A bot pushes for somebody: who that is, GitHub does not tell. */
function isPerson({ id, login, type }: RunFacts["actor"]): boolean {
  return id > 0 && type !== "Bot" && !login.endsWith("[bot]");
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
