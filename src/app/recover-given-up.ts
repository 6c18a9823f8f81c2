import { LRUCache } from "lru-cache";
import { EngineError } from "../engine/engine.js";
import type { Actor } from "../policy/event.js";
import type { RunFacts } from "../run/metadata.js";
import { wasGivenUp } from "../run/given-up.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { GitHubError } from "./ports.js";
import { receivePullRequest } from "./receive.js";
import { repositoryOf } from "./repository-of.js";
import { keyText } from "./run-key.js";

/** By then all of GitHub's machines have the push that the run was given up for. */
const graceMs = 60_000;
const atOnce = 25;
const remembered = 10_000;

export interface GivenUpRecovery {
  /** A run has ended. Does nothing unless it was given up. */
  ended(run: Run): void;
  look(): Promise<void>;
}

interface Ended {
  facts: RunFacts & { pullRequest: NonNullable<RunFacts["pullRequest"]> };
  /** What its pull request would say that makes it wanted again. */
  action: "synchronize" | "reopened";
  /** Milliseconds since the epoch. */
  since: number;
}

/**
 * Looks once more at each pull request's run that was given up, a minute after its end. Its branch may have come back to its
 * commit, or its pull request may have been opened again, right before it was stopped: the event of that found the run
 * standing. What ended in another process is found by the look at heads that a new leader begins with.
 */
export function openGivenUpRecovery(dependencies: Dependencies): GivenUpRecovery {
  const { clock, log } = dependencies;
  const waiting = new LRUCache<string, Ended>({ max: remembered });

  return {
    ended(run) {
      const { facts, key, stopped } = run;
      const text = keyText(key);
      if (facts?.event !== "pull_request" || facts.pullRequest === undefined) return;
      if (!wasGivenUp(run) || waiting.has(text)) return;
      const action = stopped?.reason === "closed" ? "reopened" : "synchronize";
      const { pullRequest } = facts;
      waiting.set(text, { facts: { ...facts, pullRequest }, action, since: clock() });
    },
    async look() {
      const now = clock();
      const isDue = ({ since }: Ended) => now - since >= graceMs || now < since;
      const due = [...waiting.entries()].toReversed().filter(([, ended]) => isDue(ended));
      for (const [text, ended] of due.slice(0, atOnce)) {
        waiting.delete(text);
        try {
          await lookAt(dependencies, ended);
        } catch (error) {
          if (isRetryable(error)) waiting.set(text, { ...ended, since: now });
          log.error({ run: text, err: error }, "failed to look again at a run that was given up");
        }
      }
    },
  };
}

async function lookAt(dependencies: Dependencies, { facts, action }: Ended): Promise<void> {
  const reference = repositoryOf(facts);
  const { number, baseRef } = facts.pullRequest;
  const now = await dependencies.github.pullRequests.get(reference, number);
  const { headSha } = facts;
  if (now.state !== "open" || now.headSha !== headSha || now.baseRef !== baseRef) return;
  const repository = await dependencies.github.contents.repository(reference);
  const actor: Actor = { type: "Unknown", ...facts.actor };
  await receivePullRequest(
    dependencies,
    {
      kind: "pull_request",
      installationId: facts.installationId,
      repository,
      actor,
      action,
      number,
      headSha,
    },
    { only: ({ name, file }) => name === facts.manifest && file === facts.manifestFile },
  );
}

function isRetryable(error: unknown): boolean {
  return (error instanceof GitHubError || error instanceof EngineError) && error.retryable;
}
