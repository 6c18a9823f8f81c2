import type { JsonObject, ManifestObject } from "./argo.js";
import { buildValue } from "./build-value.js";
import { applyEdits } from "./edits.js";
import type { Edited } from "./edits.js";
import {
  HELM_ACTION,
  NOT_A_MAPPING,
  TOO_DEEP,
  TOO_MANY_DOCUMENTS,
  TOO_MUCH,
  tooLarge,
  underIndented,
  wrongKind,
} from "./faults.js";
import { helmActions, helmControlLines, unescapeHelm } from "./helm.js";
import { misplacedListItem } from "./indentation.js";
import { LIMITS } from "./limits.js";
import { spansOf } from "./locate.js";
import type { Manifest, ManifestFile, Parsed } from "./manifest.js";
import type { Problem } from "./problem.js";
import { checkSchema, isKind } from "./schema/check-schema.js";
import { sourceOf, problemAt, rememberReading } from "./source.js";
import type { Fault, Source } from "./source.js";
import { syntaxProblems } from "./syntax-problem.js";
import { indentLines } from "./under-indented.js";
import { yamlDocuments } from "./yaml-documents.js";
import type { YamlDocument } from "./yaml-documents.js";

/**
 * Reads the manifests of a file and checks their fields. Positions refer to the file's own text, their end is
 * exclusive. Never throws: whatever is wrong with the text is in `problems`. A document with a syntax error, of
 * another kind, or beyond the limits is left out of `manifests`; one with wrong fields is not, without those fields.
 */
export function parseManifests(file: ManifestFile): Parsed {
  const original: Edited = { text: file.text, toOriginal: (offset) => offset };
  const asWritten = sourceOf(file, original);
  if (file.text.length > LIMITS.text) return refused(asWritten, tooLarge(file.text.length));
  const actions = helmActions(file.text);
  if (actions.length > 0) return { manifests: [], problems: actionProblems(asWritten, actions) };
  try {
    return parseText(file, asWritten);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(asWritten, {
      severity: "error",
      rule: "yaml-syntax",
      message: `This YAML cannot be read: ${reason}.`,
    });
  }
}

function parseText(file: ManifestFile, asWritten: Source): Parsed {
  const unescaped = unescapeHelm(file.text);
  const notices = escapeNotice(asWritten, unescaped.escapes);
  const source = sourceOf(file, unescaped);
  const parsed = parseSource(source);
  if (parsed.outcome === "documents" && parsed.documents.every(isSound)) {
    return { manifests: parsed.manifests, problems: [...notices, ...parsed.problems] };
  }
  if (parsed.outcome === "refused") return { manifests: [], problems: [...notices, ...parsed.problems] };
  const indented = indentLines(unescaped.text);
  if (indented.places.length > 0) {
    const toOriginal = (offset: number): number => unescaped.toOriginal(indented.toOriginal(offset));
    const mended = parseSource(sourceOf(file, { text: indented.text, toOriginal }));
    if (mended.outcome === "documents" && mended.documents.every(isSound)) {
      const moved = indented.places.map(({ what, at }) => source.problem(underIndented(what), at, at + 1));
      return { manifests: mended.manifests, problems: [...notices, ...moved, ...mended.problems] };
    }
  }
  const control = helmControlLines(unescaped.text);
  if (control.length > 0)
    return { manifests: [], problems: [...notices, ...actionProblems(source, control)] };
  const explained = explainIndentation(file, unescaped) ?? parsed;
  return { manifests: parsed.manifests, problems: [...notices, ...explained.problems] };
}

/**
 * Explains the indentation faults of a text one by one, and looks at what else is wrong as if they were mended.
 * Its manifests are guesses and are dropped.
 */
function explainIndentation(file: ManifestFile, edited: Edited): { problems: Problem[] } | undefined {
  const found: Problem[] = [];
  let text = edited;
  while (found.length < LIMITS.syntaxErrors && text.text.length <= LIMITS.explained) {
    const source = sourceOf(file, text);
    const parsed = parseSource(source);
    const error = parsed.documents.flatMap((document) => document.errors)[0];
    const misplaced = error === undefined ? undefined : misplacedListItem(text.text, error.pos[0]);
    if (misplaced === undefined)
      return found.length === 0 ? undefined : { problems: [...found, ...parsed.problems] };
    found.push(source.problem(misplaced.fault, misplaced.start, misplaced.end));
    const before = text;
    const after = applyEdits(before.text, misplaced.edits);
    text = { text: after.text, toOriginal: (offset) => before.toOriginal(after.toOriginal(offset)) };
  }
  return found.length === 0 ? undefined : { problems: found };
}

interface ParsedSource extends Parsed {
  outcome: "documents" | "refused";
  documents: YamlDocument[];
}

function parseSource(source: Source): ParsedSource {
  const read = yamlDocuments(source.text);
  if (read.outcome !== "documents") {
    const fault = read.outcome === "too-deep" ? TOO_DEEP : TOO_MUCH;
    const problem = source.problem(fault, read.at, read.at + 1);
    return { outcome: "refused", documents: [], manifests: [], problems: [problem] };
  }
  const parsed: ParsedSource = {
    outcome: "documents",
    documents: read.documents,
    manifests: [],
    problems: [],
  };
  read.documents.forEach((document, index) => {
    if (index >= LIMITS.documents) {
      parsed.problems.push(source.problem(TOO_MANY_DOCUMENTS, document.range[0], document.range[0]));
      return;
    }
    const { manifest, problems } = parseDocument(document, index, source);
    parsed.problems.push(...problems);
    if (manifest !== undefined) parsed.manifests.push(manifest);
  });
  return parsed;
}

function isSound(document: YamlDocument): boolean {
  return document.errors.length === 0;
}

function parseDocument(
  document: YamlDocument,
  index: number,
  source: Source,
): { manifest?: Manifest; problems: Problem[] } {
  if (!isSound(document)) return { problems: syntaxProblems(document.errors, source) };
  const { value, problems } = buildValue(document, source);
  if (value === undefined || value === null) return { problems };
  const spanOf = spansOf(document, source);
  if (typeof value !== "object" || Array.isArray(value)) {
    return { problems: [...problems, problemAt(NOT_A_MAPPING, spanOf([]))] };
  }
  const kind = value["kind"];
  if (!isKind(kind)) {
    return { problems: [...problems, problemAt(wrongKind(kind), spanOf(["kind"]))] };
  }
  const checked = checkSchema(kind, value, spanOf);
  problems.push(...checked.problems);
  if (!hasShape(value)) return { problems };
  const manifest: Manifest = {
    file: source.file.path,
    document: index,
    kind,
    name: nameOf(value),
    object: value as unknown as ManifestObject,
    positionOf: (path, of) => spanOf(path, of === undefined ? {} : { of }).position,
  };
  rememberReading(manifest, { spanOf, lost: checked.lost });
  return { manifest, problems };
}

/** After the check of the schema: the parts that the types promise are there. */
function hasShape(value: JsonObject): boolean {
  const { metadata, spec } = value;
  if (typeof metadata !== "object" || typeof spec !== "object" || spec === null || Array.isArray(spec))
    return false;
  return value["kind"] !== "CronWorkflow" || typeof spec["workflowSpec"] === "object";
}

function nameOf(value: JsonObject): string {
  const metadata = value["metadata"] as JsonObject;
  const { name, generateName } = metadata;
  if (typeof name === "string") return name;
  return typeof generateName === "string" ? generateName.replace(/-$/, "") : "";
}

function refused(source: Source, fault: Fault): Parsed {
  return { manifests: [], problems: [source.problem(fault, 0, 0)] };
}

function escapeNotice(source: Source, escapes: readonly { at: number; length: number }[]): Problem[] {
  const first = escapes[0];
  if (first === undefined) return [];
  const count = escapes.length === 1 ? "1 Helm escape is" : `${escapes.length} Helm escapes are`;
  const fault: Fault = {
    severity: "notice",
    rule: "helm-escape",
    message: `${count} read as the text inside, e.g. \`{{x}}\` for \`\` {{\`{{x}}\`}} \`\`.`,
    hint: "Outside a Helm chart write the tags without the escape.",
  };
  return [source.problem(fault, first.at, first.at + first.length)];
}

function actionProblems(source: Source, actions: readonly { at: number; length: number }[]): Problem[] {
  return actions
    .slice(0, LIMITS.syntaxErrors)
    .map(({ at, length }) => source.problem(HELM_ACTION, at, at + length));
}
