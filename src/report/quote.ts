import { maskerOf } from "../lib/mask-secrets.js";
import { escapeMarkdown, stripControls, truncateBytes } from "../lib/text.js";

/** Brings what people and programs wrote into a check, with the run's secrets masked. */
export interface Quote {
  /** On one line, as Markdown that renders as that text; cut to `bytes` before it is escaped. */
  inline(text: string, bytes?: number): string;
  /** On one line, as HTML that renders as that text, for where GitHub reads no Markdown; cut to `bytes` before it is escaped. */
  html(text: string, bytes?: number): string;
  /** On one line, for titles and code blocks; cut to `bytes`. */
  line(text: string, bytes?: number): string;
  /** Of several lines, uncut, without control characters. */
  masked(text: string): string;
}

const inlineBytes = 1000;
const lineBytes = 200;

export function quoteWith(masks: readonly string[]): Quote {
  // Masked before it is cut: the half of a secret has no shape any more. And without controls first: they would split it.
  const mask = maskerOf(masks);
  const masked = (text: string) => mask(stripControls(text));
  const line = (text: string, bytes: number) => cut(masked(text).replace(/\s+/g, " ").trim(), bytes);
  return {
    masked,
    inline: (text, bytes = inlineBytes) => escapeMarkdown(cut(masked(text), bytes)),
    html: (text, bytes = lineBytes) => escapeHtml(line(text, bytes)),
    line: (text, bytes = lineBytes) => line(text, bytes),
  };
}

function cut(text: string, bytes: number): string {
  const short = truncateBytes(text, bytes);
  return short === text ? text : `${short}…`;
}

/** GitHub looks for mentions, references and links in HTML too, after it has read entities: only a gap stops it. */
function escapeHtml(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/([@#]|GH-|:(?=\/\/)|www(?=\.))/gi, "$1&#8203;");
}
