import type { GateDecision } from "../policy/gate.js";
import type { Run } from "../run/read-run.js";
import type { CheckPayload } from "./check.js";
import { conclusionOf } from "./conclusion.js";
import { externalIdOf } from "./external-id.js";
import { fit } from "./fit.js";
import { annotationsOf } from "./log-annotations.js";
import type { LogDigest } from "./log-reader.js";
import { timestamp } from "./plain.js";
import { quoteWith } from "./quote.js";
import { rejectionsOf } from "./rejections.js";
import { readLogsOf, sectionsOf } from "./sections.js";
import { renderTitle } from "./render-title.js";
import { type Standing, standingOf } from "./standing.js";

export interface CheckContext {
  /** Milliseconds since the epoch; used where the run does not say when something ended, and for how long it runs. */
  now: number;
  /** By node id; a gate that is not in it is shown as not looked at yet. */
  decisions: ReadonlyMap<string, GateDecision>;
  leg: number;
  detailsUrl?: string;
  /** The logs of steps that have ended, by node id, as far as they could be read. */
  logs?: ReadonlyMap<string, LogDigest>;
  /** Logs that named values to mask cannot be read any more: what steps wrote is not shown. */
  masksLost?: boolean;
  /** Values that must not be shown, besides those that the logs name. */
  masks: readonly string[];
  /** Why no review can open this run's gates, when that is so; shown instead of how to approve. */
  gatesClosed?: string;
  /** What else the reader should know, one sentence each. */
  notices?: readonly string[];
}

const cancel = { label: "Cancel", description: "Stop this run", identifier: "cancel" } as const;
const approve = {
  label: "Approve",
  description: "Approve the gates shown here",
  identifier: "approve",
} as const;
const reject = { label: "Reject", description: "Reject the gates shown here", identifier: "reject" } as const;
const retry = { label: "Retry", description: "Run it again on this commit", identifier: "retry" } as const;

/**
 * What a leg of a run's check should say (queued, in progress, completed at a gate, completed for good). A function of
 * the run, the decisions and the logs: but for the time that a title names, it says the same until one of them changes.
 * There may be more annotations than one request takes.
 */
export function renderCheck(run: Run, context: CheckContext): CheckPayload {
  const logs = context.masksLost === true ? [] : readLogsOf(run, context.logs);
  const quote = quoteWith([...context.masks, ...logs.flatMap(({ digest }) => digest.masks)]);
  const standing = standingOf(run);
  const rejections = rejectionsOf(run);
  const { decisions, now } = context;
  const title = renderTitle(run, standing, { decisions, rejections, quote, now });
  const ending = { phase: run.phase, stopped: run.stopped?.reason, rejected: rejections.length > 0 };
  const state = stateOf(standing, conclusionOf(ending), mayRetry(run));
  // Annotations are added to those that a check run has: they are told when no more can come.
  const annotations = state.status === "completed" ? annotationsOf(run, logs, quote) : [];
  return {
    name: run.facts?.checkName ?? run.key.name,
    externalId: externalIdOf(run.key, context.leg),
    ...(context.detailsUrl === undefined ? {} : { detailsUrl: context.detailsUrl }),
    ...state,
    ...timesOf(run, standing, now),
    title,
    ...fit(sectionsOf(run, { ...context, standing, rejections, logs, quote, marked: annotations.length })),
    annotations,
  };
}

/** The commit of a run that was superseded, or whose pull request was closed, is no head any more. */
function mayRetry({ stopped }: Run): boolean {
  return stopped?.reason !== "superseded" && stopped?.reason !== "closed";
}

function stateOf(
  { state }: Standing,
  conclusion: NonNullable<CheckPayload["conclusion"]>,
  retriable: boolean,
): Pick<CheckPayload, "status" | "conclusion" | "actions"> {
  switch (state) {
    case "queued":
      return { status: "queued", actions: [] };
    case "running":
      return { status: "in_progress", actions: [] };
    case "waiting":
      return { status: "completed", conclusion: "action_required", actions: [approve, reject, cancel] };
    case "finished":
      return {
        status: "completed",
        conclusion,
        actions: conclusion === "success" || !retriable ? [] : [retry],
      };
  }
}

function timesOf(
  run: Run,
  { state, gates }: Standing,
  now: number,
): { startedAt?: string; completedAt?: string } {
  const started = timeOf(run.startedAt);
  const startedAt = started === undefined || state === "queued" ? {} : { startedAt: timestamp(started) };
  if (state !== "finished" && state !== "waiting") return startedAt;
  const ends = state === "finished" ? [run.finishedAt] : gates.map((gate) => gate.startedAt);
  const known = ends.map(timeOf).filter((time) => time !== undefined);
  const ended = known.length === 0 ? now : Math.max(...known);
  return { ...startedAt, completedAt: timestamp(Math.max(ended, started ?? ended)) };
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
