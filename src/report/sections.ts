import type { GateDecision } from "../policy/gate.js";
import { isFailed } from "../run/phases.js";
import type { Run } from "../run/read-run.js";
import { sortNodes } from "../run/tree.js";
import type { Section } from "./fit.js";
import { renderOrigin } from "./links.js";
import { unmarkedOf, type ReadLog } from "./log-annotations.js";
import type { LogDigest } from "./log-reader.js";
import type { Quote } from "./quote.js";
import type { Rejection } from "./rejections.js";
import { renderFailure } from "./render-failure.js";
import { renderGate } from "./render-gate.js";
import { renderFailedLog, renderFoldedLog } from "./render-log.js";
import { renderNextStep } from "./render-next-step.js";
import { renderOutputs } from "./render-outputs.js";
import { renderTimes } from "./render-times.js";
import { renderTree } from "./render-tree.js";
import { rowsOf } from "./tree-rows.js";
import type { Standing } from "./standing.js";

/** The log of the step that failed, and what is shown of another step's. */
const failedLogBytes = 16_000;
const foldedLogBytes = 4000;
/** More would hardly find room. */
const mostFolded = 20;

interface Shown {
  standing: Standing;
  rejections: readonly Rejection[];
  decisions: ReadonlyMap<string, GateDecision>;
  logs: readonly ReadLog[];
  quote: Quote;
  gatesClosed?: string;
  notices?: readonly string[];
  masksLost?: boolean;
  /** How many annotations the check has. */
  marked: number;
}

/** The logs that were read of a run's steps, in the order the steps began. */
export function readLogsOf(run: Run, logs: ReadonlyMap<string, LogDigest> = new Map()): ReadLog[] {
  const nodes = [...logs.keys()].flatMap((id) => run.nodes.get(id) ?? []);
  // What one step wants to hide may stand in what another printed.
  const maskedTooMuch = [...logs.values()].some((digest) => digest.maskedTooMuch);
  return sortNodes(nodes).flatMap((node) => {
    const digest = logs.get(node.id);
    return digest === undefined ? [] : [{ node, digest: { ...digest, maskedTooMuch } }];
  });
}

/**
 * In the order shown. What steps wrote comes last, where it cannot hide what Sluice says; it is worth more than
 * the tree because people approve what they see there.
 */
export function sectionsOf(run: Run, shown: Shown): Section[] {
  const { standing, decisions, rejections, gatesClosed, logs, quote, notices = [] } = shown;
  const rows = rowsOf(run, new Set(standing.gates.map(({ node }) => node.id)));
  const next = { decisions, rejections, quote, ...(gatesClosed === undefined ? {} : { gatesClosed }) };
  const unmarked = standing.state === "running" ? undefined : unmarkedOf(logs, shown.marked);
  const sections: Section[] = [
    { name: "the title", markdown: `## ${quote.inline(run.title, 300)}`, worth: 10 },
    ...failureOf(run, shown),
    ...gatesOf(shown),
    { name: "what to do", markdown: renderNextStep(run, standing, next), worth: 8 },
    { name: "the run", markdown: renderOrigin(run, quote), worth: 7.8 },
    { name: "notices", markdown: notices.map((each) => quote.inline(each)).join("\n\n"), worth: 7.5 },
    { name: "a note on annotations", markdown: unmarked ?? "", worth: 2.5 },
    { name: "the steps", markdown: renderTree(rows, quote), worth: 3 },
    { name: "when each step ran", markdown: renderTimes(rows, quote), worth: 2 },
    ...outputsOf(run, shown),
    ...otherLogsOf(shown),
  ];
  return sections.filter(({ markdown }) => markdown !== "");
}

function failureOf(run: Run, { standing, rejections, logs, quote }: Shown): Section[] {
  if (standing.state !== "finished" || (run.phase === "Succeeded" && rejections.length === 0)) return [];
  const leaf = standing.failing[0];
  const log = logs.find(({ node }) => node.id === leaf?.id);
  return [
    { name: "where it failed", markdown: renderFailure(run, standing, rejections, quote), worth: 9 },
    {
      name: "the log of the step that failed",
      markdown: log === undefined ? "" : renderFailedLog(log, quote, failedLogBytes),
      worth: 6,
    },
  ];
}

function gatesOf({ standing, decisions, quote }: Shown): Section[] {
  return standing.gates.map((gate) => ({
    name: `the gate ${quote.inline(gate.node.displayName, 200)}`,
    markdown: renderGate(gate, decisions.get(gate.node.id), quote),
    worth: 7,
  }));
}

function outputsOf(run: Run, { logs, quote, masksLost = false }: Shown): Section[] {
  if (masksLost) {
    const lost = "What the steps wrote is not shown any more: the log that said what to mask in it is gone.";
    return [{ name: "a note", markdown: lost, worth: 6 }];
  }
  if (!logs.some(({ digest }) => digest.maskedTooMuch)) return renderOutputs(run, 5, quote);
  const markdown =
    "The summaries of the steps are not shown: a step asks to mask more than can be masked for certain.";
  return [{ name: "a note", markdown, worth: 6 }];
}

/** Those that failed first, then the newest. */
function otherLogsOf({ standing, logs, quote }: Shown): Section[] {
  const first = standing.failing[0]?.id;
  const others = logs.filter(({ node }) => node.id !== first);
  const failed = others.filter(({ node }) => isFailed(node.phase)).slice(0, mostFolded);
  const newest = others.filter(({ node }) => !isFailed(node.phase)).slice(failed.length - mostFolded);
  return [...failed, ...(failed.length < mostFolded ? newest : [])].map((log, index) => ({
    name: `the log of ${quote.inline(log.node.displayName, 200)}`,
    markdown: renderFoldedLog(log, quote, foldedLogBytes),
    worth: (isFailed(log.node.phase) ? 1.5 : 1) + index / (2 * logs.length),
  }));
}
