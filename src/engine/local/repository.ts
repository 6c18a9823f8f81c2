import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  createWriteStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { segment } from "./segment.js";
import { StepFault } from "./environment.js";
import { defaultPath, type Sandbox } from "./sandbox.js";

/** The artifact repository of one run: a folder in which keys are paths. */
function rootOf(directory: string, uid: string): string {
  return join(directory, "artifacts", segment(uid), "repository");
}

function pathOf(root: string, key: string): string {
  const path = normalize(join(root, key)).replace(/\/+$/, "");
  if (path !== root && !path.startsWith(`${root}/`)) throw new StepFault(`no such key: ${key}`);
  return path;
}

/** A file or folder of the repository; undefined when there is none under the key. */
export function repositoryPath(directory: string, uid: string, key: string): string | undefined {
  const root = rootOf(directory, uid);
  const path = pathOf(root, key);
  try {
    // What a step has saved may be a link that leads out of here.
    const real = realpathSync(path);
    return real.startsWith(`${realpathSync(root)}/`) ? real : undefined;
  } catch {
    return undefined;
  }
}

/** The keys of all files below a key, sorted. */
export function keysBelow(directory: string, uid: string, key: string): string[] {
  const path = repositoryPath(directory, uid, key);
  if (path === undefined) return [];
  const base = key.replace(/\/+$/, "");
  if (!statSync(path).isDirectory()) return [base];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return entries.map((entry) => join(base, entry.parentPath.slice(path.length), entry.name)).sort();
}

/** Keeps what the command in the sandbox prints under a key: as one file, or unpacked as a folder. */
export async function keepUnder(
  directory: string,
  uid: string,
  key: string,
  sandbox: Sandbox,
  argv: readonly string[],
  isFolder: boolean,
): Promise<void> {
  const root = rootOf(directory, uid);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const path = pathOf(root, key);
  refuseLinks(root, path, key);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const child = sandbox.spawn(argv, { env: { PATH: defaultPath }, cwd: "/" });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end();
  child.stderr?.resume();
  if (!child.stdout) throw new StepFault(`failed to save ${key}`);
  const closed = once(child, "close");
  const part = mkdtempSync(join(dirname(root), ".part-"));
  try {
    if (isFolder) {
      const tar = spawn("tar", ["-xzf", "-", "--no-same-owner", "-C", part], {
        stdio: ["pipe", "ignore", "ignore"],
      });
      const ended = once(tar, "close");
      await pipeline(child.stdout, tar.stdin).catch(() => undefined);
      await ended;
    } else await pipeline(child.stdout, createWriteStream(join(part, "file"), { mode: 0o600 }));
    const [code] = (await closed) as [number | null];
    if (code !== 0) throw new StepFault(`failed to save ${key}`);
    refuseLinks(root, path, key);
    if (isFolder) {
      keepPlain(part);
      cpSync(part, path, { recursive: true, verbatimSymlinks: true });
    } else {
      rmSync(path, { recursive: true, force: true });
      renameSync(join(part, "file"), path);
    }
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** What a step has saved before may be a link: nothing is written through one. */
function refuseLinks(root: string, path: string, key: string): void {
  for (let at = path; at !== root; at = dirname(at)) {
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink())
      throw new StepFault(`no such key: ${key}`);
  }
}

/**
 * Takes out what is no file, folder or link to one below the folder itself. The archive is the step's, whose own `tar`
 * made it.
 */
function keepPlain(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const target = entry.isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : path;
    const isPlain = entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
    if (!isPlain || !target.startsWith(`${folder}/`) || leadsOut(path, folder)) rmSync(path, { force: true });
  }
}

function leadsOut(path: string, folder: string): boolean {
  try {
    return !realpathSync(path).startsWith(`${realpathSync(folder)}/`);
  } catch {
    return true;
  }
}
