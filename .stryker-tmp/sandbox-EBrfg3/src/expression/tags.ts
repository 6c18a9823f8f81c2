export type TagKind = "simple" | "expression";

/** One `{{text}}` or `{{=text}}`. */
export type Tag = {
  /** Index of the opening braces. */
  start: number;
  /** Index after the closing braces. */
  end: number;
  kind: TagKind;
  /** What is between the braces, without the `=`; not trimmed. */
  text: string;
  /** Of nested braces the innermost is the tag; this is the text from the outermost on: `a-{{b` for `{{a-{{b}}`. */
  outer?: string;
};

/**
 * Finds the tags in order. A tag ends at the first closing braces after its opening ones, as in fasttemplate.
 * Opening braces that nothing closes are plain text.
 */
export function tagsOf(text: string): Tag[] {
  const tags: Tag[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf("{{", from);
    const close = open < 0 ? -1 : text.indexOf("}}", open + 2);
    if (close < 0) return tags;
    tags.push(tagBetween(text, open, close));
    from = close + 2;
  }
}

function tagBetween(text: string, open: number, close: number): Tag {
  const content = text.slice(open + 2, close);
  const end = close + 2;
  if (content.startsWith("=")) return { start: open, end, kind: "expression", text: content.slice(1) };
  const nested = content.lastIndexOf("{{");
  if (nested <= 0) return { start: open, end, kind: "simple", text: content };
  return { start: open + 2 + nested, end, kind: "simple", text: content.slice(nested + 2), outer: content };
}
