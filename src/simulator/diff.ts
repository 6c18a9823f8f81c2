import { askText } from "./git.js";

export interface FileChange {
  status: "added" | "removed" | "modified" | "renamed" | "changed";
  filename: string;
  previous: string | undefined;
  sha: string | null;
  additions: number;
  deletions: number;
}

/** Files that differ between two commits, renames detected, as GitHub lists them. */
export async function changes(directory: string, from: string, to: string): Promise<FileChange[]> {
  const raw = (
    await askText(directory, ["diff-tree", "-r", "-M", "-z", "--raw", "--no-abbrev"], [from, to])
  ).split("\0");
  const counts = await numbers(directory, from, to);
  const found: FileChange[] = [];
  for (let at = 0; at < raw.length && raw[at];) {
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

/** Lines added and deleted by present path. A rename is three fields: counts with an empty path, old path, new path. */
async function numbers(directory: string, from: string, to: string) {
  const fields = (await askText(directory, ["diff-tree", "-r", "-M", "--numstat", "-z"], [from, to])).split(
    "\0",
  );
  const found = new Map<string, { additions: number; deletions: number }>();
  for (let at = 0; at < fields.length && fields[at];) {
    const [additions = "0", deletions = "0", path = ""] = fields[at]!.split("\t");
    const renamed = path === "";
    const count = { additions: Number(additions) || 0, deletions: Number(deletions) || 0 };
    found.set(renamed ? (fields[at + 2] ?? "") : path, count);
    at += renamed ? 3 : 1;
  }
  return found;
}
