import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { checkManifests } from "../manifest/check.js";
import type { Manifest, ManifestFile } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import { lintPolicy } from "../policy/lint-policy.js";
import type { ClusterLintOptions } from "./lint-cluster.js";

/**
 * `sluice lint`: checks files, and the .yaml and .yml files in folders. Prints like a compiler, or with `json` one
 * array of Problems. With `cluster`, the cluster of SLUICE_CONFIG is asked too. Resolves to the exit code: 1 when there
 * are errors, 2 when a path cannot be read. Rejects when the cluster cannot be asked.
 */
export async function lint(
  paths: string[],
  options: { json: boolean; cluster?: ClusterLintOptions },
  out: (text: string) => void,
): Promise<number> {
  const { files, unreadable } = await readAll(paths);
  const parsed = checkManifests(files);
  const own = [...parsed.problems, ...lintPolicy(parsed.manifests)];
  const problems = [...own, ...(await ofCluster(parsed.manifests, own, options.cluster))].toSorted(byPlace);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (options.json) {
    out(`${JSON.stringify([...unreadable, ...problems], null, 2)}\n`);
  } else {
    const texts = new Map(files.map(({ path, text }) => [path, text.split(/\r?\n/)]));
    for (const problem of unreadable)
      out(`${problem.position.file}: error ${problem.rule}: ${problem.message}\n`);
    for (const problem of problems) out(rendered(problem, texts.get(problem.position.file) ?? []));
    out(`${summary(files.length, problems, unreadable.length)}\n`);
  }
  return unreadable.length > 0 ? 2 : errors > 0 ? 1 : 0;
}

async function ofCluster(
  manifests: readonly Manifest[],
  problems: readonly Problem[],
  options: ClusterLintOptions | undefined,
): Promise<Problem[]> {
  if (options === undefined) return [];
  const { lintOnCluster } = await import("./lint-cluster.js");
  return lintOnCluster(manifests, problems, options, process.env["SLUICE_CONFIG"]);
}

function byPlace(a: Problem, b: Problem): number {
  return (
    a.position.file.localeCompare(b.position.file) ||
    a.position.line - b.position.line ||
    a.position.column - b.position.column
  );
}

interface ReadFiles {
  files: ManifestFile[];
  unreadable: Problem[];
}

async function readAll(paths: readonly string[]): Promise<ReadFiles> {
  const read: ReadFiles = { files: [], unreadable: [] };
  for (const path of paths) {
    try {
      const found = (await stat(path)).isDirectory() ? await manifestPaths(path) : [path];
      for (const each of found) {
        if (read.files.some((file) => file.path === each)) continue;
        read.files.push({ path: each, text: await readFile(each, "utf8") });
      }
    } catch (error) {
      read.unreadable.push(unreadable(path, error));
    }
  }
  return read;
}

/** Hidden folders too, as `.workflows` is one; not those of other tools. */
async function manifestPaths(folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) found.push(...(await manifestPaths(path)));
    if (entry.isFile() && /\.ya?ml$/.test(entry.name)) found.push(path);
  }
  return found;
}

const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules"]);

function unreadable(path: string, error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    severity: "error",
    rule: "unreadable",
    message: `failed to read: ${reason}`,
    position: { file: path, line: 1, column: 1, endLine: 1, endColumn: 1 },
  };
}

function rendered(problem: Problem, lines: readonly string[]): string {
  const { file, line, column, endLine, endColumn } = problem.position;
  const text = lines[line - 1] ?? "";
  const end = endLine === line ? endColumn : text.length + 1;
  const before = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  const marks = "^".repeat(Math.max(1, Math.min(end, text.length + 1) - column));
  const parts = [
    `${file}:${line}:${column}: ${problem.severity} ${problem.rule}: ${problem.message}`,
    `    ${text}`,
    `    ${before}${marks}`,
    ...(problem.hint === undefined ? [] : [`    hint: ${problem.hint}`]),
  ];
  return `${parts.join("\n")}\n`;
}

function summary(files: number, problems: readonly Problem[], unread: number): string {
  const count = (severity: Problem["severity"]): number =>
    problems.filter((problem) => problem.severity === severity).length;
  const counts = [
    plural(count("error") + unread, "error"),
    plural(count("warning"), "warning"),
    plural(count("notice"), "notice"),
  ];
  return `${counts.join(", ")} in ${plural(files, "file")}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
