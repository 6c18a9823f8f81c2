import { byteLength, stripControls, truncateBytes } from "../lib/text.js";

/**
 * The Markdown that a step wrote, as Markdown of at most `bytes` UTF-8 bytes: mentions are defused and HTML is
 * shown as text, apart from folds; a fence or fold that is left open is closed, so that what follows it stays
 * visible.
 */
export function safeMarkdown(markdown: string, bytes: number): string {
  const clean = stripControls(markdown).trim();
  let source = clean;
  let note = "";
  for (;;) {
    const safe = defuse(source) + note;
    if (byteLength(safe) <= bytes) return safe;
    const wanted = source === clean ? bytes : Math.floor(byteLength(source) / 2);
    source = wholeLines(truncateBytes(source, Math.min(wanted, byteLength(source) - 1)));
    note = "\n\n(cut: it is too long for a check)";
    if (source === "") return byteLength(note.trim()) <= bytes ? note.trim() : "";
  }
}

function wholeLines(text: string): string {
  const end = text.lastIndexOf("\n");
  return end > text.length / 2 ? text.slice(0, end) : text;
}

const fenceLine = /^( {0,3}(?:(?:[-*+]|\d{1,9}[.)]) +|> ?)*)(`{3,}|~{3,})(.*)$/;
/** Starts a block of HTML, in which nothing else is Markdown until a blank line (CommonMark 4.6, case 6). */
const foldLine = /^ {0,3}<\/?(?:details|summary)(?: open)?>/i;
const foldTag = /^<\/?(?:details|summary)(?: open)?>$/i;

interface Fence {
  ticks: string;
  indent: string;
}

function defuse(markdown: string): string {
  const lines: string[] = [];
  let fence: Fence | undefined;
  let html = false;
  let folds = 0;
  for (const line of markdown.split("\n")) {
    if (fence !== undefined) {
      if (closes(line, fence)) fence = undefined;
      lines.push(line);
      continue;
    }
    html = foldLine.test(line) || (html && line.trim() !== "");
    fence = html ? undefined : opens(line);
    if (html)
      folds += (line.match(/<details\b/gi) ?? []).length - (line.match(/<\/details\b/gi) ?? []).length;
    lines.push(fence === undefined ? defuseLine(line, html) : line);
  }
  // A fence in a list item or quotation ends with it.
  if (fence !== undefined && fence.indent.trim() === "") lines.push(fence.indent + fence.ticks);
  if (folds > 0) lines.push("", "</details>".repeat(folds));
  return lines.join("\n");
}

function opens(line: string): Fence | undefined {
  const [, indent = "", ticks = "", after = ""] = fenceLine.exec(line) ?? [];
  return ticks === "" || (ticks.startsWith("`") && after.includes("`")) ? undefined : { ticks, indent };
}

function closes(line: string, { ticks, indent }: Fence): boolean {
  const inner = line.trim();
  const reach = indent.trim() === "" ? 3 : Infinity;
  return inner.startsWith(ticks) && new Set(inner).size === 1 && line.search(/\S/) <= reach;
}

/** Code spans and links stay, tags of folds where they can be some; other `@` and `<` lose their meaning. */
const meaningful = /(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|<?https?:\/\/[^\s<>]+>?|<[^<>]*>|(?<!\w)@(?=\w)|</gi;

function defuseLine(line: string, html: boolean): string {
  return line.replace(meaningful, (match) => {
    const kept = html ? foldTag.test(match) : match.startsWith("`") || /^<?https?:/i.test(match);
    return kept ? match : match.replaceAll("<", "&lt;").replace(/(?<!\w)@(?=\w|$)/g, "@&#8203;");
  });
}
