import { formatDuration } from "../../../lib/duration.js";
import { Html, html } from "./html.js";

/** Milliseconds since the epoch; undefined when the text is no time. */
export function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** How long something took; of what has not ended, a time that the script counts on from its start. */
export function took(from: string | undefined, to: string | undefined, now: number): Html | undefined {
  const start = timeOf(from);
  if (start === undefined) return undefined;
  const end = timeOf(to);
  if (end !== undefined) return html`${formatDuration(end - start)}`;
  return html`<time data-since="${new Date(start).toISOString()}">${formatDuration(now - start)}</time>`;
}

/** A moment in UTC; the script shows it in the reader's own time. */
export function moment(text: string | undefined): Html | undefined {
  const time = timeOf(text);
  if (time === undefined) return undefined;
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}" data-local>${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}
