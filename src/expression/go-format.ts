const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
  ["\\", "\\\\"],
  ['"', '\\"'],
]);
const ESCAPED = /["\\]|(?! )[\p{C}\p{Z}]/gu;

/** strconv.Quote. */
export function quote(text: string): string {
  return `"${text.replace(ESCAPED, escaped)}"`;
}

function escaped(char: string): string {
  const named = NAMED_ESCAPES.get(char);
  if (named !== undefined) return named;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

/** Go's `%v` of a float64. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace(/e-(\d)$/, "e-0$1");
  return String(value);
}

/** json.Marshal, or MarshalIndent: sorted keys, `<`, `>` and `&` escaped; undefined members are left out. */
export function marshal(value: unknown, indent = 0): string {
  return written(value, indent, "");
}

function written(value: unknown, indent: number, margin: string): string {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => written(item, indent, margin + " ".repeat(indent)));
    return enclosed("[", items, "]", indent, margin);
  }
  if (typeof value !== "object" || value === null || writesItself(value)) return scalar(value);
  const entries = sortedEntries(value).filter(([, child]) => child !== undefined);
  const members = entries.map(([key, child]) => {
    return `${scalar(key)}:${indent > 0 ? " " : ""}${written(child, indent, margin + " ".repeat(indent))}`;
  });
  return enclosed("{", members, "}", indent, margin);
}

/** Times and durations. */
function writesItself(value: object): value is { toString(): string; toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}

function enclosed(open: string, items: string[], close: string, indent: number, margin: string): string {
  if (indent === 0 || items.length === 0) return open + items.join(",") + close;
  const inner = `\n${margin}${" ".repeat(indent)}`;
  return `${open}${inner}${items.join(`,${inner}`)}\n${margin}${close}`;
}

function scalar(value: unknown): string {
  return htmlSafe(JSON.stringify(value) ?? "null");
}

function htmlSafe(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** json.Marshal of a value that is JSON text already: nothing but white space and `<`, `>`, `&` changes. */
export function compactJson(text: string): string {
  return htmlSafe(text.replace(/("(?:[^"\\]|\\[^])*(?:"|\\?$))|\s+/g, "$1"));
}

function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Go's `%v`. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "string") return value;
  if (typeof value === "number") return formatFloat(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(" ")}]`;
  if (typeof value !== "object") return "";
  if (writesItself(value)) return value.toString();
  return `map[${sortedEntries(value)
    .map(([key, child]) => `${key}:${formatValue(child)}`)
    .join(" ")}]`;
}
