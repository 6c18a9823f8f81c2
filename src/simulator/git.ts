import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LRUCache } from "lru-cache";

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
interface RunOptions {
  input?: string;
  env?: Record<string, string>;
}

/** Runs git in a bare repository and gives its standard output; throws with its standard error. */
export async function git(directory: string, args: string[], options: RunOptions = {}): Promise<string> {
  return (await gitBytes(directory, args, options)).toString();
}

async function gitBytes(directory: string, args: string[], options: RunOptions = {}): Promise<Buffer> {
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
  return Buffer.concat(out);
}

const objectName = "[0-9a-f]{40}";
const wholeName = new RegExp(`^${objectName}(\\^\\{\\w+\\}|:.*)?$|^${objectName}\\.\\.${objectName}$`, "s");

/** What git said of objects, by repository and question. */
const said = new LRUCache<string, Promise<Buffer>>({ max: 5_000 });

/**
 * Asks git what `revisions` say. Objects never change: where each revision begins with the whole name of an object,
 * an answer is kept; a failure is not, for the object may come.
 */
async function ask(directory: string, args: string[], revisions: string[]): Promise<Buffer> {
  const whole = [...args, ...revisions];
  if (!revisions.every((revision) => wholeName.test(revision))) return gitBytes(directory, whole);
  const key = [directory, ...whole].join("\0");
  const known = said.get(key);
  if (known !== undefined) return known;
  const answer = gitBytes(directory, whole);
  said.set(key, answer);
  answer.catch(() => said.delete(key));
  return answer;
}

/** As `ask`, in text. */
export async function askText(directory: string, args: string[], revisions: string[]): Promise<string> {
  return (await ask(directory, args, revisions)).toString();
}

export async function initialise(directory: string, branch: string): Promise<void> {
  await git("/", ["init", "--quiet", "--bare", `--initial-branch=${branch}`, directory]);
  const settings = [
    ["http.receivepack", "true"],
    ["uploadpack.allowAnySHA1InWant", "true"],
    ["receive.hideRefs", "refs/pull"],
    ["gc.auto", "0"],
  ];
  for (const setting of settings) await git(directory, ["config", ...setting]);
}

/** The sha a revision names, or undefined. */
export async function resolve(directory: string, revision: string): Promise<string | undefined> {
  const loose = await looseRef(directory, revision);
  if (loose !== undefined) return loose;
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
  return askText(directory, args, [revision]).then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** The sha of a ref that has a file of its own, which git itself looks at before anything else. */
async function looseRef(directory: string, ref: string): Promise<string | undefined> {
  if (!/^refs\/[\w./-]+$/.test(ref) || ref.includes("..")) return undefined;
  const text = await readFile(join(directory, ref), "utf8").catch(() => "");
  return new RegExp(`^${objectName}\n$`).test(text) ? text.trim() : undefined;
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
  const scratch = await mkdtemp(join(directory, "scratch-"));
  const env = { GIT_INDEX_FILE: join(scratch, "index") };
  try {
    if (change.parents[0] !== undefined) await git(directory, ["read-tree", change.parents[0]], { env });
    const input = await indexLines(directory, scratch, change.files);
    await git(directory, ["update-index", "--index-info"], { env, input });
    const tree = (await git(directory, ["write-tree"], { env })).trim();
    return await commitTree(directory, tree, change);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Stores the files as blobs, all with one process, and says them as `git update-index --index-info` reads them. */
async function indexLines(directory: string, scratch: string, files: Record<string, string | null>) {
  const removed = Object.keys(files).filter((path) => files[path] === null);
  const written = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== null);
  const paths = written.map((_, index) => join(scratch, String(index)));
  for (const [index, [, text]] of written.entries()) await writeFile(paths[index]!, text);
  const hashed = ["hash-object", "-w", "--no-filters", "--stdin-paths"];
  const shas = (await git(directory, hashed, { input: lines(paths) })).split("\n");
  return lines([
    ...removed.map((path) => `0 ${"0".repeat(40)}\t${path}`),
    ...written.map(([path], index) => `100644 ${shas[index]}\t${path}`),
  ]);
}

function lines(each: string[]): string {
  return each.map((line) => `${line}\n`).join("");
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
  return (
    await git(directory, ["commit-tree", tree, ...parents, "-F", "-"], { env, input: change.message })
  ).trim();
}

export async function updateRef(directory: string, ref: string, sha: string): Promise<void> {
  await git(directory, ["update-ref", ref, sha]);
}

/** Brings what another repository has, as a refspec says it. */
export async function fetchFrom(directory: string, other: string, refspec: string): Promise<void> {
  await git(directory, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", other, refspec]);
}

export async function refs(directory: string): Promise<Map<string, string>> {
  const text = await git(directory, ["for-each-ref", "--format=%(refname) %(objectname)"]);
  return new Map(
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ") as [string, string]),
  );
}

export async function readTree(directory: string, revision: string, recursive = false): Promise<TreeEntry[]> {
  const flags = recursive ? ["-r", "-t"] : [];
  const text = await askText(directory, ["ls-tree", "-l", "-z", ...flags], [revision]);
  return text.split("\0").filter(Boolean).map(parseEntry);
}

function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf("\t");
  const [mode = "", type = "blob", sha = "", size = "-"] = line.slice(0, tab).split(/ +/);
  const known = type === "tree" || type === "commit" ? type : "blob";
  return { mode, type: known, sha, size: size === "-" ? null : Number(size), path: line.slice(tab + 1) };
}

export async function readBlob(directory: string, sha: string): Promise<Buffer> {
  return ask(directory, ["cat-file", "blob"], [sha]);
}

export async function objectType(directory: string, sha: string): Promise<string> {
  return (await askText(directory, ["cat-file", "-t"], [sha])).trim();
}

export async function isAncestor(directory: string, ancestor: string, sha: string): Promise<boolean> {
  return (await mergeBase(directory, ancestor, sha)) === ancestor;
}

/** The tree of `theirs` merged into `ours`; undefined on a conflict. */
export async function mergeTree(
  directory: string,
  ours: string,
  theirs: string,
): Promise<string | undefined> {
  return askText(directory, ["merge-tree", "--write-tree"], [ours, theirs]).then(
    (text) => text.split("\n")[0],
    () => undefined,
  );
}

/** Commits that `to` has and `from` has not, oldest first; one commit when `from` is undefined. */
export async function commits(directory: string, from: string | undefined, to: string): Promise<Commit[]> {
  const format = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x01";
  const [order, range] =
    from === undefined ? [["-1"], to] : [["--reverse", "--topo-order"], `${from}..${to}`];
  const text = await askText(directory, ["log", `--format=${format}`, ...order], [range]);
  return text
    .split("\x01")
    .map((each) => each.replace(/^\n/, ""))
    .filter(Boolean)
    .map(parseCommit);
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
  return askText(directory, ["merge-base"], [a, b]).then(
    (text) => text.trim(),
    () => undefined,
  );
}
