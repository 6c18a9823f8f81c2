import type { Dependencies } from "../../src/app/dependencies.js";
import { openEnsureCheck } from "../../src/app/ensure-check.js";
import { openDeletedRuns } from "../../src/app/deleted-runs.js";
import { openComments } from "../../src/app/keep-comment.js";
import { GitHubError, noMetrics, type GitHub, type StoredCheck } from "../../src/app/ports.js";
import { openStepLogs } from "../../src/app/step-logs.js";
import type { Engine } from "../../src/engine/engine.js";
import type { Workflow } from "../../src/manifest/argo.js";
import { noPolicy } from "../../src/policy/configuration.js";
import type { CheckPayload } from "../../src/report/check.js";
import type { NewDeployment } from "../../src/app/ports.js";

/** One run that tests move on by hand, and a GitHub that keeps what it is told: for what is said, and in how many requests. */
export interface ToldWorld {
  dependencies: Dependencies;
  /** Runs by name; put one here, or another in its place. */
  workflows: Map<string, Workflow>;
  logs: Map<string, string>;
  checks: (CheckPayload & { id: number })[];
  comments: { id: number; body: string }[];
  deployments: (NewDeployment & { id: number; states: string[] })[];
  /** The names of the calls to GitHub, oldest first. */
  asked: string[];
  /** Asked before each call to GitHub and each annotation of a run; what it throws, the call throws, after its effect with `late`. */
  faults: { next?: (call: string) => "before" | "late" | undefined };
  time: { now: number };
}

export function openToldWorld(): ToldWorld {
  const world: Omit<ToldWorld, "dependencies"> = {
    workflows: new Map(),
    logs: new Map(),
    checks: [],
    comments: [],
    deployments: [],
    asked: [],
    faults: {},
    time: { now: Date.parse("2026-03-01T10:00:00Z") },
  };
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const github = gitHubOf(world);
  const engine = engineOf(world);
  const logs = openStepLogs(engine, log);
  const dependencies: Dependencies = {
    engine,
    github,
    log,
    logs,
    comments: openComments({ engine, github, log, logs }),
    deleted: openDeletedRuns({ github, clock: () => world.time.now, log }),
    ensureCheck: openEnsureCheck(github),
    clock: () => world.time.now,
    metrics: noMetrics,
    namespace: "sluice",
    policyOf: () => noPolicy,
    wake: () => undefined,
    pace: () => true,
    late: { begin: () => undefined, isOver: () => false, forget: () => undefined },
    reconcile: () => Promise.reject(new Error("not in this world")),
  };
  return { ...world, dependencies };
}

type Parts = Omit<ToldWorld, "dependencies">;

/** Does the work as one call, with its fault. */
async function call<T>({ asked, faults }: Parts, name: string, work: () => T): Promise<T> {
  const fault = faults.next?.(name);
  if (name !== "annotate") asked.push(name);
  const lost = () => new GitHubError(`${name} was cut off`, { retryable: true });
  if (fault === "before") throw lost();
  const result = await Promise.resolve(work());
  if (fault === "late") throw lost();
  return result;
}

function engineOf(world: Parts): Engine {
  const engine: Pick<Engine, "kind" | "get" | "list" | "annotate" | "readLog"> = {
    kind: "argo",
    get: ({ name }) => Promise.resolve(world.workflows.get(name)),
    list: () => Promise.resolve([...world.workflows.values()]),
    annotate: ({ name }, annotations, ifEquals = {}) =>
      call(world, "annotate", () => {
        const workflow = world.workflows.get(name) ?? never();
        const now = (workflow.metadata.annotations ??= {});
        if (Object.entries(ifEquals).some(([key, value]) => (now[key] ?? null) !== value))
          return "moved" as const;
        for (const [key, value] of Object.entries(annotations)) if (value !== null) now[key] = value;
        return "done" as const;
      }),
    async readLog(_key, nodeId) {
      const text = world.logs.get(nodeId);
      return text === undefined
        ? undefined
        : (async function* () {
            yield await Promise.resolve(new TextEncoder().encode(text));
          })();
    },
  };
  return engine as Engine;
}

function gitHubOf(world: Parts): GitHub {
  const { checks, comments, deployments } = world;
  const stored = ({ id, name, externalId, status, completedAt }: (typeof checks)[number]): StoredCheck => ({
    id,
    name,
    externalId,
    status,
    completedAt,
  });
  /** GitHub knows when a check run was completed first, and reopens none. */
  const write = (check: (typeof checks)[number], change: CheckPayload): StoredCheck => {
    if (check.status === "completed" && change.status !== "completed")
      throw new GitHubError("it cannot go back", { status: 422, retryable: false });
    const completedAt = check.completedAt ?? new Date(world.time.now).toISOString();
    return stored(Object.assign(check, change, change.status === "completed" ? { completedAt } : {}));
  };
  const byId = <T extends { id: number }>(all: T[], id: number): T => {
    const found = all.find((each) => each.id === id);
    if (found === undefined) throw new GitHubError(`no ${id}`, { status: 404, retryable: false });
    return found;
  };
  const github: Pick<GitHub, "checkRuns" | "comments" | "deployments"> = {
    checkRuns: {
      create: (_repository, _sha, check) =>
        call(world, "create check", () => {
          const created = { ...check, id: checks.length + 1, status: "queued" as const };
          checks.push(created);
          return write(created, check);
        }),
      update: (_repository, id, check) => call(world, "update check", () => write(byId(checks, id), check)),
      list: () => call(world, "list checks", () => checks.map(stored)),
      get: (_repository, id) => call(world, "read check", () => stored(byId(checks, id))),
      ofAll: () => Promise.reject(new Error("not asked here")),
      own: () => Promise.reject(new Error("not asked here")),
    },
    comments: {
      own: () => call(world, "list comments", () => [...comments]),
      create: (_repository, _number, body) =>
        call(world, "create comment", () => comments.push({ id: 100 + comments.length, body }) + 99),
      edit: (_repository, id, body) =>
        call(world, "edit comment", () => void Object.assign(byId(comments, id), { body })),
      reply: () => Promise.reject(new Error("not asked here")),
      hasReply: () => Promise.reject(new Error("not asked here")),
      list: () => Promise.reject(new Error("not asked here")),
      react: () => Promise.reject(new Error("not asked here")),
      unreact: () => Promise.reject(new Error("not asked here")),
      reactions: () => Promise.reject(new Error("not asked here")),
    },
    deployments: {
      create: (_repository, wanted) =>
        call(
          world,
          "create deployment",
          () => deployments.push({ ...wanted, id: 200 + deployments.length, states: [] }) + 199,
        ),
      find: (_repository, wanted) =>
        call(
          world,
          "list deployments",
          () =>
            deployments.find(
              ({ run, environment }) => run === wanted.run && environment === wanted.environment,
            )?.id,
        ),
      setState: (_repository, id, { state }) =>
        call(world, "set state", () => void byId(deployments, id).states.push(state)),
    },
  };
  return github as GitHub;
}

function never(): never {
  throw new Error("there is no such thing");
}
