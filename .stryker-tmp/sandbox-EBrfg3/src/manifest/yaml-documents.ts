import { Composer, Lexer, Parser } from "yaml";
import type { CST, Document, ParsedNode, ScalarTag } from "yaml";
import { LIMITS } from "./limits.js";

export type YamlDocument = Document.Parsed<ParsedNode, true>;
export type YamlDocuments =
  { outcome: "documents"; documents: YamlDocument[] } | { outcome: "too-deep" | "too-much"; at: number };

/** The lexer's marks have no width: document, end of flow, scalar. */
const MARKS: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f"]);

/** Go's YAML, which Argo and kubectl use, knows the booleans and octal numbers of YAML 1.1. */
const GO_TAGS: ScalarTag[] = [
  {
    tag: "tag:yaml.org,2002:bool",
    default: true,
    test: /^(?:y|Y|[Yy]es|YES|[Oo]n|ON)$/,
    resolve: () => true,
  },
  {
    tag: "tag:yaml.org,2002:bool",
    default: true,
    test: /^(?:n|N|[Nn]o|NO|[Oo]ff|OFF)$/,
    resolve: () => false,
  },
  {
    tag: "tag:yaml.org,2002:int",
    default: true,
    test: /^[-+]?0[0-7]+$/,
    resolve: (text: string) => Number.parseInt(text, 8),
  },
];

/** Reads a text as YAML documents. Errors stay on the documents; nesting is measured before anything recurses. */
export function yamlDocuments(text: string): YamlDocuments {
  const refusal = tooSteep(text);
  if (refusal !== undefined) return refusal;
  const tokens = [...new Parser().parse(text)];
  const deep = tooDeep(tokens);
  if (deep !== undefined) return { outcome: "too-deep", at: deep };
  const composer = new Composer<ParsedNode, true>({
    schema: "core",
    customTags: (tags) => [...GO_TAGS, ...tags],
    uniqueKeys: false,
    logLevel: "silent",
  });
  const documents: YamlDocument[] = [];
  for (const document of composer.compose(tokens, false, text.length)) {
    documents.push(document);
    if (documents.length > LIMITS.documents) break;
  }
  return { outcome: "documents", documents };
}

/** What the lexer alone can tell, before the parser and the composer, which recurse and are slow at depth. */
function tooSteep(text: string): Exclude<YamlDocuments, { outcome: "documents" }> | undefined {
  let at = 0;
  let flow = 0;
  let block = 0;
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const mark = lexeme.length === 1 ? lexeme : "";
    if (mark === "[" || mark === "{") flow += 1;
    else if (mark === "]" || mark === "}") flow = Math.max(0, flow - 1);
    else if (flow === 0 && (mark === "-" || mark === "?" || mark === ":")) block += 1;
    else if (lexeme.startsWith("\n")) block = 0;
    if (flow > LIMITS.depth || block > LIMITS.depth * 2) return { outcome: "too-deep", at };
    if ((count += 1) > LIMITS.lexemes) return { outcome: "too-much", at };
    if (!MARKS.has(lexeme)) at += lexeme.length;
  }
  return undefined;
}

/** Offset of the first collection that is nested deeper than the limit. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { token, depth } = entry;
    if (depth > LIMITS.depth) return token.offset;
    for (const child of childrenOf(token)) open.push({ token: child, depth: depth + 1 });
  }
  return undefined;
}

function childrenOf(token: CST.Token): CST.Token[] {
  if (token.type === "document") return token.value ? [token.value] : [];
  if (!("items" in token)) return [];
  const children: CST.Token[] = [];
  for (const item of token.items) {
    if (item.key) children.push(item.key);
    if (item.value) children.push(item.value);
  }
  return children;
}
