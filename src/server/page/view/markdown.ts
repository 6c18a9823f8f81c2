import { Marked, Renderer } from "marked";
import { escapeHtml, Html, safeHref } from "./html.js";

/** Tags that GitHub shows too and that, without attributes, can do nothing. */
const plainTag =
  /^<\/?(details|summary|sub|sup|br|kbd|b|i|em|strong|s|del|ins|code|pre|p|blockquote|ul|ol|li|table|thead|tbody|tr|td|th|hr|h[1-6]|dl|dt|dd)\s*\/?>$/i;
const openFold = /^<details open>$/i;

const renderer = new Renderer();
renderer.html = ({ text }) =>
  withoutComments(text)
    .split(/(<[^<>]*>)/)
    .map((part) => (plainTag.test(part) || openFold.test(part) ? part : escapeHtml(part)))
    .join("");
renderer.link = function ({ href, tokens }) {
  const text = this.parser.parseInline(tokens);
  const safe = safeHref(href);
  return safe === undefined ? text : `<a href="${escapeHtml(safe)}" rel="noreferrer nofollow">${text}</a>`;
};
renderer.image = ({ text }) => escapeHtml(text);
renderer.checkbox = ({ checked }) =>
  `<input type="checkbox" disabled aria-label="${checked ? "done" : "to do"}"${checked ? " checked" : ""}> `;
renderer.tablecell = function ({ tokens, header, align }) {
  const text = this.parser.parseInline(tokens);
  // A heading without words is none.
  const tag = header && text !== "" ? "th" : "td";
  return `<${tag}${align === null ? "" : ` align="${align}"`}>${text}</${tag}>`;
};
renderer.code = ({ text, lang }) => {
  const language = /^[\w+-]+/.exec(lang ?? "")?.[0];
  const lines = language === "diff" ? text.split("\n").map(diffLine).join("\n") : escapeHtml(text);
  return `<pre tabindex="0"><code>${lines}</code></pre>`;
};

function diffLine(line: string): string {
  const kind = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : undefined;
  return kind === undefined ? escapeHtml(line) : `<span class="${kind}">${escapeHtml(line)}</span>`;
}

function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?(?:-->|$)/g, "");
}

const marked = new Marked({ gfm: true, async: false, renderer });

/**
 * GitHub-flavoured Markdown without trust: of HTML only tags without attributes are kept, and only those that GitHub
 * shows; links keep http and https; images are their text, as nothing is loaded from elsewhere.
 */
export function renderMarkdown(markdown: string): Html {
  return new Html(marked.parse(markdown, { async: false }));
}
