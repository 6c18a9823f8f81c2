import { LRUCache } from "lru-cache";
import type { RunKey } from "../engine/engine.js";
import { externalIdOf } from "../report/external-id.js";
import { renderDeleted } from "../report/render-deleted.js";
import type { ReportedDeployment } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import type { Clock, GitHub, Log } from "./ports.js";
import { repositoryOf } from "./repository-of.js";
import { isTold } from "./told.js";

/** Ends on GitHub what was said of runs that are gone. */
export interface DeletedRuns {
  /** The run as it was read last. */
  saw(run: Run): void;
  /** There is no such run any more; does nothing for one that was never seen, or whose end was told. */
  close(key: RunKey): Promise<void>;
}

const remembered = 10_000;

/**
 * All that Sluice knows of a run is on its Workflow object. When somebody deletes that, the check would stay open for
 * ever: what the last look at it showed is remembered for this, as long as the process lives.
 */
export function openDeletedRuns(parts: { github: GitHub; clock: Clock; log: Log }): DeletedRuns {
  const { github, clock, log } = parts;
  const seen = new LRUCache<string, Pick<Run, "key" | "facts" | "report" | "deployments">>({
    max: remembered,
  });
  return {
    saw(run) {
      const { key, facts, report, deployments } = run;
      if (isTold(run) && ![...deployments.values()].some(isOpen)) seen.delete(nameOf(key));
      else seen.set(nameOf(key), { key, facts, report, deployments });
    },
    async close(key) {
      const { facts, report, deployments } = seen.get(nameOf(key)) ?? {};
      const last = report?.legs.at(-1);
      if (facts === undefined || last === undefined) return;
      const repository = repositoryOf(facts);
      if (!last.completed || last.gates !== undefined) {
        const externalId = externalIdOf(key, last.leg);
        const check = renderDeleted({ checkName: facts.checkName, externalId, now: clock() });
        await github.checkRuns.update(repository, last.id, check);
        log.info({ run: key.name, check: last.id }, "closed the check of a deleted run");
      }
      for (const deployment of deployments?.values() ?? []) {
        const { id } = deployment;
        if (id === undefined || !isOpen(deployment)) continue;
        await github.deployments.setState(repository, id, {
          state: "inactive",
          description: "The run was deleted",
        });
      }
      seen.delete(nameOf(key));
    },
  };
}

function isOpen({ state }: ReportedDeployment): boolean {
  return state === "pending" || state === "in_progress";
}

function nameOf({ namespace, name }: RunKey): string {
  return `${namespace}/${name}`;
}
