/** A change of the text before YAML reads it: `length` characters at `at` give way to `insert` spaces. */
export interface Edit {
  at: number;
  length: number;
  insert: number;
}

/** The edited text, and where each of its characters stood before. */
export interface Edited {
  text: string;
  toOriginal(offset: number): number;
}

/** Applies edits, which are sorted and do not overlap. An inserted space stands where the text was opened. */
export function applyEdits(text: string, edits: readonly Edit[]): Edited {
  const pieces: string[] = [];
  const runs: Run[] = [];
  let from = 0;
  let length = 0;
  const keep = (to: number): void => {
    if (to > from) runs.push({ edited: length, original: from, fixed: false });
    pieces.push(text.slice(from, to));
    length += to - from;
  };
  for (const edit of edits) {
    keep(edit.at);
    if (edit.insert > 0) runs.push({ edited: length, original: edit.at, fixed: true });
    pieces.push(" ".repeat(edit.insert));
    length += edit.insert;
    from = edit.at + edit.length;
  }
  keep(text.length);
  return { text: pieces.join(""), toOriginal: (offset) => originalOf(runs, offset) };
}

interface Run {
  edited: number;
  original: number;
  fixed: boolean;
}

function originalOf(runs: readonly Run[], offset: number): number {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (runs[middle]!.edited <= offset) low = middle;
    else high = middle - 1;
  }
  const run = runs[low];
  if (run === undefined) return offset;
  return run.fixed ? run.original : run.original + offset - run.edited;
}
