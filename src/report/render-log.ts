import { byteLength, fence, truncateStartBytes } from "../lib/text.js";
import type { ReadLog } from "./log-annotations.js";
import type { Quote } from "./quote.js";

/** Of a failed step, the last lines that are shown outright; those before them are folded. */
const openLines = 40;
const mostParts = 20;
/** Characters that are masked besides those shown, because what is masked gets shorter. */
const margin = 4000;

/** The end of a failed step's log: the last lines open, those before them and the step's own folds folded. */
export function renderFailedLog({ node, digest }: ReadLog, quote: Quote, bytes: number): string {
  const name = quote.inline(node.displayName, 200);
  const fault = notShown({ node, digest }, quote);
  if (fault !== undefined) return fault;
  const { parts, cut } = shownOf(digest, quote, bytes);
  if (parts.length === 0) return "";
  const blocks = parts.map(({ fold, lines }, index) => {
    const last = index === parts.length - 1;
    if (fold !== undefined) return foldOf(quote.html(fold), lines, last);
    if (lines.length <= openLines) return fence(lines.join("\n"));
    const earlier = lines.slice(0, -openLines);
    const open = fence(lines.slice(-openLines).join("\n"));
    return `${foldOf(`${earlier.length} lines before`, earlier)}\n\n${open}`;
  });
  return [`${cut ? "The end of the log" : "The log"} of ${name}:`, ...blocks].join("\n\n");
}

/** The end of a step's log in one fold. */
export function renderFoldedLog({ node, digest }: ReadLog, quote: Quote, bytes: number): string {
  const fault = notShown({ node, digest }, quote);
  if (fault !== undefined) return fault;
  const { parts, cut } = shownOf(digest, quote, bytes);
  const lines = parts.flatMap(({ fold, lines: own }) =>
    fold === undefined ? own : [`▸ ${quote.line(fold)}`, ...own],
  );
  if (lines.length === 0) return "";
  const heading = `${cut ? "The end of the log" : "The log"} of ${quote.html(node.displayName)}`;
  return foldOf(heading, lines);
}

function notShown({ node, digest }: ReadLog, quote: Quote): string | undefined {
  const name = quote.inline(node.displayName, 200);
  if (digest.maskedTooMuch)
    return `The log of ${name} is not shown: a step asks to mask more than can be masked for certain.`;
  if (digest.binary) return `The log of ${name} is not shown: its ${digest.bytes} bytes are no text.`;
  return undefined;
}

/** `heading` is HTML already. */
function foldOf(heading: string, lines: readonly string[], open = false): string {
  return `<details${open ? " open" : ""}><summary>${heading}</summary>\n\n${fence(lines.join("\n"))}\n\n</details>`;
}

/** The last parts, clean and masked, that have no more than `bytes` together. */
function shownOf(
  { parts, cut }: ReadLog["digest"],
  quote: Quote,
  bytes: number,
): { parts: { fold?: string; lines: string[] }[]; cut: boolean } {
  const shown: { fold?: string; lines: string[] }[] = [];
  let room = bytes;
  let isCut = cut || parts.length > mostParts;
  for (const { fold, lines } of parts.slice(-mostParts).toReversed()) {
    const last = lastOf(lines, room + margin);
    isCut ||= last.length < lines.length;
    const clean = quote.masked(last.join("\n")).trimEnd().replace(/^\n+/, "");
    if (clean === "" && fold === undefined) continue;
    const tail = truncateStartBytes(clean, room);
    room -= byteLength(tail);
    // The first line of what was cut is no whole line.
    const whole = tail === clean ? tail.split("\n") : tail.split("\n").slice(1);
    isCut ||= tail !== clean;
    if (whole.length > 0) shown.unshift({ ...(fold === undefined ? {} : { fold }), lines: whole });
    if (tail !== clean || room <= 0) break;
  }
  return { parts: shown, cut: isCut };
}

/** Whole lines, as masking looks at whole lines. */
function lastOf(lines: readonly string[], characters: number): readonly string[] {
  let size = 0;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    size += (lines[index]?.length ?? 0) + 1;
    if (size > characters) return lines.slice(index);
  }
  return lines;
}
