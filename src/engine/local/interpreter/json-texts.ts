/**
 * JSON values as the texts that they are written as: what a loop hands on keeps the digits of its numbers, which
 * numbers of JavaScript would not.
 */

/** The elements of a JSON list; undefined for any other value. Throws a SyntaxError for what is no JSON. */
export function listOf(text: string): string[] | undefined {
  return Array.isArray(JSON.parse(text)) ? partsOf(text) : undefined;
}

/** The members of a JSON object, sorted by key; undefined for any other value. Of doubled keys the last counts. */
export function mapOf(text: string): [string, string][] | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = new Map<string, string>();
  for (const part of partsOf(text)) {
    const colon = endOfString(part, part.indexOf('"'));
    members.set(JSON.parse(part.slice(0, colon)) as string, part.slice(part.indexOf(":", colon) + 1).trim());
  }
  return [...members].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What stands between the commas of the outermost brackets. */
function partsOf(text: string): string[] {
  const inner = text.trim().slice(1, -1);
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < inner.length; at += 1) {
    const char = inner.charAt(at);
    if (char === '"') at = endOfString(inner, at) - 1;
    else if (char === "[" || char === "{") depth += 1;
    else if (char === "]" || char === "}") depth -= 1;
    else if (char === "," && depth === 0) {
      parts.push(inner.slice(from, at).trim());
      from = at + 1;
    }
  }
  const last = inner.slice(from).trim();
  return last === "" ? parts : [...parts, last];
}

/** The index after the string that begins at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (text.charAt(end) !== '"') end += text.charAt(end) === "\\" ? 2 : 1;
  return end + 1;
}
