import { byteLength } from "../lib/text.js";
import type { GateDecision } from "../policy/gate.js";
import type { Run } from "../run/read-run.js";
import { largestSection } from "./fit.js";
import { checksUrl, renderOrigin } from "./links.js";
import type { LogDigest } from "./log-reader.js";
import { quoteWith, type Quote } from "./quote.js";
import { rejectionsOf } from "./rejections.js";
import { renderOutputs } from "./render-outputs.js";
import { renderTitle } from "./render-title.js";
import { readLogsOf } from "./sections.js";
import { standingOf } from "./standing.js";

/** The first line of the comment, by which the App finds its own again. */
export const commentMarker = "<!-- sluice.dev/comment: summary -->";
/** GitHub takes 65,536 characters; bytes are never fewer. */
const mostBytes = 65_000;
const outputBytes = 30_000;

export interface CommentPart {
  run: Run;
  decisions: ReadonlyMap<string, GateDecision>;
  logs: ReadonlyMap<string, LogDigest>;
}

/**
 * The one comment of a pull request: for each manifest that asks for it, where its newest run stands, and what its steps
 * wrote, folded. While steps run it says no more than that, so that the comment changes only when a reader is needed.
 */
export function renderComment(parts: readonly CommentPart[]): string {
  const sections = parts.map((part) => renderPart(part));
  let text = commentMarker;
  let left = 0;
  for (const { head, outputs } of sections) {
    const whole = `${text}\n\n${head}${outputs === "" ? "" : `\n\n${outputs}`}`;
    const short = `${text}\n\n${head}`;
    if (byteLength(whole) <= mostBytes) text = whole;
    else if (byteLength(short) <= mostBytes)
      text = `${short}\n\nWhat its steps wrote has no room here; the check shows it.`;
    else left += 1;
  }
  return left === 0 ? text : `${text}\n\n${left} more are not shown here; see their checks.`;
}

function renderPart({ run, decisions, logs }: CommentPart): { head: string; outputs: string } {
  const read = readLogsOf(run, logs);
  const quote = quoteWith(read.flatMap(({ digest }) => digest.masks));
  const standing = standingOf(run);
  const rejections = rejectionsOf(run);
  const isQuiet = standing.state === "queued" || standing.state === "running";
  // The time that a step runs changes always.
  const title = isQuiet ? "Running" : renderTitle(run, standing, { decisions, rejections, quote, now: 0 });
  const checks = checksUrl(run.facts);
  const more = checks === undefined ? "" : ` [See the check](${checks}).`;
  const head = `### ${quote.inline(run.title, 300)}\n\n**${quote.inline(title)}.**${more}\n\n${renderOrigin(run, quote)}`;
  const hidden = read.some(({ digest }) => digest.maskedTooMuch) || hasLostMasks(run, logs);
  return { head, outputs: hidden ? "" : foldedOutputs(run, quote) };
}

/** A log that is gone took with it what it asked to mask: the check has noted how much that was. */
function hasLostMasks({ report }: Run, logs: ReadonlyMap<string, LogDigest>): boolean {
  const known = [...logs.values()].reduce((sum, { masks }) => sum + masks.length, 0);
  return known < (report.masked ?? 0);
}

/** Of several summaries those that find room, the newest first of all. */
function foldedOutputs(run: Run, quote: Quote): string {
  const sections = renderOutputs(run, 1, quote).toSorted((a, b) => b.worth - a.worth);
  const kept: string[] = [];
  let size = 0;
  for (const { markdown } of sections) {
    size += byteLength(markdown);
    if (size > Math.min(outputBytes, largestSection)) break;
    kept.unshift(markdown);
  }
  return kept.length === 0
    ? ""
    : `<details><summary>What its steps wrote</summary>\n\n${kept.join("\n\n")}\n\n</details>`;
}
