import { maskSecrets } from "../lib/mask-secrets.js";
import { byteLength, escapeMarkdown, stripControls, truncateBytes } from "../lib/text.js";
import type { Problem } from "../manifest/problem.js";
import { limits, type CheckAnnotation, type CheckPayload } from "./check.js";
import { count, plainTitle, shortSha, timestamp } from "./plain.js";

export interface ProblemsInput {
  checkName: string;
  /** The manifest's title, the heading of the summary. */
  title: string;
  problems: readonly Problem[];
  externalId: string;
  headSha?: string;
  /** Milliseconds since the epoch. */
  now: number;
}

const severities = ["error", "warning", "notice"] as const;
const levels = { error: "failure", warning: "warning", notice: "notice" } as const;
/** For the line that says how many problems are not listed. */
const noteBytes = 200;

/**
 * The check of manifests that cannot be run: every problem with its place, the first 50 as annotations, errors
 * first. Without an error among them the check is neutral.
 */
export function renderProblems(input: ProblemsInput): CheckPayload {
  const sorted = [...input.problems].sort(byWeightAndPlace);
  const title = titleOf(sorted);
  const failed = sorted.some(({ severity }) => severity === "error");
  return {
    name: input.checkName,
    externalId: input.externalId,
    status: "completed",
    conclusion: failed ? "failure" : "neutral",
    startedAt: timestamp(input.now),
    completedAt: timestamp(input.now),
    title,
    summary: summaryOf(input, title, sorted),
    annotations: sorted.slice(0, limits.annotationsPerRequest).map(annotationOf),
    actions: [],
  };
}

function byWeightAndPlace(a: Problem, b: Problem): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    (a.position.file < b.position.file ? -1 : a.position.file > b.position.file ? 1 : 0) ||
    a.position.line - b.position.line ||
    a.position.column - b.position.column
  );
}

function titleOf(problems: readonly Problem[]): string {
  const counts = severities
    .map((severity) => ({ severity, amount: problems.filter((each) => each.severity === severity).length }))
    .filter(({ amount }) => amount > 0)
    .map(({ severity, amount }) => count(amount, severity));
  const files = [...new Set(problems.map(({ position }) => position.file))];
  if (counts.length === 0) return "No problems";
  const where = files.length === 1 ? (files[0]?.split("/").at(-1) ?? "") : `${files.length} files`;
  return plainTitle(maskSecrets(`${counts.join(", ")} in ${where}`, []));
}

function summaryOf(input: ProblemsInput, title: string, problems: readonly Problem[]): string {
  const commit = input.headSha === undefined ? "" : ` at commit ${shortSha(input.headSha)}`;
  const heading = `### ${inline(input.title, 300)}\n\n${inline(title, 300)}${commit}. Nothing was run.`;
  const lines: string[] = [];
  let used = byteLength(heading) + noteBytes;
  for (const problem of problems) {
    const line = lineOf(problem);
    used += byteLength(line) + 1;
    if (used > limits.textBytes) break;
    lines.push(line);
  }
  const missing = problems.length - lines.length;
  const unmarked = problems.length - limits.annotationsPerRequest;
  const notes = [
    ...(missing > 0 ? [`${missing} more are not listed: GitHub limits the size of a check.`] : []),
    ...(unmarked > 0 ? [`The first ${limits.annotationsPerRequest} are marked at their lines.`] : []),
  ];
  return [heading, lines.join("\n"), notes.join(" ")].filter((part) => part !== "").join("\n\n");
}

function lineOf({ severity, message, hint, text, position }: Problem): string {
  const place = `${inline(position.file, 500)}:${position.line}:${position.column}`;
  const said =
    hint === undefined ? inline(message, 1000) : `${inline(message, 1000)} — ${inline(hint, 1000)}`;
  const quoted = text === undefined || text.trim() === "" ? "" : ` ${codeSpan(text)}`;
  return `- ${severity} ${place} ${said}${quoted}`;
}

function inline(text: string, bytes: number): string {
  return escapeMarkdown(truncateBytes(maskSecrets(text, []), bytes));
}

/** Text as inline code, whatever backticks are in it. */
function codeSpan(text: string): string {
  const line = truncateBytes(stripControls(maskSecrets(text, [])).replace(/\s+/g, " ").trim(), 800);
  const longest = (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${longest > 0 ? ` ${line} ` : line}${ticks}`;
}

function annotationOf({ severity, rule, message, hint, position }: Problem): CheckAnnotation {
  const startLine = Math.max(1, position.line);
  const endLine = Math.max(startLine, position.endLine);
  const startColumn = Math.max(1, position.column);
  const said = stripControls(maskSecrets(hint === undefined ? message : `${message}\n${hint}`, []));
  return {
    path: position.file,
    startLine,
    endLine,
    // GitHub refuses columns on an annotation of several lines.
    ...(startLine === endLine ? { startColumn, endColumn: Math.max(startColumn, position.endColumn) } : {}),
    level: levels[severity],
    title: plainTitle(rule),
    message: truncateBytes(said, 4000) || rule,
  };
}
