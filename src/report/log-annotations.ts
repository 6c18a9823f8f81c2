import { truncateBytes } from "../lib/text.js";
import { gateTemplateOf } from "../run/gates.js";
import type { Node, Run } from "../run/read-run.js";
import type { CheckAnnotation } from "./check.js";
import type { LogDigest, LogNote, NoteLevel } from "./log-reader.js";
import { plainTitle } from "./plain.js";
import type { Quote } from "./quote.js";

/** So many of a run are marked in its check, at most; four requests' worth. */
export const mostAnnotations = 200;
/** So many have no place in the checkout, at most: all of them would stand at one line. */
const mostUnplaced = 10;
const messageBytes = 4000;
const pathBytes = 1000;
const levels: readonly NoteLevel[] = ["failure", "warning", "notice"];

/** A step whose log was read. */
export interface ReadLog {
  node: Node;
  digest: LogDigest;
}

/**
 * What steps printed as `::error::`, `::warning::` and `::notice::`, failures first, each once. Paths are made
 * relative to the checkout; what has no place in it is marked at the manifest, with the place in the text.
 */
export function annotationsOf(run: Run, logs: readonly ReadLog[], quote: Quote): CheckAnnotation[] {
  if (logs.some(({ digest }) => digest.maskedTooMuch)) return [];
  const found = new Map<string, CheckAnnotation>();
  let unplaced = 0;
  for (const level of levels) {
    for (const { node, digest } of logs) {
      for (const note of digest.notes.filter((each) => each.level === level)) {
        if (found.size >= mostAnnotations) return [...found.values()];
        const annotation = annotationOf(run, node, note, quote);
        const isPlaced = annotation.path !== run.facts?.manifestFile;
        if (!isPlaced && (unplaced += 1) > mostUnplaced) continue;
        found.set(JSON.stringify(annotation), annotation);
      }
    }
  }
  return [...found.values()];
}

/** How many of each level the steps printed; undefined when all of them are marked. */
export function unmarkedOf(logs: readonly ReadLog[], marked: number): string | undefined {
  const printed = levels.map((level) => logs.reduce((sum, { digest }) => sum + digest.counts[level], 0));
  if (printed.reduce((sum, each) => sum + each, 0) <= marked) return undefined;
  const [failures = 0, warnings = 0, notices = 0] = printed;
  return `The steps printed ${failures} \`::error::\`, ${warnings} \`::warning::\` and ${notices} \`::notice::\`; ${marked} different ones are marked at their lines.`;
}

function annotationOf(run: Run, node: Node, note: LogNote, quote: Quote): CheckAnnotation {
  const path = note.file === undefined ? undefined : pathIn(run, node, quote.line(note.file, pathBytes * 2));
  const startLine = Math.max(1, note.line ?? 1);
  const endLine = Math.max(startLine, note.endLine ?? startLine);
  const place = note.file === undefined || path !== undefined ? "" : `\n(${note.file}:${note.line ?? 1})`;
  const message = truncateBytes(quote.masked(`${note.message}${place}`).trim(), messageBytes);
  const title = plainTitle(quote.masked(note.title ?? node.displayName)) || node.templateName;
  return {
    ...(path === undefined
      ? { path: run.facts?.manifestFile ?? ".workflows", startLine: 1, endLine: 1 }
      : { path, startLine, endLine, ...columnsOf(note, startLine === endLine) }),
    level: note.level,
    ...(title ? { title } : {}),
    message: message || "(no message)",
  };
}

/** GitHub refuses columns on an annotation of several lines. */
function columnsOf(
  { column, endColumn }: LogNote,
  oneLine: boolean,
): { startColumn?: number; endColumn?: number } {
  if (!oneLine || column === undefined || column < 1) return {};
  return { startColumn: column, endColumn: Math.max(column, endColumn ?? column) };
}

/** The path in the repository of a file as a step names it; undefined when it is in no checkout that is known. */
function pathIn(run: Run, node: Node, file: string): string | undefined {
  const { roots, workingDirectory } = checkoutsOf(run, node);
  const given = file.replaceAll("\\", "/");
  const absolute =
    given.startsWith("/") || workingDirectory === undefined ? given : `${workingDirectory}/${given}`;
  const path = normalize(absolute);
  if (path === undefined || path === "/" || path === "") return undefined;
  if (!path.startsWith("/")) return short(path);
  const root = roots.filter((each) => path.startsWith(`${each}/`)).sort((a, b) => b.length - a.length)[0];
  if (root !== undefined) return short(path.slice(root.length + 1));
  // A step that clones by itself gets a folder named as the repository.
  const folder = `/${run.facts?.repository.split("/")[1] ?? ""}/`;
  const at = folder === "//" ? -1 : path.indexOf(folder);
  return at < 0 ? undefined : short(path.slice(at + folder.length));
}

function checkoutsOf(run: Run, node: Node): { roots: string[]; workingDirectory: string | undefined } {
  const template = gateTemplateOf(run, node);
  const artifacts = [...(node.inputs?.artifacts ?? []), ...(template?.inputs?.artifacts ?? [])];
  const named = /^(source|sources|src|code|repo|repository|checkout|workspace)$/i;
  const roots = artifacts
    .filter(({ name, git }) => git !== undefined || named.test(name))
    .flatMap(({ path }) => (path === undefined ? [] : [normalize(path) ?? ""]))
    .filter((path) => path.startsWith("/") && path !== "/");
  const directory = (template?.container ?? template?.script)?.workingDir;
  const inside = roots.some((root) => directory === root || directory?.startsWith(`${root}/`) === true);
  return { roots, workingDirectory: inside ? directory : undefined };
}

/** Without `.`, `..` and doubled slashes; undefined when it leads out of where it starts. */
function normalize(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}

function short(path: string): string | undefined {
  return path === "" || truncateBytes(path, pathBytes) !== path ? undefined : path;
}
