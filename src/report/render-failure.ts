import { fence, stripControls, truncateStartBytes } from "../lib/text.js";
import { failingLeaf } from "../run/gates.js";
import type { Run } from "../run/read-run.js";
import type { Quote } from "./quote.js";

/** The end of a step's log, as the engine gave it. */
export interface LogTail {
  nodeId: string;
  text: string;
  truncated: boolean;
}

const logBytes = 16_000;
/** As many characters may belong to a secret whose beginning the engine cut off. */
const tornCharacters = 512;

/** Where a run failed and with what message; empty when no node of it failed. */
export function renderFailure(run: Run, stopped: boolean, quote: Quote): string {
  const leaf = failingLeaf(run);
  const message = leaf?.message ?? run.message;
  const exitCode = leaf?.outputs?.exitCode;
  if (leaf === undefined && message === undefined) return "";
  const verb = stopped ? "Stopped" : "Failed";
  const parts = [
    leaf === undefined ? `### ${verb}` : `### ${verb} at ${quote.inline(leaf.displayName, 300)}`,
    ...(run.stopped?.detail === undefined ? [] : [quote.inline(run.stopped.detail, 2000)]),
    ...(message ? [quote.inline(message, 2000)] : []),
    ...(exitCode === undefined ? [] : [`Exit code ${quote.inline(exitCode, 20)}.`]),
  ];
  return parts.join("\n\n");
}

/** The end of a log as a code block, secrets masked; empty when there is nothing in it. */
export function renderLog(run: Run, log: LogTail, quote: Quote): string {
  const whole = log.truncated ? withoutTornLine(log.text) : log.text;
  const clean = stripControls(quote.masked(whole)).trim();
  const tail = truncateStartBytes(clean, logBytes);
  if (tail === "") return "";
  const cut = log.truncated || tail !== clean;
  const shown = tail === clean ? tail : tail.slice(tail.indexOf("\n") + 1);
  const name = quote.inline(run.nodes.get(log.nodeId)?.displayName ?? log.nodeId, 300);
  return `${cut ? `The end of the log of ${name}` : `The log of ${name}`}:\n\n${fence(shown)}`;
}

function withoutTornLine(text: string): string {
  const end = text.indexOf("\n");
  return text.slice(end < 0 ? tornCharacters : end + 1);
}
