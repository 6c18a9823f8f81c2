import { byteLength, stripControls, truncateBytes } from "../lib/text.js";

const cutNote = "(cut: it is too long for a check)";

/**
 * The Markdown that a step wrote, as Markdown of at most `bytes` UTF-8 bytes: mentions are defused and HTML is
 * shown as text, apart from folds; a fence or fold that is left open is closed, so that what follows it stays
 * visible.
 */
export function safeMarkdown(markdown: string, bytes: number): string {
  const clean = stripControls(markdown).trim();
  const whole = defuse(clean);
  if (byteLength(whole) <= bytes) return whole;
  // Defusing makes text longer by a factor that only the text knows.
  for (let room = bytes; room > 0; room = Math.floor(room / 2)) {
    const cut = `${defuse(wholeLines(truncateBytes(clean, room)))}\n\n${cutNote}`;
    if (byteLength(cut) <= bytes) return cut;
  }
  return truncateBytes(cutNote, bytes);
}

function wholeLines(text: string): string {
  const end = text.lastIndexOf("\n");
  return end > text.length / 2 ? text.slice(0, end) : text;
}

interface Fence {
  indent: string;
  ticks: string;
}
interface Block {
  kind: "text" | "html" | "code";
  lines: string[];
}

function defuse(markdown: string): string {
  const { blocks, open } = split(markdown);
  const folds = { open: 0 };
  const lines = blocks.flatMap((block) => defuseBlock(block, folds));
  return [
    ...lines,
    // A fence in a list item or quotation ends with it.
    ...(open !== undefined && open.indent.trim() === "" ? [open.indent + open.ticks] : []),
    ...(folds.open > 0 ? ["", "</details>".repeat(folds.open)] : []),
  ].join("\n");
}

/** Starts a block of HTML, in which nothing is Markdown until a blank line (CommonMark 4.6, case 6). */
const foldLine = /^ {0,3}<\/?(?:details|summary)(?: open)?>/i;
const fenceLine = /^( {0,3}(?:(?:[-*+]|\d{1,9}[.)]) +|> ?)*)(`{3,}|~{3,})(.*)$/;

function split(markdown: string): { blocks: Block[]; open: Fence | undefined } {
  const blocks: Block[] = [];
  const folds = { open: 0 };
  let open: Fence | undefined;
  for (const line of markdown.split("\n")) {
    const last = blocks.at(-1);
    if (open !== undefined) {
      last?.lines.push(line);
      if (closes(line, open)) open = undefined;
      continue;
    }
    const blank = line.trim() === "";
    const html = startsFold(line, folds) || (!blank && last?.kind === "html");
    if (html) for (const [tag] of line.matchAll(foldTag)) mayStand(tag, folds);
    open = html ? undefined : opens(line);
    const kind = html ? "html" : open === undefined ? "text" : "code";
    if (kind === last?.kind && kind !== "code" && !blank) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return { blocks, open };
}

/** The end of a fold that was not begun is shown as text, so that it begins no block of HTML. */
function startsFold(line: string, folds: { open: number }): boolean {
  return foldLine.test(line) && !(folds.open === 0 && /^ *<\/details/i.test(line));
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

function defuseBlock({ kind, lines }: Block, folds: { open: number }): string[] {
  switch (kind) {
    case "code":
      return lines;
    case "html":
      return lines.map((line) => keep(foldTag, line, (tag) => mayStand(tag, folds)));
    case "text": {
      const paired = lines.every(hasPairedTicks);
      return lines.map((line) => (paired ? keep(codeOrLink, line) : defuseText(line)));
    }
  }
}

const foldTag = /<\/?(?:details|summary)(?: open)?>/gi;
const codeSpan = /(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g;
const codeOrLink = /(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|<?https?:\/\/[^\s<>`]+>?/gi;

/** Where this holds for every line of a paragraph, no code span reaches over lines and `codeSpan` finds them all. */
function hasPairedTicks(line: string): boolean {
  const rest = line.replace(codeSpan, "\0");
  return !line.includes("\\`") && !rest.includes("`") && !rest.split(/\s+/).some(isLinkIntoCode);
}

/** A bare link, as GitHub finds them, run together with a code span: which of the two wins is uncertain. */
function isLinkIntoCode(word: string): boolean {
  const start = word.search(/\w:\/\/|www\.|mailto:|xmpp:/i);
  return start >= 0 && word.includes("\0", start);
}

/** The end of a fold that was not begun here would end one around it. */
function mayStand(tag: string, folds: { open: number }): boolean {
  if (/^<details/i.test(tag)) folds.open += 1;
  else if (/^<\/details/i.test(tag)) {
    if (folds.open === 0) return false;
    folds.open -= 1;
  }
  return true;
}

/** Defuses a line apart from what matches and may stand. */
function keep(pattern: RegExp, line: string, mayStay = (_match: string) => true): string {
  let safe = "";
  let end = 0;
  for (const match of line.matchAll(pattern)) {
    const found = mayStay(match[0]) ? match[0] : defuseText(match[0]);
    safe += defuseText(line.slice(end, match.index)) + found;
    end = match.index + match[0].length;
  }
  return safe + defuseText(line.slice(end));
}

function defuseText(text: string): string {
  return text.replaceAll("<", "&lt;").replace(/(?<!\w)@(?=\w|$)/g, "@&#8203;");
}
