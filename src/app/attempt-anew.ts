import type { RunKey } from "../engine/engine.js";
import { wasGivenUp } from "../run/given-up.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import type { Occasion } from "./occasion.js";
import { twoAnswers } from "./two-answers.js";

interface Asked {
  /** That very attempt is asked for. */
  attempt?: number;
  /** Runs that GitHub knows from their checks: they were, though the engine may have forgotten them. */
  isRecorded?: (key: RunKey) => boolean;
}

/**
 * The next attempt of a pull request's head whose newest one was given up: its branch moved away and came back, or it was
 * closed and opened again. Undefined where an attempt stands, and for a comment, which asks for one unless it asks for
 * another attempt. Throws a retryable GitHubError when GitHub says something else by now: this is an old event that
 * took its time.
 */
export async function attemptAnew(
  { engine, github }: Dependencies,
  occasion: Occasion,
  { attempt: asked, isRecorded }: Asked,
  keyOf: (attempt: number) => RunKey,
): Promise<number | undefined> {
  const { event, pullRequest, reference, sha } = occasion;
  if (pullRequest === undefined || (event !== "pull_request" && asked === undefined)) return undefined;
  let next = asked ?? 1;
  let newest: Run | undefined;
  for (;;) {
    const key = keyOf(next);
    const there = await engine.get(key);
    // One that only GitHub remembers was there, and how it ended is not known.
    if (there === undefined && isRecorded?.(key) !== true) break;
    const run = there && readRun(there);
    if (run !== undefined && isWhatWasAsked(occasion, run)) return undefined;
    // The name of one that was forgotten is free: a run may be newer than its next attempt.
    if (newest === undefined || run === undefined || createdAt(run) >= createdAt(newest)) newest = run;
    next += 1;
  }
  if (newest === undefined || !wasGivenUp(newest)) return undefined;
  // Asked after the run is seen to be given up: the answer that the occasion is made of may be from before.
  const now = await github.pullRequests.get(reference, pullRequest.number);
  const isSame = now.state === "open" && now.headSha === sha && now.baseRef === pullRequest.baseRef;
  if (!isSame) throw twoAnswers(pullRequest, now);
  return next;
}

/** Milliseconds since the epoch. */
function createdAt({ workflow }: Run): number {
  return Date.parse(workflow.metadata.creationTimestamp ?? "") || 0;
}

/** What a comment asks for it asks for once, also when that was given up. */
function isWhatWasAsked({ calledGoodBy }: Occasion, { facts }: Run): boolean {
  return calledGoodBy !== undefined && facts?.calledGoodBy === calledGoodBy;
}
