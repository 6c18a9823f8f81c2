import type { Edited } from "./edits.js";
import type { Manifest, ManifestFile } from "./manifest.js";
import type { Path, Position, Problem } from "./problem.js";

/** A part of a file: where it stands, and its text as it is written there. */
export interface Span {
  position: Position;
  text: string;
}

/** What a fault is, apart from where it stands. */
export type Fault = Pick<Problem, "severity" | "rule" | "message" | "hint">;

/** A manifest file, addressed by offsets into the text that YAML reads. The end of a span is exclusive. */
export interface Source {
  file: ManifestFile;
  /** What YAML reads: the file's text after Helm escapes are undone and scalars are indented. */
  text: string;
  span(start: number, end: number): Span;
  problem(fault: Fault, start: number, end: number): Problem;
}

const MAX_TEXT = 200;

export function sourceOf(file: ManifestFile, edited: Edited): Source {
  const starts = lineStarts(file.text);
  const span = (start: number, end: number): Span => {
    const from = Math.min(edited.toOriginal(start), file.text.length);
    const to = end > start ? Math.min(edited.toOriginal(end - 1) + 1, file.text.length) : from;
    return spanOf(file, starts, from, trimmedEnd(file.text, from, to));
  };
  return {
    file,
    text: edited.text,
    span,
    problem: (fault, start, end) => problemAt(fault, span(start, end)),
  };
}

export function problemAt(fault: Fault, span: Span): Problem {
  return { ...fault, ...(span.text === "" ? {} : { text: span.text }), position: span.position };
}

function spanOf(file: ManifestFile, starts: readonly number[], from: number, to: number): Span {
  const line = lineOf(starts, from);
  const endLine = lineOf(starts, to);
  return {
    position: {
      file: file.path,
      line: line + 1,
      column: from - starts[line]! + 1,
      endLine: endLine + 1,
      endColumn: to - starts[endLine]! + 1,
    },
    text: file.text.slice(from, Math.min(to, from + MAX_TEXT)),
  };
}

function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text[end - 1]!)) end -= 1;
  return end;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Finds the text of a manifest's values; `within` is a text inside the value, counted from occurrence 0. */
export type SpanOf = (
  path: Path,
  options?: { of?: "key" | "value"; within?: string; occurrence?: number },
) => Span;

/** What is known of a manifest's text: its spans, and the fields that could not be read and are not in the object. */
export interface Reading {
  spanOf: SpanOf;
  lost: readonly Path[];
}

const readings = new WeakMap<Manifest, Reading>();

export function rememberReading(manifest: Manifest, reading: Reading): void {
  readings.set(manifest, reading);
  lostBelow.delete(manifest);
}

/** By path, how long the shortest lost path is that lies there or below. */
const lostBelow = new WeakMap<Manifest, Map<string, number>>();

/** Whether something at a path, or that many levels below, was written, and reported, but could not be read. */
export function isLost(manifest: Manifest, path: Path, levels = Infinity): boolean {
  const known = lostBelow.get(manifest) ?? indexLost(readings.get(manifest)?.lost ?? []);
  lostBelow.set(manifest, known);
  const shortest = known.get(path.join("\0"));
  return shortest !== undefined && shortest <= path.length + levels;
}

/** One look-up an answer: a manifest may have lost thousands of fields, and each template asks. */
function indexLost(lost: readonly Path[]): Map<string, number> {
  const index = new Map<string, number>();
  for (const path of lost) {
    for (let length = 0; length <= path.length; length += 1) {
      const above = path.slice(0, length).join("\0");
      index.set(above, Math.min(path.length, index.get(above) ?? Infinity));
    }
  }
  return index;
}

/** The span of a value; of a manifest that was not parsed from text, its position without text. */
export function spanIn(manifest: Manifest, ...[path, options]: Parameters<SpanOf>): Span {
  const spanOf = readings.get(manifest)?.spanOf;
  return spanOf ? spanOf(path, options) : { position: manifest.positionOf(path, options?.of), text: "" };
}
