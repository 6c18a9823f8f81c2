import { isAlias, visit, type Alias, type Node } from "yaml";
import type { YamlDocument } from "./yaml-documents.js";

const known = new WeakMap<YamlDocument, Map<Alias, Node | undefined>>();

/** The node that an alias stands for: the last one before it with its anchor. One walk finds those of all aliases. */
export function targetOf(document: YamlDocument, alias: Alias): Node | undefined {
  const targets = known.get(document) ?? targetsOf(document);
  known.set(document, targets);
  return targets.get(alias);
}

function targetsOf(document: YamlDocument): Map<Alias, Node | undefined> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node | undefined>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}
