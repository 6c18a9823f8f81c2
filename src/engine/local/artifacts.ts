import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  closeSync,
  statSync,
} from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { type ChildProcess, spawn } from "node:child_process";
import type { Artifact } from "../../manifest/argo.js";
import { StepFault } from "./environment.js";
import { repositoryKey } from "./interpreter/key-only.js";
import { keepUnder, repositoryPath } from "./repository.js";
import { segment } from "./segment.js";
import { defaultPath, runIn, type Sandbox } from "./sandbox.js";
import { tarZip, zipTar } from "./zip-archive.js";

export const tarSuffix = ".tgz";
export const zipSuffix = ".zip";
/** A directory that was to be kept as it is: always unpacked again. */
export const folderSuffix = ".folder.tgz";

/**
 * Saves what stands at the artifact's path and returns the artifact with its key, `UID/NODE/NAME` and how it is
 * packed; undefined for an optional one that is not there.
 */
export async function saveArtifact(
  sandbox: Sandbox,
  directory: string,
  owner: { uid: string; nodeId: string },
  artifact: Artifact,
): Promise<Artifact | undefined> {
  const path = artifact.path ?? "";
  const kind = (await runIn(sandbox, ["/bin/sh", "-c", kindOf, "sh", path])).stdout.toString().trim();
  if (kind !== "file" && kind !== "folder") {
    if (artifact.optional === true) return undefined;
    throw new StepFault(`wait: Error (exit code 64): stat ${path}: no such file or directory`);
  }
  const whole = artifact.archive?.none !== undefined;
  const repository = repositoryKey(artifact);
  if (repository !== undefined) {
    const isFolder = whole && kind === "folder";
    const argv =
      whole && !isFolder
        ? ["/bin/cat", "--", path]
        : ["/bin/sh", "-c", isFolder ? packInside : pack, "sh", path];
    await keepUnder(directory, owner.uid, repository, sandbox, argv, isFolder);
    return artifact;
  }
  const isZip = artifact.archive?.zip !== undefined;
  const packed = isZip ? zipSuffix : tarSuffix;
  const suffix = whole ? (kind === "folder" ? folderSuffix : "") : packed;
  const key = [segment(owner.uid), segment(owner.nodeId), segment(artifact.name)].join("/") + suffix;
  const script = suffix === zipSuffix ? packPlain : pack;
  const argv = suffix === "" ? ["/bin/cat", "--", path] : ["/bin/sh", "-c", script, "sh", path];
  const keep = suffix === zipSuffix ? zipTar : writeTo;
  const file = join(directory, "artifacts", key);
  mkdirSync(dirname(file), { recursive: true });
  try {
    await receive(sandbox.spawn(argv, { env: { PATH: defaultPath }, cwd: "/" }), `${file}.part`, keep);
    await rename(`${file}.part`, file);
  } catch (cause) {
    await rm(`${file}.part`, { force: true });
    throw new StepFault(
      `wait: Error (exit code 64): failed to save artifact ${artifact.name}: ${cause instanceof Error ? cause.message : ""}`,
    );
  }
  return { ...artifact, key };
}

const kindOf = `if [ -d "$1" ]; then echo folder; elif [ -e "$1" ] || [ -h "$1" ]; then echo file; fi`;
// A path that is a link is saved as what it leads to, links inside of it as links.
const pack = `p=$(readlink -f -- "$1") && b=$(basename -- "$p") && d=$(dirname -- "$p") && if [ "$p" = / ]; then d=/ b=.; fi &&
exec tar -czf - -C "$d" -- "$b"`;
const packPlain = pack.replace("-czf", "-cf");

const packInside = `exec tar -czf - -C "$1" .`;

function writeTo(content: Readable, file: string): Promise<void> {
  return pipeline(content, createWriteStream(file, { mode: 0o600 }));
}

async function receive(
  child: ChildProcess,
  file: string,
  keep: (content: Readable, file: string) => Promise<void>,
): Promise<void> {
  if (!child.stdout) throw new Error("no output");
  child.stdin?.on("error", () => undefined);
  child.stdin?.end();
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-1000)));
  const closed = once(child, "close");
  await keep(child.stdout, file);
  const [code] = (await closed) as [number | null];
  // GNU tar's 1: a file changed while it was read.
  if (code !== 0) throw new Error(complaint.trim() || `exit code ${code ?? "none"}`);
}

/** Places a stored artifact of the same run at `path`. */
export async function placeStored(
  sandbox: Sandbox,
  directory: string,
  uid: string,
  artifact: Artifact,
): Promise<void> {
  const { file, inside } = locate(directory, uid, artifact);
  await placeFile(sandbox, file, artifact, inside);
}

/** Places what lies under a key that the manifest names. */
export async function placeKeyed(
  sandbox: Sandbox,
  directory: string,
  uid: string,
  artifact: Artifact,
  key: string,
): Promise<void> {
  const subPath = typeof artifact.subPath === "string" ? artifact.subPath : "";
  const path = repositoryPath(directory, uid, subPath === "" ? key : join(key, subPath));
  if (path === undefined) throw inputFault(artifact, `no such key: ${key}`);
  if (!statSync(path).isDirectory()) return placeFile(sandbox, path, artifact, "");
  const argv = [
    "/bin/sh",
    "-c",
    `mkdir -p "$1" && exec tar -xf - --no-same-owner -C "$1"`,
    "sh",
    artifact.path ?? "",
  ];
  const tar = spawn("tar", ["-cf", "-", "-C", path, "."], { stdio: ["ignore", "pipe", "ignore"] });
  await feed(sandbox, argv, tar.stdout, artifact);
}

/** Places a file of the host, unpacked when it is an archive. */
export async function placeFile(
  sandbox: Sandbox,
  file: string,
  artifact: Artifact,
  inside: string,
): Promise<void> {
  const isZip = isZipped(file, artifact);
  const script = isZip || isPacked(file, artifact) ? unpack : place;
  const argv = ["/bin/sh", "-c", script, "sh", artifact.path ?? "", inside];
  await feed(sandbox, argv, isZip ? tarZip(file) : createReadStream(file), artifact);
}

async function feed(
  sandbox: Sandbox,
  argv: readonly string[],
  content: Readable,
  artifact: Artifact,
): Promise<void> {
  const child = sandbox.spawn(argv, { env: { PATH: defaultPath }, cwd: "/" });
  let complaint = "";
  child.stdout?.resume();
  child.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-1000)));
  const closed = once(child, "close");
  let fault: unknown;
  content.once("error", (error) => (fault = error));
  if (child.stdin) await pipeline(content, child.stdin).catch(() => undefined);
  const [code] = (await closed) as [number | null];
  if (fault instanceof Error) throw inputFault(artifact, fault.message);
  if (code !== 0) throw inputFault(artifact, complaint.trim() || `exit code ${code ?? "none"}`);
}

export async function placeRaw(sandbox: Sandbox, artifact: Artifact, data: string): Promise<void> {
  const argv = ["/bin/sh", "-c", place, "sh", artifact.path ?? ""];
  const outcome = await runIn(sandbox, argv, { input: data });
  if (outcome.code !== 0) throw inputFault(artifact, outcome.stderr);
}

/** Sets the mode that the artifact asks for, on everything below it with `recurseMode`. */
export async function setMode(sandbox: Sandbox, artifact: Artifact): Promise<void> {
  if (artifact.mode === undefined) return;
  const flags = artifact["recurseMode"] === true ? ["-R"] : [];
  const argv = ["/bin/chmod", ...flags, artifact.mode.toString(8), "--", artifact.path ?? ""];
  const outcome = await runIn(sandbox, argv);
  if (outcome.code !== 0) throw inputFault(artifact, outcome.stderr);
}

export function inputFault(artifact: Artifact, message: string): StepFault {
  return new StepFault(`init: Error (exit code 64): failed to load artifact ${artifact.name}: ${message}`);
}

const place = `set -e; mkdir -p -- "$(dirname -- "$1")"; exec cat > "$1"`;
// As Argo: an archive of one entry is that entry at the path, of several a directory of them. $2: a path inside.
const unpack = `set -e
p=$1 inside=$2; d=$(dirname -- "$p"); mkdir -p -- "$d"
t=$(mktemp -d "$d/.sluice.XXXXXX"); trap 'rm -rf "$t"' EXIT; chmod 755 "$t"
tar -xzf - --no-same-owner -C "$t"
set -- $(ls -A "$t" | wc -l)
if [ "$1" = 1 ]; then s=$t/$(ls -A "$t"); else s=$t; fi
if [ -n "$inside" ]; then s=$s/$inside; fi
if [ -d "$s" ] && [ ! -h "$s" ]; then mkdir -p -- "$p"; cp -a "$s/." "$p/"; else cp -a -- "$s" "$p"; fi`;

/** Keys are taken from the workflow, which anybody may have written: only artifacts of this run are found. */
export function locate(directory: string, uid: string, artifact: Artifact): { file: string; inside: string } {
  const [run, node, name, ...rest] = (artifact.key ?? "").split("/");
  const parts = [run, node, name].filter(
    (part) => part !== undefined && /^(?!\.)[^/\\]+$/.test(part),
  ) as string[];
  const inside = [...rest, ...(typeof artifact["subPath"] === "string" ? [artifact["subPath"]] : [])].join(
    "/",
  );
  if (parts.length < 3 || run !== segment(uid) || inside.split("/").includes(".."))
    throw inputFault(artifact, `no such key: ${artifact.key ?? ""}`);
  const file = join(directory, "artifacts", ...parts);
  if (!existsSync(file)) throw inputFault(artifact, `no such key: ${artifact.key ?? ""}`);
  return { file, inside };
}

/** As Argo, which looks for a zip only where the artifact says so. */
export function isZipped(file: string, { archive }: Artifact): boolean {
  return archive?.none === undefined && archive?.zip !== undefined && hasMagic(file, "PK");
}

export function isPacked(file: string, artifact: Artifact): boolean {
  if (file.endsWith(folderSuffix)) return true;
  if (artifact.archive?.none !== undefined) return false;
  return file.endsWith(tarSuffix) || artifact.archive?.tar !== undefined || hasMagic(file, "\x1f\x8b");
}

function hasMagic(file: string, expected: string): boolean {
  const descriptor = openSync(file, "r");
  try {
    const magic = Buffer.alloc(expected.length);
    readSync(descriptor, magic, 0, expected.length, 0);
    return magic.equals(Buffer.from(expected, "latin1"));
  } finally {
    closeSync(descriptor);
  }
}
