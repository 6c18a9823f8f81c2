import { stripControls, truncateBytes } from "../lib/text.js";

/** GitHub shows titles on one line; longer ones are cut by it anyhow. */
const titleBytes = 250;

/** Text as a check's title: one line, without control characters, not too long. Titles are not Markdown. */
export function plainTitle(text: string): string {
  const line = stripControls(text).replace(/\s+/g, " ").trim();
  const cut = truncateBytes(line, titleBytes);
  return cut === line ? line : `${truncateBytes(line, titleBytes - 3).trimEnd()}…`;
}

/** RFC 3339 in UTC with whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The first seven digits of a commit. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** `1 error`, `2 errors`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
