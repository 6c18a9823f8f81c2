import { maskSecrets } from "../../lib/mask-secrets.js";
import { stripControls } from "../../lib/text.js";

/** The end of a log as lines, growing as more is read. */
export interface LogWindow {
  /** Of this window; a cursor of another one says nothing about it. */
  readonly epoch: string;
  /** Takes the end of the log as it is now. */
  take(text: string, truncated: boolean): void;
  /** True when the log was cut, or lines have been let go. */
  readonly cut: boolean;
  /** What came after a cursor, as much as `bytes`; everything that is held when the cursor is not known. */
  since(cursor: string, bytes: number): LogPiece;
}
export interface LogPiece {
  /** What was shown before is not what came before. */
  reset: boolean;
  lines: string[];
  /** The last line, as long as its end is not written. */
  partial: string;
  cursor: string;
  /** There is more right now. */
  more: boolean;
}

const mostLines = 10_000;
const longestLine = 4000;
const mostMasks = 200;

/**
 * Each reading is masked as a whole, so that no secret is split, and compared with the one before: what both share
 * was shown already. `epoch` names the window.
 */
export function openLogWindow(epoch: string): LogWindow {
  let text = "";
  let lines: string[] = [];
  let partial = "";
  let first = 0;
  let cut = false;
  /** Lines before this one belong to a log that was replaced. */
  let valid = 0;
  const masks = new Set<string>();

  function append(added: string): void {
    const parts = (partial + added).split("\n");
    partial = parts.pop() ?? "";
    for (const each of parts) lines.push(shortened(each));
    if (lines.length <= mostLines) return;
    cut = true;
    first += lines.length - mostLines;
    lines = lines.slice(-mostLines);
  }

  function restart(): void {
    first += lines.length + 1;
    valid = first;
    lines = [];
    partial = "";
  }

  return {
    epoch,
    get cut() {
      return cut;
    },
    take(given, truncated) {
      cut ||= truncated;
      learnMasks(given, masks);
      const whole = truncated ? given.slice(given.indexOf("\n") + 1) : given;
      const clean = stripControls(maskSecrets(whole, [...masks]));
      const shared = sharedEnd(text, clean);
      if (shared === undefined) restart();
      append(clean.slice(shared ?? 0));
      text = clean;
    },
    since(cursor, bytes) {
      const [named, index] = cursor.split(".");
      const asked = named === epoch && /^\d+$/.test(index ?? "") ? Number(index) : -1;
      const known = asked >= Math.max(first, valid) && asked <= first + lines.length;
      const from = known ? asked - first : 0;
      const to = endWithin(lines, from, bytes);
      return {
        reset: !known,
        lines: lines.slice(from, to),
        partial: to === lines.length ? shortened(partial) : "",
        cursor: `${epoch}.${first + to}`,
        more: to < lines.length,
      };
    },
  };
}

function endWithin(lines: readonly string[], from: number, bytes: number): number {
  let left = bytes;
  let to = from;
  for (; to < lines.length; to++) {
    left -= (lines[to]?.length ?? 0) + 8;
    if (left < 0 && to > from) break;
  }
  return to;
}

function shortened(text: string): string {
  const more = text.length - longestLine;
  return more <= 0 ? text : `${text.slice(0, longestLine)}… (${more} more characters)`;
}

/** Values that the step asked to have masked, by GitHub's `::add-mask::`. */
function learnMasks(text: string, masks: Set<string>): void {
  for (const [, value = ""] of text.matchAll(/^::add-mask::(.{3,1000}?)\s*$/gm)) {
    if (masks.size < mostMasks) masks.add(value);
  }
}

const needleLength = 2048;
const mostTries = 50;

/** How much of the later text was the end of the earlier one; undefined when they share nothing. */
function sharedEnd(before: string, now: string): number | undefined {
  if (before === "" || now.startsWith(before)) return before.length;
  const needle = before.slice(-needleLength);
  let at = now.lastIndexOf(needle);
  for (let tries = 0; at >= 0 && tries < mostTries; tries++) {
    const end = at + needle.length;
    if (before.endsWith(now.slice(0, end))) return end;
    at = at === 0 ? -1 : now.lastIndexOf(needle, at - 1);
  }
  return undefined;
}
