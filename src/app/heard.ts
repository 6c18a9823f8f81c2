import type { RunKey } from "../engine/engine.js";
import { annotation } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import { amendRun } from "./amend-run.js";
import type { Dependencies } from "./dependencies.js";

/** Of the comments that a run was told something by, the newest are kept. */
const most = 50;

/** Notes that a comment tells a run something, before it does: its delivery, when it comes again, knows that it did. */
export function noteHeard(dependencies: Dependencies, key: RunKey, comment: number): Promise<void> {
  return amendRun(dependencies, key, annotation.heard, ({ heard }) =>
    heard.includes(comment) ? undefined : JSON.stringify([...heard, comment].slice(-most)),
  );
}

/** Whether a comment has started the run, voted in it, or was noted because it tells the run something. */
export function hasHeard({ facts, votes, heard }: Run, comment: number): boolean {
  return (
    commentOf(facts) === comment ||
    heard.includes(comment) ||
    votes.some(({ via, id }) => via === "comment" && id === comment)
  );
}

/** The comment without which the run would not be; of a later attempt, that which asked for it. */
export function commentOf(facts: Run["facts"]): number | undefined {
  const { retriedBy, calledGoodBy, trigger = "" } = facts ?? {};
  if (retriedBy !== undefined) return typeof retriedBy === "number" ? retriedBy : undefined;
  const commented = /^comment:(\d+)$/.exec(trigger)?.[1];
  return commented === undefined ? calledGoodBy : Number(commented);
}
