import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

export interface TreeEntry {
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  size: number | null;
  path: string;
}
export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: { name: string; email: string; date: string };
  committer: { name: string; email: string; date: string };
  message: string;
}
export interface FileChange {
  status: "added" | "removed" | "modified" | "renamed" | "changed";
  filename: string;
  previous: string | undefined;
  sha: string | null;
  additions: number;
  deletions: number;
}

/** Runs git in a bare repository and gives its standard output; throws with its standard error. */
export async function git(
  directory: string,
  args: string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const child = spawn("git", ["-c", "safe.directory=*", "-C", directory, ...args], {
    env: { PATH: process.env["PATH"], HOME: directory, GIT_CONFIG_NOSYSTEM: "1", ...options.env },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`failed to run git ${args[0]}: ${Buffer.concat(err).toString().trim()}`);
  return Buffer.concat(out).toString();
}

export async function initialise(directory: string, branch: string): Promise<void> {
  await git("/", ["init", "--quiet", "--bare", `--initial-branch=${branch}`, directory]);
  await git(directory, ["config", "http.receivepack", "true"]);
  await git(directory, ["config", "uploadpack.allowAnySHA1InWant", "true"]);
}

/** The sha a revision names, or undefined. */
export async function resolve(directory: string, revision: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", revision];
  return git(directory, args).then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** Creates a commit on top of `parents` with these files changed (null removes); moves no ref. */
export async function createCommit(
  directory: string,
  change: {
    parents: string[];
    files: Record<string, string | null>;
    message: string;
    author: { name: string; email: string };
    date: string;
  },
): Promise<string> {
  const index = join(directory, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    if (change.parents[0] !== undefined) await git(directory, ["read-tree", change.parents[0]], { env });
    const lines: string[] = [];
    for (const [path, text] of Object.entries(change.files)) {
      if (text === null) lines.push(`0 ${"0".repeat(40)}\t${path}`);
      else {
        const blob = await git(directory, ["hash-object", "-w", "--stdin"], { input: text });
        lines.push(`100644 ${blob.trim()}\t${path}`);
      }
    }
    await git(directory, ["update-index", "--index-info"], { env, input: lines.map((line) => `${line}\n`).join("") });
    const tree = (await git(directory, ["write-tree"], { env })).trim();
    return await commitTree(directory, tree, change);
  } finally {
    await rm(index, { force: true });
  }
}

export async function commitTree(
  directory: string,
  tree: string,
  change: { parents: string[]; message: string; author: { name: string; email: string }; date: string },
): Promise<string> {
  const parents = change.parents.flatMap((parent) => ["-p", parent]);
  const env = {
    GIT_AUTHOR_NAME: change.author.name,
    GIT_AUTHOR_EMAIL: change.author.email,
    GIT_AUTHOR_DATE: change.date,
    GIT_COMMITTER_NAME: change.author.name,
    GIT_COMMITTER_EMAIL: change.author.email,
    GIT_COMMITTER_DATE: change.date,
  };
  return (await git(directory, ["commit-tree", tree, ...parents, "-F", "-"], { env, input: change.message })).trim();
}

export async function updateRef(directory: string, ref: string, sha: string): Promise<void> {
  await git(directory, ["update-ref", ref, sha]);
}

export async function refs(directory: string): Promise<Map<string, string>> {
  const text = await git(directory, ["for-each-ref", "--format=%(refname) %(objectname)"]);
  return new Map(text.split("\n").filter(Boolean).map((line) => line.split(" ") as [string, string]));
}

export async function readTree(directory: string, revision: string, recursive = false): Promise<TreeEntry[]> {
  const flags = recursive ? ["-r", "-t"] : [];
  const text = await git(directory, ["ls-tree", "-l", "-z", ...flags, revision]);
  return text.split("\0").filter(Boolean).map(parseEntry);
}

function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf("\t");
  const [mode = "", type = "blob", sha = "", size = "-"] = line.slice(0, tab).split(/ +/);
  const known = type === "tree" || type === "commit" ? type : "blob";
  return { mode, type: known, sha, size: size === "-" ? null : Number(size), path: line.slice(tab + 1) };
}

export async function readBlob(directory: string, sha: string): Promise<string> {
  return git(directory, ["cat-file", "blob", sha]);
}

/** Commits that `to` has and `from` has not, oldest first; one commit when `from` is undefined. */
export async function commits(directory: string, from: string | undefined, to: string): Promise<Commit[]> {
  const format = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x01";
  const range = from === undefined ? ["-1", to] : ["--reverse", "--topo-order", `${from}..${to}`];
  const text = await git(directory, ["log", `--format=${format}`, ...range]);
  return text.split("\x01").map((each) => each.replace(/^\n/, "")).filter(Boolean).map(parseCommit);
}

function parseCommit(text: string): Commit {
  const field = text.split("\0");
  const at = (index: number) => field[index] ?? "";
  return {
    sha: at(0),
    tree: at(1),
    parents: at(2).split(" ").filter(Boolean),
    author: { name: at(3), email: at(4), date: utc(at(5)) },
    committer: { name: at(6), email: at(7), date: utc(at(8)) },
    message: at(9).trimEnd(),
  };
}

function utc(date: string): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, "Z");
}

export async function mergeBase(directory: string, a: string, b: string): Promise<string | undefined> {
  return git(directory, ["merge-base", a, b]).then((text) => text.trim(), () => undefined);
}

/** Files that differ between two commits, renames detected, as GitHub lists them. */
export async function changes(directory: string, from: string, to: string): Promise<FileChange[]> {
  const raw = (await git(directory, ["diff-tree", "-r", "-M", "-z", "--raw", "--no-abbrev", from, to])).split("\0");
  const counts = await numbers(directory, from, to);
  const found: FileChange[] = [];
  for (let at = 0; at < raw.length && raw[at]; ) {
    const [, , , after = "", letter = "M"] = raw[at]!.split(" ");
    const renamed = letter.startsWith("R");
    const previous = renamed ? raw[at + 1] : undefined;
    const filename = raw[at + (renamed ? 2 : 1)] ?? "";
    const count = counts.get(filename) ?? { additions: 0, deletions: 0 };
    const status = statusOf(letter);
    found.push({ status, filename, previous, sha: status === "removed" ? null : after, ...count });
    at += renamed ? 3 : 2;
  }
  return found;
}

function statusOf(letter: string): FileChange["status"] {
  if (letter.startsWith("R")) return "renamed";
  if (letter === "A") return "added";
  if (letter === "D") return "removed";
  return letter === "T" ? "changed" : "modified";
}

async function numbers(directory: string, from: string, to: string) {
  const text = await git(directory, ["diff-tree", "-r", "--no-renames", "--numstat", "-z", from, to]);
  const found = new Map<string, { additions: number; deletions: number }>();
  for (const line of text.split("\0").filter(Boolean)) {
    const [additions = "0", deletions = "0", path = ""] = line.split("\t");
    found.set(path, { additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
  }
  return found;
}
