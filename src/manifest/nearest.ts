/** Who lists more names than this in a manifest does so to keep us busy. */
const MAX_NAMES = 200;

/**
 * The name that is most like the given one, when it is like enough to be a misspelling of it. What a broken manifest
 * leaves without a name is passed over.
 */
export function nearest(name: string, names: Iterable<string | undefined>): string | undefined {
  const lower = name.toLowerCase().slice(0, 64);
  const reach = lower.length <= 3 ? 1 : lower.length <= 7 ? 2 : 3;
  let best: string | undefined;
  let least = reach + 1;
  let tried = 0;
  for (const candidate of names) {
    if ((tried += 1) > MAX_NAMES) break;
    if (candidate === undefined) continue;
    if (Math.abs(candidate.length - lower.length) > reach) continue;
    const edits = distance(lower, candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** "Did you mean `x`?", or what else may be written. */
export function suggestion(name: string, names: Iterable<string>, otherwise: string): string {
  const found = nearest(name, names);
  return found === undefined ? otherwise : `Did you mean \`${found}\`?`;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      }
      row.push(least);
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}
