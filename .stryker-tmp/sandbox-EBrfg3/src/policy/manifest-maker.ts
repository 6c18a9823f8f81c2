import { isNode, LineCounter, parseDocument } from "yaml";
import type { ManifestObject } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";

/** For tests: a Manifest of one YAML document whose positions are right for values; nothing is validated. */
export function makeManifest(text: string, file = ".workflows/test.yaml"): Manifest {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: true });
  const object = document.toJS() as ManifestObject;
  return {
    file,
    document: 0,
    kind: object.kind,
    name: object.metadata.name ?? "unnamed",
    object,
    positionOf(path) {
      for (let length = path.length; length >= 0; length -= 1) {
        const node = document.getIn(path.slice(0, length), true);
        if (!isNode(node) || !node.range) continue;
        const start = lines.linePos(node.range[0]);
        const end = lines.linePos(node.range[1]);
        return { file, line: start.line, column: start.col, endLine: end.line, endColumn: end.col };
      }
      return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
    },
  };
}
