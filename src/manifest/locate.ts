import { isAlias, isMap, isNode, isSeq } from "yaml";
import type { Node, YAMLMap } from "yaml";
import { targetOf } from "./anchors.js";
import type { Path } from "./problem.js";
import type { Source, Span, SpanOf } from "./source.js";
import type { YamlDocument } from "./yaml-documents.js";
import { isMergeKey, keyOf } from "./yaml-keys.js";

interface Place {
  key?: Node;
  value: Node | null;
}

/** Finds where the values of a document stand, through aliases and merges; of an absent path its nearest parent. */
export function spansOf(document: YamlDocument, source: Source): SpanOf {
  return (path, options = {}) => {
    const place = placeOf(document, path);
    const range = rangeOf(options.of === "key" && place.key ? place.key : (place.value ?? place.key));
    if (range === undefined) return source.span(document.range[0], document.range[0]);
    if (options.within === undefined) return shortened(source, range);
    return within(source, range, options.within, options.occurrence ?? 0);
  };
}

function placeOf(document: YamlDocument, path: Path): Place {
  let place: Place = { value: document.contents };
  for (const segment of path) {
    const next = childOf(resolved(document, place.value), segment, document);
    if (next === undefined) return place;
    place = next;
  }
  return place;
}

function childOf(node: Node | null, segment: string | number, document: YamlDocument): Place | undefined {
  if (isSeq(node)) {
    const item: unknown = node.items[Number(segment)];
    return isNode(item) ? { value: item } : undefined;
  }
  return isMap(node) ? memberOf(node, String(segment), document, 0) : undefined;
}

function memberOf(map: YAMLMap, name: string, document: YamlDocument, depth: number): Place | undefined {
  const own = map.items.findLast((pair) => keyOf(pair.key) === name && !isMergeKey(pair.key));
  if (own !== undefined) {
    return { ...(isNode(own.key) ? { key: own.key } : {}), value: isNode(own.value) ? own.value : null };
  }
  if (depth > 10) return undefined;
  for (const pair of map.items) {
    if (!isMergeKey(pair.key)) continue;
    const from = resolved(document, isNode(pair.value) ? pair.value : null);
    for (const merged of isSeq(from) ? from.items : [from]) {
      const target = resolved(document, isNode(merged) ? merged : null);
      const found = isMap(target) ? memberOf(target, name, document, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function resolved(document: YamlDocument, node: Node | null): Node | null {
  return isAlias(node) ? (targetOf(document, node) ?? null) : node;
}

function rangeOf(node: Node | null | undefined): [number, number] | undefined {
  return node?.range ? [node.range[0], node.range[1]] : undefined;
}

/** A collection is shown by its first line. */
function shortened(source: Source, [start, end]: [number, number]): Span {
  const line = source.text.indexOf("\n", start);
  const isQuoted = /^["'|>]/.test(source.text.slice(start, start + 1));
  return source.span(start, line >= 0 && line < end && !isQuoted ? line : end);
}

function within(source: Source, [start, end]: [number, number], text: string, occurrence: number): Span {
  let at = source.text.indexOf(text, start);
  for (let count = 0; count < occurrence && at >= 0; count += 1)
    at = source.text.indexOf(text, at + text.length);
  return at >= 0 && at + text.length <= end ? source.span(at, at + text.length) : source.span(start, end);
}
