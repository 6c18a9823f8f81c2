import { byteLength } from "../lib/text.js";
import { limits } from "./check.js";

/** A part of a check's output, complete in itself. */
export interface Section {
  /** What it is, in Markdown, as the note about left-out parts names it; e.g. `the log of apply`. */
  name: string;
  /** At most `largestSection` bytes. */
  markdown: string;
  /** Of two sections the one with less worth moves to the details, or goes, first. */
  worth: number;
}

/** No section may be larger, in UTF-8 bytes; it would not fit beside the others. */
export const largestSection = 60_000;
const noteBytes = 3000;
const namedInNote = 8;

/**
 * Puts sections, in their order, into a check's `summary`. What does not fit there goes on in `text`, the least
 * worth first; what does not fit there either is left out, and `text` begins with a note that says so.
 */
export function fit(sections: readonly Section[]): { summary: string; text?: string } {
  const first = keep(sections, limits.textBytes);
  if (first.rest.length === 0) return { summary: join(first.kept) };
  const second = keep(first.rest, limits.textBytes - noteBytes);
  const text = [noteOn(second.rest), join(second.kept)].filter((part) => part !== "").join("\n\n");
  return { summary: join(first.kept), text };
}

function keep(sections: readonly Section[], bytes: number): { kept: Section[]; rest: Section[] } {
  const byWorth = sections.map((section, index) => ({ section, index }));
  byWorth.sort((a, b) => b.section.worth - a.section.worth || a.index - b.index);
  const chosen = new Set<Section>();
  let used = 0;
  for (const { section } of byWorth) {
    const size = byteLength(section.markdown) + 2;
    if (size > largestSection + 2 || used + size > bytes) continue;
    used += size;
    chosen.add(section);
  }
  return {
    kept: sections.filter((section) => chosen.has(section)),
    rest: sections.filter((section) => !chosen.has(section)),
  };
}

function join(sections: readonly Section[]): string {
  return sections.map(({ markdown }) => markdown).join("\n\n");
}

function noteOn(left: readonly Section[]): string {
  if (left.length === 0) return "";
  const named = left.slice(0, namedInNote).map(({ name }) => name);
  const more = left.length - named.length;
  return `Left out because of GitHub's limit on size: ${[...named, ...(more > 0 ? [`${more} more`] : [])].join(", ")}.`;
}
