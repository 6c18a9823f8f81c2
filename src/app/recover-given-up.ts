import { LRUCache } from "lru-cache";
import { EngineError, type RunKey } from "../engine/engine.js";
import type { Actor } from "../policy/event.js";
import { wasGivenUp } from "../run/given-up.js";
import { annotation, type RunFacts } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { occasionOfPullRequest } from "./occasion.js";
import { GitHubError } from "./ports.js";
import { startHead } from "./receive.js";
import { repositoryOf } from "./repository-of.js";
import { keyText } from "./run-key.js";
import { supersede } from "./supersede.js";

/** By then all of GitHub's machines have the push that the run was given up for. */
const graceMs = 60_000;
const atOnce = 10;
const remembered = 10_000;

export interface GivenUpRecovery {
  /** A run has ended, now or some time ago. Does nothing unless it was given up and was not looked at again. */
  ended(run: Run): void;
  look(): Promise<void>;
}

interface Ended {
  key: RunKey;
  facts: RunFacts & { pullRequest: NonNullable<RunFacts["pullRequest"]> };
  /** What its pull request would say that makes it wanted again. */
  action: "synchronize" | "reopened";
  /** Milliseconds since the epoch. */
  since: number;
  /** A look has failed, and may have started the run's commit. */
  isTried: boolean;
}

/**
 * Looks once more at each pull request's run that was given up, a minute after its end. Its branch may have come back to its
 * commit, or its pull request may have been opened again, right before it was stopped: the event of that found the run
 * standing. The run itself says whether that was done.
 */
export function openGivenUpRecovery(dependencies: Dependencies): GivenUpRecovery {
  const { clock, engine, log } = dependencies;
  const waiting = new LRUCache<string, Ended>({ max: remembered });

  return {
    ended(run) {
      const { facts, key, stopped } = run;
      const text = keyText(key);
      if (facts?.event !== "pull_request" || facts.pullRequest === undefined) return;
      if (!wasGivenUp(run) || run.lookedAgain || waiting.has(text)) return;
      const action = stopped?.reason === "closed" ? "reopened" : "synchronize";
      const { pullRequest } = facts;
      waiting.set(text, {
        key,
        facts: { ...facts, pullRequest },
        action,
        since: clock(),
        isTried: false,
      });
    },
    async look() {
      const now = clock();
      const isDue = ({ since }: Ended) => now - since >= graceMs || now < since;
      const due = [...waiting.entries()].toReversed().filter(([, ended]) => isDue(ended));
      for (const [text, ended] of due.slice(0, atOnce)) {
        try {
          await lookAt(dependencies, ended);
          await engine.annotate(ended.key, { [annotation.lookedAgain]: "true" });
          waiting.delete(text);
        } catch (error) {
          waiting.delete(text);
          if (isRetryable(error)) waiting.set(text, { ...ended, since: now, isTried: true });
          log.error({ run: text, err: error }, "failed to look again at a run that was given up");
        }
      }
    },
  };
}

async function lookAt(
  dependencies: Dependencies,
  { facts, action, isTried }: Omit<Ended, "key" | "since">,
): Promise<void> {
  const { contents, pullRequests } = dependencies.github;
  const reference = repositoryOf(facts);
  const { number, baseRef } = facts.pullRequest;
  const now = await pullRequests.get(reference, number);
  if (now.state !== "open") return;
  const isHead = now.headSha === facts.headSha && now.baseRef === baseRef;
  if (!isHead && !isTried) return;
  const actor: Actor = { type: "Unknown", ...facts.actor };
  const { installationId } = facts;
  const event = { installationId, repository: await contents.repository(reference), actor, action };
  if (!isHead) return supersede(dependencies, occasionOfPullRequest(dependencies, event, now, undefined), []);
  await startHead(dependencies, event, now, {
    only: ({ name, file }) => name === facts.manifest && file === facts.manifestFile,
  });
}

function isRetryable(error: unknown): boolean {
  return (error instanceof GitHubError || error instanceof EngineError) && error.retryable;
}
