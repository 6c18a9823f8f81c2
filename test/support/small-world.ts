import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dependencies } from "../../src/app/dependencies.js";
import { noMetrics, GitHubError, type GitHub, type StoredCheck } from "../../src/app/ports.js";
import { reconcileRun } from "../../src/app/reconcile-run.js";
import { openEnsureCheck } from "../../src/app/ensure-check.js";
import { openDeletedRuns } from "../../src/app/deleted-runs.js";
import { openComments } from "../../src/app/keep-comment.js";
import { openStepLogs } from "../../src/app/step-logs.js";
import { openLocalEngine } from "../../src/engine/local/local-engine.js";
import { noPolicy } from "../../src/policy/configuration.js";
import type { PullRequest, PullRequestEvent, PushEvent } from "../../src/policy/event.js";
import type { CheckPayload } from "../../src/report/check.js";

export const repository = {
  id: 1,
  slug: "acme/infra",
  defaultBranch: "main",
  cloneUrl: "https://github.example.invalid/acme/infra.git",
  htmlUrl: "https://github.example.invalid/acme/infra",
};
const alice = { id: 5, login: "alice", type: "User" } as const;

/** The use cases over a real local engine and a GitHub of a few values, to order events and answers exactly. */
export interface SmallWorld {
  dependencies: Dependencies;
  /** What GitHub says now; tests change it between events. */
  says: {
    head: string;
    pull: Partial<PullRequest>;
    files: Record<string, string>;
    openForCommit: PullRequest[];
    mint: () => { value: string; expiresAt: string };
    /** Runs before manifests are read. */
    beforeManifests: (sha: string) => Promise<void>;
  };
  checks: (CheckPayload & { id: number; sha: string })[];
  /** The engine's own files. */
  directory: string;
  close(): Promise<void>;
}

export async function openSmallWorld(files: Record<string, string>): Promise<SmallWorld> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-world-"));
  const engine = await openLocalEngine({ directory });
  const checks: SmallWorld["checks"] = [];
  const says: SmallWorld["says"] = {
    head: sha(1),
    pull: {},
    files,
    openForCommit: [],
    mint: () => ({ value: "t", expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
    beforeManifests: () => Promise.resolve(),
  };
  const find = (id: number) => {
    const check = checks.find((each) => each.id === id);
    if (check === undefined) throw new GitHubError(`no check ${id}`, { status: 404, retryable: false });
    return check;
  };
  const github: GitHub = {
    contents: {
      async manifests(_repository, at) {
        await says.beforeManifests(at);
        return Object.entries(says.files).map(([path, text]) => ({ path, text }));
      },
      commitsSince: () => Promise.resolve({ commits: [], known: true, complete: true }),
      changedFiles: () => Promise.resolve(["README.md"]),
      repository: () => Promise.resolve(repository),
      commit: (_repository, revision) => Promise.resolve({ sha: revision, message: "" }),
    },
    pullRequests: {
      get: () => Promise.resolve(pullRequest({ headSha: says.head, ...says.pull })),
      openForCommit: () => Promise.resolve(says.openForCommit),
      files: () => Promise.resolve(["README.md"]),
      open: () => Promise.resolve([]),
      pushes: () => Promise.resolve([]),
      reviews: () => Promise.resolve([]),
      commits: () =>
        Promise.resolve([{ sha: says.head, author: alice, committer: alice, coAuthorEmails: [] }]),
      ownerReview: () => Promise.reject(new Error("no gate here asks for code owners")),
      lastPush: () =>
        Promise.resolve({
          by: alice.id,
          login: alice.login,
          at: new Date(0).toISOString(),
          before: undefined,
          all: [],
        }),
    },
    permissions: { of: () => Promise.resolve("write"), teamMembers: () => Promise.resolve([]) },
    checkRuns: {
      async create(_repository, at, check) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const created = { ...check, id: checks.length + 1, sha: at };
        checks.push(created);
        return stored(created);
      },
      update: (_repository, id, check) => Promise.resolve(stored(Object.assign(find(id), check))),
      get: (_repository, id) => Promise.resolve(stored(find(id))),
      ofAll: () => Promise.resolve([]),
      own: (_repository, at) => Promise.resolve(checks.filter((each) => each.sha === at).map(stored)),
      list(_repository, at, name) {
        return Promise.resolve(
          checks.filter((each) => each.sha === at && (name === undefined || each.name === name)).map(stored),
        );
      },
    },
    deliveries: {
      since: () => Promise.resolve([]),
      firstTried: () => Promise.resolve("never"),
      redeliver: () => Promise.resolve(),
    },
    installations: { repositories: () => Promise.resolve([]) },
    deployments: {
      create: () => Promise.resolve(1),
      find: () => Promise.resolve(undefined),
      setState: () => Promise.resolve(),
    },
    comments: {
      list: () => Promise.resolve([]),
      own: () => Promise.resolve([]),
      create: () => Promise.resolve(1),
      edit: () => Promise.resolve(),
      reply: () => Promise.resolve(),
      hasReply: () => Promise.resolve(false),
      react: () => Promise.resolve(true),
      unreact: () => Promise.resolve(true),
      reactions: () => Promise.resolve([]),
    },
    tokens: { mint: () => Promise.resolve(says.mint()) },
  };
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const logs = openStepLogs(engine, log);
  const dependencies: Dependencies = {
    engine,
    github,
    clock: Date.now,
    log,
    logs,
    comments: openComments({ engine, github, log, logs }),
    deleted: openDeletedRuns({ github, clock: Date.now, log }),
    ensureCheck: openEnsureCheck(github),
    metrics: noMetrics,
    namespace: "sluice",
    policyOf: () => noPolicy,
    wake: quiet,
    pace: () => true,
    late: { begin: () => undefined, isOver: () => false, forget: () => undefined },
    reconcile: (key) => reconcileRun(dependencies, key),
  };
  return {
    dependencies,
    says,
    checks,
    directory,
    async close() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** GitHub knows when a check run was completed, whether it was told or not. */
function stored({ id, name, externalId, status, completedAt }: SmallWorld["checks"][number]): StoredCheck {
  const shown = status === "completed" ? new Date().toISOString() : undefined;
  return { id, name, externalId, status, completedAt: completedAt ?? shown };
}

/** A commit that is told apart by its digit. */
export function sha(digit: number): string {
  return String(digit).repeat(40);
}

export function pullRequest(given: Partial<PullRequest>): PullRequest {
  return {
    number: 7,
    state: "open",
    draft: false,
    merged: false,
    author: alice,
    headSha: sha(1),
    headRef: "change",
    headRepositoryId: repository.id,
    baseRef: "main",
    baseSha: sha(9),
    baseRepositoryId: repository.id,
    title: "Change",
    htmlUrl: "",
    labels: [],
    ...given,
  };
}

export function pulled(headSha: string): PullRequestEvent {
  return {
    kind: "pull_request",
    installationId: 1,
    repository,
    actor: alice,
    action: "synchronize",
    number: 7,
    headSha,
  };
}

export function pushed(ref: string, after: string): PushEvent {
  const moved = {
    ref,
    before: sha(8),
    after,
    created: false,
    deleted: false,
    forced: false,
    headMessage: "",
  };
  return { kind: "push", installationId: 1, repository, actor: alice, ...moved };
}

/** What GitHub answers for permissions that the App does not have. */
export function refusedToken(): never {
  throw new GitHubError(
    "failed to mint a token: The permissions requested are not granted to this installation.",
    {
      status: 422,
      retryable: false,
    },
  );
}
