import { LIMITS } from "./limits.js";
import { KINDS } from "./schema/check-schema.js";
import type { Fault } from "./source.js";

export function tooLarge(length: number): Fault {
  return {
    severity: "error",
    rule: "too-large",
    message: `The file has ${length} characters; at most ${LIMITS.text} are read.`,
    hint: "Split the manifests over several files.",
  };
}

export function wrongKind(kind: unknown): Fault {
  return {
    severity: "error",
    rule: kind === undefined ? "missing-field" : "unknown-kind",
    message:
      typeof kind === "string" ? `Manifests of kind ${kind} are not run.` : "The document has no `kind`.",
    hint: `Write one of the kinds ${KINDS.join(", ")}, or keep this document in another folder.`,
  };
}

export const HELM_ACTION: Fault = {
  severity: "error",
  rule: "helm-template",
  message: "This is a Helm template and no manifest.",
  hint: "Render the chart first (`helm template`) and commit what it prints.",
};
export function underIndented(what: "scalar" | "flow"): Fault {
  const subject = what === "scalar" ? "this quoted text" : "these brackets";
  const block = what === "scalar" ? "a block (`|`)" : "a list with `- `";
  return {
    severity: "notice",
    rule: `under-indented-${what}`,
    message: `A line of ${subject} is indented less than YAML asks for; it is read as Argo reads it.`,
    hint: `Indent the lines, or write ${block}.`,
  };
}
export const TOO_DEEP: Fault = {
  severity: "error",
  rule: "too-deep",
  message: `Values are nested deeper than ${LIMITS.depth} levels.`,
  hint: "Write the manifest in a simpler way.",
};
export const TOO_MUCH: Fault = {
  severity: "error",
  rule: "too-large",
  message: "The file holds more YAML than is read at once.",
  hint: "Split the manifests over several files.",
};
export const TOO_MANY_DOCUMENTS: Fault = {
  severity: "error",
  rule: "too-many-documents",
  message: `The file has more than ${LIMITS.documents} documents.`,
  hint: "Split the manifests over several files.",
};
export const NOT_A_MAPPING: Fault = {
  severity: "error",
  rule: "wrong-type",
  message: "A manifest is a mapping with apiVersion, kind, metadata and spec.",
};
