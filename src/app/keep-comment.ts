import { LRUCache } from "lru-cache";
import type { Engine } from "../engine/engine.js";
import type { GateDecision } from "../policy/gate.js";
import { commentMarker, renderComment } from "../report/render-comment.js";
import type { RunFacts } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import { GitHubError, type GitHub, type Log, type RepositoryRef } from "./ports.js";
import { repositoryOf } from "./repository-of.js";
import { runsOfPullRequest } from "./runs-of.js";
import type { StepLogs } from "./step-logs.js";

/** Keeps the one comment of each pull request whose manifests ask for it. */
export interface Comments {
  /** Makes the comment say what the pull request's newest runs say. */
  keep(run: Run, facts: RunFacts, decisions: ReadonlyMap<string, GateDecision>): Promise<void>;
}

interface Written {
  id: number;
  body: string;
}

const remembered = 2000;

/**
 * What was written last is remembered; after a restart the comment is found by its marker among those of the App, since
 * anyone can write the marker but nobody else as the App. One pull request's runs take turns.
 */
export function openComments(parts: { engine: Engine; github: GitHub; log: Log; logs: StepLogs }): Comments {
  const { engine, github, log, logs } = parts;
  const written = new LRUCache<string, Written>({ max: remembered });
  const decided = new LRUCache<string, ReadonlyMap<string, GateDecision>>({ max: remembered });
  const turns = new Map<string, Promise<void>>();

  async function write(repository: RepositoryRef, number: number): Promise<void> {
    const runs = newestOf(await runsOfPullRequest(engine, repository.id, number, { finished: true }));
    const found = await Promise.all(
      runs.map(async (run) => ({
        run,
        decisions: decided.get(run.uid) ?? new Map(),
        logs: await logs.of(run),
      })),
    );
    const body = renderComment(found);
    const name = `${repository.id}#${number}`;
    const last = written.get(name) ?? (await find(repository, number));
    if (last?.body !== body) written.set(name, { id: await put(repository, number, last, body), body });
    else written.set(name, last);
  }

  async function find(repository: RepositoryRef, number: number): Promise<Written | undefined> {
    return (await github.comments.own(repository, number)).find(({ body }) => body.startsWith(commentMarker));
  }

  async function put(
    repository: RepositoryRef,
    number: number,
    last: Written | undefined,
    body: string,
  ): Promise<number> {
    if (last === undefined) return github.comments.create(repository, number, body);
    try {
      await github.comments.edit(repository, last.id, body);
      return last.id;
    } catch (error) {
      // Somebody has deleted it.
      if (!(error instanceof GitHubError) || error.status !== 404) throw error;
      return github.comments.create(repository, number, body);
    }
  }

  return {
    async keep(run, facts, decisions) {
      const { pullRequest } = facts;
      // A fork's author does not write in the App's name.
      if (facts.comment === undefined || pullRequest === undefined || pullRequest.fork) return;
      decided.set(run.uid, decisions);
      const repository = repositoryOf(facts);
      const name = `${repository.id}#${pullRequest.number}`;
      const turn = (turns.get(name) ?? Promise.resolve()).then(() => write(repository, pullRequest.number));
      const ended = turn.catch(() => undefined);
      turns.set(name, ended);
      try {
        await turn;
      } catch (error) {
        if (!(error instanceof GitHubError) || error.retryable) throw error;
        log.warn({ run: run.key.name, err: error }, "GitHub refuses a comment");
      } finally {
        if (turns.get(name) === ended) turns.delete(name);
      }
    },
  };
}

/** Of each manifest that asks for a comment the run that began last, by the manifests' names. */
function newestOf(runs: readonly Run[]): Run[] {
  const newest = new Map<string, Run>();
  for (const run of runs.toSorted((a, b) => createdAt(a) - createdAt(b) || attemptOf(a) - attemptOf(b)))
    if (run.facts?.comment !== undefined) newest.set(run.facts.manifest, run);
  return [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, run]) => run);
}

function createdAt({ workflow, startedAt }: Run): number {
  return Date.parse(workflow.metadata.creationTimestamp ?? startedAt ?? "") || Infinity;
}

function attemptOf({ facts }: Run): number {
  return facts?.attempt ?? 0;
}
