import { formatDuration } from "../lib/duration.js";
import { fence } from "../lib/text.js";
import type { Quote } from "./quote.js";
import type { Row } from "./tree-rows.js";

const width = 40;
const mostBars = 15;
const nameBytes = 60;
const widestName = 24;
/** A run that was over sooner has no times worth a picture. */
const leastMs = 5000;

interface Bar {
  name: string;
  from: number;
  to: number;
  /** It had not ended when the picture was drawn. */
  open: boolean;
}

/**
 * When each step ran, as bars over one axis, folded; of many steps the longest. Drawn up to the last moment that the
 * run knows of, not up to now: it stays the same as long as the run does.
 */
export function renderTimes(rows: readonly Row[], quote: Quote): string {
  const time = timeReader();
  const bars = rows.flatMap((row) => (row.bar ? barOf(row, time) : []));
  const start = bars.reduce((least, { from }) => Math.min(least, from), Infinity);
  const end = bars.reduce((most, { from, to }) => Math.max(most, from, to), 0);
  if (bars.filter(({ open }) => !open).length < 2 || end - start < leastMs) return "";
  const longest = bars.toSorted((a, b) => lengthOf(b, end) - lengthOf(a, end)).slice(0, mostBars);
  const kept = new Set(longest);
  const shown = bars.filter((bar) => kept.has(bar));
  const names = shown.map(({ name }) => quote.line(name, nameBytes));
  const left = Math.min(widestName, Math.max(...names.map((name) => name.length))) + 1;
  const lines = shown.map((bar, index) => {
    const took = bar.open ? "not ended" : formatDuration(bar.to - bar.from);
    return `${(names[index] ?? "").padEnd(left)}▏${draw(bar, start, end)}▏ ${took}`;
  });
  const axis = `${" ".repeat(left)} 0s${formatDuration(end - start).padStart(width - 2)}`;
  const fewer = bars.length - shown.length;
  const note = fewer > 0 ? [`(${fewer} shorter ones are not drawn)`] : [];
  const block = fence([...lines, axis, ...note].join("\n"));
  return `<details><summary>Where the time went</summary>\n\n${block}\n\n</details>`;
}

/** Many nodes begin and end in the same second. */
function timeReader(): (text: string | undefined) => number {
  const known = new Map<string, number>();
  return (text = "") => {
    const time = known.get(text) ?? Date.parse(text);
    known.set(text, time);
    return time;
  };
}

function barOf({ name, startedAt, finishedAt }: Row, time: (text: string | undefined) => number): Bar[] {
  const from = time(startedAt);
  if (Number.isNaN(from)) return [];
  const to = time(finishedAt);
  return [{ name, from, to: Number.isNaN(to) ? from : Math.max(from, to), open: Number.isNaN(to) }];
}

function lengthOf({ from, to, open }: Bar, end: number): number {
  return (open ? end : to) - from;
}

function draw({ from, to, open }: Bar, start: number, end: number): string {
  const cell = (time: number) => Math.round(((time - start) / (end - start)) * width);
  const first = Math.min(cell(from), width - 1);
  const last = Math.max(first + 1, open ? width : cell(to));
  return " ".repeat(first) + (open ? "░" : "█").repeat(last - first) + " ".repeat(width - last);
}
