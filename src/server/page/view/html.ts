import { maskSecrets } from "../../../lib/mask-secrets.js";
import { stripControls } from "../../../lib/text.js";

/** Markup that may be sent as it is. Only `html` and `joined` make it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Html | string | number | undefined | false | readonly Piece[];

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or between the quotes of an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** Markup with values in it: each is escaped, unless it is Html. Attributes must have quotes around the value. */
export function html(parts: TemplateStringsArray, ...values: Piece[]): Html {
  return new Html(parts.reduce((text, part, index) => text + textOf(values[index - 1]) + part));
}

function textOf(piece: Piece): string {
  if (piece === undefined || piece === false) return "";
  if (piece instanceof Html) return piece.text;
  if (typeof piece === "object") return piece.map(textOf).join("");
  return escapeHtml(String(piece));
}

/** Pieces with something between them; empty ones left out. */
export function joined(pieces: readonly Piece[], between: Piece = ""): Html {
  const texts = pieces.map(textOf).filter((text) => text !== "");
  return new Html(texts.join(textOf(between)));
}

const longest = 300;

/** What people and programs wrote, on one line: masked, without controls and direction overrides, cut. Not escaped. */
export function line(text: string, most = longest): string {
  const clean = stripControls(maskSecrets(text.slice(0, most * 40), []))
    .replace(/\s+/g, " ")
    .trim();
  return cut(clean, most);
}

/** The same on several lines. */
export function block(text: string, most: number): string {
  return cut(stripControls(maskSecrets(text, [])), most);
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // A pair of surrogates is not cut in two.
  return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** An address that may be linked to; undefined for any other scheme than http and https. */
export function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}
