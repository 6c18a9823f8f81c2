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

const fenceLine = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const foldTag = /^<(\/?)(?:details|summary|sub|br)(?: open)?\s*\/?>$/i;

function defuse(markdown: string): string {
  const lines: string[] = [];
  let open: string | undefined;
  let folds = 0;
  for (const line of markdown.split("\n")) {
    const [, ticks, after = ""] = fenceLine.exec(line) ?? [];
    if (open !== undefined) {
      if (ticks?.startsWith(open) && after.trim() === "") open = undefined;
      lines.push(line);
    } else if (ticks !== undefined && (ticks.startsWith("~") || !after.includes("`"))) {
      open = ticks;
      lines.push(line);
    } else {
      const text = defuseLine(line);
      folds += (text.match(/<details\b/gi) ?? []).length - (text.match(/<\/details\b/gi) ?? []).length;
      lines.push(text);
    }
  }
  if (open !== undefined) lines.push(open);
  if (folds > 0) lines.push("", "</details>".repeat(folds));
  return lines.join("\n");
}

/** Code spans, links and fold tags stay; what is left of `@` and `<` loses its meaning. */
const meaningful = /(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|<?https?:\/\/[^\s<>]+>?|<[^<>]*>|(?<!\w)@(?=\w)|</gi;

function defuseLine(line: string): string {
  return line.replace(meaningful, (match) => {
    if (match === "@") return "@&#8203;";
    if (!match.startsWith("<") || foldTag.test(match) || /^<https?:/i.test(match)) return match;
    return match.replaceAll("<", "&lt;").replace(/(?<!\w)@(?=\w)/g, "@&#8203;");
  });
}
