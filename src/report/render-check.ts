import type { GateDecision } from "../policy/gate.js";
import type { Run } from "../run/read-run.js";
import type { CheckPayload } from "./check.js";
import { conclusionOf } from "./conclusion.js";
import { fit, type Section } from "./fit.js";
import { shortSha, timestamp } from "./plain.js";
import { type Quote, quoteWith } from "./quote.js";
import { rejectionsOf } from "./rejections.js";
import { type LogTail, renderFailure, renderLog } from "./render-failure.js";
import { renderGate, renderNextStep } from "./render-gate.js";
import { renderOutputs } from "./render-outputs.js";
import { renderTitle } from "./render-title.js";
import { renderTree } from "./render-tree.js";
import { type Standing, standingOf } from "./standing.js";

export interface CheckContext {
  /** Milliseconds since the epoch; used only where the run does not say when something ended. */
  now: number;
  /** By node id; a gate that is not in it is shown as not looked at yet. */
  decisions: ReadonlyMap<string, GateDecision>;
  leg: number;
  detailsUrl?: string;
  /** The log of the step that failed. */
  log?: LogTail;
  /** Values that must not be shown. */
  masks: readonly string[];
  /** Why no review can open this run's gates, when that is so; shown instead of how to approve. */
  gatesClosed?: string;
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
 * What a leg of a run's check should say (queued, in progress, completed at a gate, completed for good). A
 * function of the run and the decisions: it says the same until one of them changes.
 */
export function renderCheck(run: Run, context: CheckContext): CheckPayload {
  const quote = quoteWith(context.masks);
  const standing = standingOf(run);
  const rejections = rejectionsOf(run);
  const title = renderTitle(run, standing, { decisions: context.decisions, rejections, quote });
  const ending = { phase: run.phase, stopped: run.stopped?.reason, rejected: rejections.length > 0 };
  return {
    name: run.facts?.checkName ?? run.key.name,
    externalId: `${run.key.namespace}/${run.key.name}#${context.leg}`,
    ...(context.detailsUrl === undefined ? {} : { detailsUrl: context.detailsUrl }),
    ...stateOf(standing, conclusionOf(ending)),
    ...timesOf(run, standing, context.now),
    title,
    ...fit(sectionsOf(run, { standing, title, context, quote })),
    annotations: [],
  };
}

function stateOf(
  { state }: Standing,
  conclusion: NonNullable<CheckPayload["conclusion"]>,
): Pick<CheckPayload, "status" | "conclusion" | "actions"> {
  switch (state) {
    case "queued":
      return { status: "queued", actions: [] };
    case "running":
      return { status: "in_progress", actions: [] };
    case "waiting":
      return { status: "completed", conclusion: "action_required", actions: [approve, reject, cancel] };
    case "finished":
      return { status: "completed", conclusion, actions: conclusion === "success" ? [] : [retry] };
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

/**
 * In the order shown. What steps wrote comes last, where it cannot hide what Sluice says; it is worth more than
 * the tree because people approve what they see there.
 */
function sectionsOf(
  run: Run,
  shown: { standing: Standing; title: string; context: CheckContext; quote: Quote },
): Section[] {
  const { standing, title, context, quote } = shown;
  const { gates, state } = standing;
  const ids = new Set(gates.map(({ node }) => node.id));
  const failed = state === "finished" && run.phase !== "Succeeded";
  const failure = failed ? renderFailure(run, run.stopped !== undefined, quote) : "";
  const log = context.log === undefined ? "" : renderLog(run, context.log, quote);
  const sections: Section[] = [
    {
      name: "the title",
      markdown: `## ${quote.inline(run.title, 300)}\n\n${quote.inline(title)}`,
      worth: 10,
    },
    { name: "where it failed", markdown: failure, worth: 9 },
    { name: "the log", markdown: log, worth: 4 },
    ...gates.map((gate) => ({
      name: `the gate ${quote.inline(gate.node.displayName, 200)}`,
      markdown: renderGate(gate, context.decisions.get(gate.node.id), quote),
      worth: 7,
    })),
    {
      name: "what to do",
      markdown: gates.length === 0 ? "" : renderNextStep(run.facts, context.gatesClosed, quote),
      worth: 8,
    },
    { name: "the steps", markdown: renderTree(run, ids, quote), worth: 3 },
    { name: "the run", markdown: renderOrigin(run, quote), worth: 6 },
    ...renderOutputs(run, 5, quote),
  ];
  return sections.filter(({ markdown }) => markdown !== "");
}

function renderOrigin(run: Run, quote: Quote): string {
  const name = `Run ${quote.inline(`${run.key.namespace}/${run.key.name}`, 400)}`;
  const { facts } = run;
  if (facts === undefined) return `${name}.`;
  const pullRequest = facts.pullRequest === undefined ? "" : ` #${facts.pullRequest.number}`;
  const attempt = facts.attempt > 1 ? `, attempt ${facts.attempt}` : "";
  const file = quote.inline(facts.manifestFile, 400);
  const commit = quote.inline(shortSha(facts.headSha));
  return `${name} of ${file} at commit ${commit}, event ${quote.inline(facts.event, 100)}${pullRequest}${attempt}.`;
}
