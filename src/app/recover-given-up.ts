import { LRUCache } from "lru-cache";
import { backoff } from "../lib/backoff.js";
import type { Actor } from "../policy/event.js";
import { wasGivenUp } from "../run/given-up.js";
import type { RunFacts } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { isRetryable } from "./is-retryable.js";
import { occasionOfPullRequest } from "./occasion.js";
import { startHead } from "./receive.js";
import { recordedRuns } from "./recorded-runs.js";
import { repositoryOf } from "./repository-of.js";
import { keyText } from "./run-key.js";
import { runsOfPullRequest } from "./runs-of.js";
import { supersede } from "./supersede.js";

const minute = 60_000;
/** So long GitHub may answer from before the push that the run was given up for. */
const graceMs = minute;
/** What was told its end longer ago, before this process began, has been looked at. */
const recentMs = 24 * 60 * minute;
const longestWaitMs = 60 * minute;
const mostTries = 12;
const atOnce = 10;
const remembered = 10_000;

export interface GivenUpRecovery {
  /** A run has ended, now or before this process began. Does nothing unless it was given up. */
  ended(run: Run): void;
  look(): Promise<void>;
}

interface Ended {
  facts: RunFacts & { pullRequest: NonNullable<RunFacts["pullRequest"]> };
  /** What its pull request would say that makes it wanted again. */
  action: "synchronize" | "reopened";
  /** Milliseconds since the epoch. */
  dueAt: number;
  tries: number;
}

/**
 * Looks once more at each pull request's run that was given up, a minute after its end. Its branch may have come back to its
 * commit, or its pull request may have been opened again, right before it was stopped: the event of that found the run
 * standing.
 */
export function openGivenUpRecovery(dependencies: Dependencies): GivenUpRecovery {
  const { clock, log } = dependencies;
  const waiting = new LRUCache<string, Ended>({ max: remembered });
  const done = new LRUCache<string, true>({ max: remembered });

  return {
    ended(run) {
      const { facts, stopped } = run;
      const text = `${keyText(run.key)} ${run.uid}`;
      if (facts?.event !== "pull_request" || facts.pullRequest === undefined) return;
      if (!wasGivenUp(run) || waiting.has(text) || done.has(text)) return;
      const now = clock();
      if (now - Date.parse(run.report.legs.at(-1)?.completedAt ?? "") > recentMs) return;
      const { pullRequest } = facts;
      const action = stopped?.reason === "closed" ? "reopened" : "synchronize";
      waiting.set(text, { facts: { ...facts, pullRequest }, action, dueAt: now + graceMs, tries: 0 });
    },
    async look() {
      const now = clock();
      // Where the clock was set back, at once.
      const isDue = ({ dueAt }: Ended) => now >= dueAt || dueAt - now > longestWaitMs;
      const due = [...waiting.entries()].filter(([, ended]) => isDue(ended));
      for (const [text, ended] of due.slice(0, atOnce)) {
        const tries = ended.tries + 1;
        try {
          await lookAt(dependencies, ended);
          waiting.delete(text);
          done.set(text, true);
        } catch (error) {
          const again = isRetryable(error) && tries < mostTries;
          // One leader looks: nobody's tries are to be kept apart by chance.
          const wait = backoff(ended.tries, graceMs, longestWaitMs, () => 1);
          if (again) waiting.set(text, { ...ended, tries, dueAt: now + wait });
          else waiting.delete(text);
          log.error({ run: text, again, err: error }, "failed to look again at a run that was given up");
        }
      }
    },
  };
}

async function lookAt(dependencies: Dependencies, { facts, action }: Ended): Promise<void> {
  const { contents, pullRequests } = dependencies.github;
  const reference = repositoryOf(facts);
  const { number, baseRef } = facts.pullRequest;
  const now = await pullRequests.get(reference, number);
  if (now.state !== "open") return;
  const isHead = now.headSha === facts.headSha && now.baseRef === baseRef;
  if (!isHead && !(await isAtWork(dependencies, facts, number))) return;
  const actor: Actor = { type: "Unknown", ...facts.actor };
  const { installationId, headSha } = facts;
  const event = { installationId, repository: await contents.repository(reference), actor, action };
  if (!isHead) return supersede(dependencies, occasionOfPullRequest(dependencies, event, now, undefined), []);
  await startHead(dependencies, event, now, {
    only: ({ name, file }) => name === facts.manifest && file === facts.manifestFile,
    isRecorded: await recordedRuns(dependencies, reference, headSha),
  });
}

/** A look before this one may have started the commit, and failed when the head was another by then. */
async function isAtWork(
  { engine }: Dependencies,
  { headSha, repositoryId }: RunFacts,
  number: number,
): Promise<boolean> {
  const runs = await runsOfPullRequest(engine, repositoryId, number);
  return runs.some(({ facts, stopped }) => facts?.headSha === headSha && stopped === undefined);
}
