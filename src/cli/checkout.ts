import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ManifestFile } from "../manifest/manifest.js";

const run = promisify(execFile);
const mostBytes = 64 * 1024 * 1024;

/** A folder with `.workflows/`, and its git history as far as it is there. Nothing is fetched. */
export interface Checkout {
  /** The full sha of a revision; undefined when it is not in this checkout. */
  resolve(revision: string): Promise<string | undefined>;
  /** The manifests at a commit of it, or with undefined those of the working tree. */
  manifests(sha: string | undefined): Promise<ManifestFile[]>;
  message(sha: string): Promise<string | undefined>;
  /** Old names of renames too; undefined when one of the commits is not there. */
  changedFiles(base: string, sha: string, from: "merge-base" | "commit"): Promise<string[] | undefined>;
}

export function openCheckout(directory: string): Checkout {
  const git = async (...args: string[]): Promise<string | undefined> => {
    try {
      // A revision comes from a payload: `--end-of-options` keeps one that begins with a dash from being an option.
      return (await run("git", ["-C", directory, ...args], { maxBuffer: mostBytes })).stdout;
    } catch {
      return undefined;
    }
  };
  const resolve = async (revision: string) => {
    const sha = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`);
    return sha?.trim();
  };
  return {
    resolve,
    manifests: (sha) => (sha === undefined ? ofWorkingTree(directory) : ofCommit(git, sha)),
    message: (sha) => git("show", "-s", "--format=%B", "--end-of-options", sha),
    async changedFiles(base, sha, from) {
      const [left, right] = [await resolve(base), await resolve(sha)];
      if (left === undefined || right === undefined) return undefined;
      const range = from === "merge-base" ? `${left}...${right}` : `${left}..${right}`;
      const text = await git("diff", "--name-only", "--no-renames", "-z", range, "--");
      return text?.split("\0").filter((path) => path !== "");
    },
  };
}

const isManifest = (path: string): boolean => /\.ya?ml$/i.test(path);

async function ofWorkingTree(directory: string): Promise<ManifestFile[]> {
  const folder = join(directory, ".workflows");
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile() && isManifest(entry.name)).map(({ name }) => name);
  return Promise.all(
    names.toSorted().map(async (name) => ({
      path: `.workflows/${name}`,
      text: await readFile(join(folder, name), "utf8"),
    })),
  );
}

async function ofCommit(
  git: (...args: string[]) => Promise<string | undefined>,
  sha: string,
): Promise<ManifestFile[]> {
  const listed = (await git("ls-tree", "-z", sha, "--", ".workflows/")) ?? "";
  // `MODE TYPE SHA<tab>PATH`; a symbolic link is a blob of mode 120000.
  const entries = listed.split("\0").map((line) => /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(line));
  const found: ManifestFile[] = [];
  for (const [, mode = "", blob = "", path = ""] of entries.filter((entry) => entry !== null)) {
    if (mode === "120000" || !isManifest(path)) continue;
    found.push({ path, text: (await git("cat-file", "blob", blob)) ?? "" });
  }
  return found;
}
