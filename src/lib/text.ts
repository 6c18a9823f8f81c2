const encoder = new TextEncoder();

/** The length of a text in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The longest beginning of a text that is at most `bytes` long in UTF-8; no code point is split. */
export function truncateBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(Math.max(0, bytes)));
  return text.slice(0, read);
}

/** The longest end of a text that is at most `bytes` long in UTF-8; no code point is split. */
export function truncateStartBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  const encoded = encoder.encode(text);
  let start = Math.max(0, encoded.length - Math.max(0, bytes));
  // 0b10xxxxxx continues a code point.
  while (start < encoded.length && ((encoded[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(encoded.subarray(start));
}

/** A text without terminal escapes, control characters and direction overrides; lines end in `\n`. */
export function stripControls(text: string): string {
  return text
    .replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, "")
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g, "")
    .replace(/\r\n?/g, "\n")
    .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/\p{Surrogate}/gu, "\ufffd");
}

/** A zero-width space. GitHub finds mentions and references after it has read escapes and entities, so only a gap stops it. */
const gap = "&#8203;";

/**
 * Untrusted text as inline GitHub-flavoured Markdown that renders as that text: on one line, no markup, no HTML,
 * no link, and without mentioning anybody or referring to an issue.
 */
export function escapeMarkdown(text: string): string {
  return stripControls(text.replace(/[\u0085\u2028\u2029]/g, "\n"))
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_[\]~|$]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/#(?=\w)/g, `\\#${gap}`)
    .replace(/@/g, `@${gap}`)
    .replace(/(GH)-(?=\d)/gi, `$1-${gap}`)
    .replace(/:(?=\/\/)/g, "&#58;")
    .replace(/(www)\./gi, "$1&#46;")
    .replace(/^[-+=#]/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
}

/** A code block whose fence is longer than any run of backticks inside; ends without a newline. */
export function fence(text: string, language = ""): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language.replace(/[^\w+-]/g, "")}\n${withoutLastLineEnds(text)}\n${ticks}`;
}

/** As `/\n+$/`, which looks at a run of line ends inside of the text once for each of them. */
function withoutLastLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}
