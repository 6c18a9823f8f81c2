import { maskSecrets } from "../lib/mask-secrets.js";
import { escapeMarkdown, stripControls, truncateBytes } from "../lib/text.js";

/** Brings what people and programs wrote into a check, with the run's secrets masked. */
export interface Quote {
  /** On one line, as Markdown that renders as that text; cut to `bytes` before it is escaped. */
  inline(text: string, bytes?: number): string;
  /** On one line, for titles and code blocks; cut to `bytes`. */
  line(text: string, bytes?: number): string;
  /** Of several lines, uncut. */
  masked(text: string): string;
}

const inlineBytes = 1000;
const lineBytes = 200;

export function quoteWith(masks: readonly string[]): Quote {
  // Masked before it is cut: the half of a secret has no shape any more.
  const masked = (text: string) => maskSecrets(text, masks);
  return {
    masked,
    inline: (text, bytes = inlineBytes) => escapeMarkdown(cut(masked(text), bytes)),
    line: (text, bytes = lineBytes) => cut(stripControls(masked(text)).replace(/\s+/g, " ").trim(), bytes),
  };
}

function cut(text: string, bytes: number): string {
  const short = truncateBytes(text, bytes);
  return short === text ? text : `${short}…`;
}
