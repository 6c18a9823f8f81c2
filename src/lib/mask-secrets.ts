const mask = "***";
/** The shortest line of a secret of several lines that is masked by itself too. */
const shortestLine = 8;

/** Tokens, keys and headers that are secret by their shape; what `$1` keeps says what was there. */
const shapes: readonly [RegExp, string][] = [
  [/gh[pousr]_[A-Za-z0-9_.-]{16,}/g, mask],
  [/github_pat_\w{16,}/g, mask],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, mask],
  [/(authorization["']?\s*[:=]\s*["']?(?:bearer|token|basic)\s+)[^\s"',;]+/gi, `$1${mask}`],
  [/(x-access-token:)[^\s@/]+/gi, `$1${mask}`],
  // "x-access-token:" in base64, as git sends it.
  [/eC1hY2Nlc3MtdG9rZW46[A-Za-z0-9+/_=-]*/g, mask],
];

/**
 * Replaces by `***` every occurrence of the values, each longer line of a value of several lines, and whatever
 * has the shape of a GitHub token, a PEM private key, an Authorization header or a token in a URL. A private key
 * whose begin or end was cut off is masked as far as it goes. Blank values are left out.
 */
export function maskSecrets(text: string, values: readonly string[]): string {
  return maskerOf(values)(text);
}

/** `maskSecrets` for many texts with the same values. */
export function maskerOf(values: readonly string[]): (text: string) => string {
  const all = [...new Set(values.flatMap(maskable))];
  return (text) => {
    const masked = maskValues(text, all);
    // Most texts hold nothing like any of the shapes.
    if (!anyShape.test(masked)) return masked;
    return maskTornKeys(shapes.reduce((rest, [shape, by]) => rest.replace(shape, by), masked));
  };
}

/** Stands in all that a shape matches, and in the end of a torn key. */
const anyShape = /gh[pousr]_|github_pat_|PRIVATE KEY|authorization|x-access-token:|eC1hY2Nlc3MtdG9rZW46/i;

function maskValues(text: string, values: readonly string[]): string {
  const found: [start: number, end: number][] = [];
  for (const value of values) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
      found.push([at, at + value.length]);
  }
  if (found.length === 0) return text;
  // All are found before any is replaced: of two that overlap nothing may stay.
  found.sort(([a], [b]) => a - b);
  let masked = "";
  let end = 0;
  for (const [from, to] of found) {
    if (from >= end) masked += text.slice(end, from) + mask;
    end = Math.max(end, to);
  }
  return masked + text.slice(end);
}

function maskable(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const long = lines.length > 1 ? lines.filter((line) => line.length >= shortestLine) : [];
  return [value, value.trim(), ...long].filter((each) => each.trim() !== "");
}

/** The end of a private key whose beginning is missing, as a log's tail may have it. */
function maskTornKeys(text: string): string {
  if (!/-----END [A-Z ]{0,40}PRIVATE KEY-----/.test(text)) return text;
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    if (!/-----END [A-Z ]{0,40}PRIVATE KEY-----/.test(line)) {
      kept.push(line);
      continue;
    }
    while (/^[A-Za-z0-9+/=]+\s*$/.test(kept.at(-1) ?? "")) kept.pop();
    kept.push(mask);
  }
  return kept.join("\n");
}
