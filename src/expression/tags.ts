export type TagKind = "simple" | "expression";

/** One `{{text}}` or `{{=text}}`; `start` and `end` enclose the braces. */
export type Tag = { start: number; end: number; kind: TagKind; text: string };

/** Finds the tags in order. Of nested braces the innermost simple tag is the tag. */
export function tagsOf(text: string): Tag[] {
  const tags: Tag[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf("{{", from);
    if (open < 0) return tags;
    const close = text.indexOf("}}", open + 2);
    if (close < 0) return tags;
    tags.push(tagBetween(text, open, close));
    from = close + 2;
  }
}

function tagBetween(text: string, open: number, close: number): Tag {
  if (text[open + 2] === "=") {
    return { start: open, end: close + 2, kind: "expression", text: text.slice(open + 3, close) };
  }
  const inner = text.lastIndexOf("{{", close - 2);
  const start = Math.max(open, inner);
  return { start, end: close + 2, kind: "simple", text: text.slice(start + 2, close) };
}
