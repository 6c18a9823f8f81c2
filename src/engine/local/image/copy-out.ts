import { once } from "node:events";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Artifact } from "../../../manifest/argo.js";
import { folderSuffix, tarSuffix, zipSuffix } from "../artifacts.js";
import { StepFault } from "../environment.js";
import { segment } from "../segment.js";
import { zipTar } from "../zip-archive.js";
import type { Created } from "./copy-in.js";
import { start } from "./program.js";
import { each } from "./tar-entries.js";

const textLimit = 1024 * 1024;

/** The content of a file of the container; undefined when there is none. Throws when it is too long. */
export async function readOut(created: Created, path: string): Promise<string | undefined> {
  const file = await tarOf(created, path);
  if (file === undefined) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  await each(createReadStream(file), async (entry) => {
    for await (const chunk of entry as unknown as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= textLimit) chunks.push(chunk);
    }
  });
  await rm(file, { force: true });
  if (size > textLimit) throw new StepFault(`wait: Error (exit code 64): ${path} is too long`);
  return Buffer.concat(chunks).toString();
}

/** Keeps what stands at the artifact's path, as `saveArtifact` does; undefined for an optional one that is not there. */
export async function copyOut(
  created: Created,
  owner: { uid: string; nodeId: string },
  artifact: Artifact,
): Promise<Artifact | undefined> {
  const path = artifact.path ?? "";
  const tar = await tarOf(created, path);
  if (tar === undefined) {
    if (artifact.optional === true) return undefined;
    throw new StepFault(`wait: Error (exit code 64): stat ${path}: no such file or directory`);
  }
  const isWhole = artifact.archive?.none !== undefined;
  const isFolder = isWhole && (await firstType(tar)) === "Directory";
  const packed = artifact.archive?.zip === undefined ? tarSuffix : zipSuffix;
  const suffix = isWhole ? (isFolder ? folderSuffix : "") : packed;
  const key = [segment(owner.uid), segment(owner.nodeId), segment(artifact.name)].join("/") + suffix;
  const file = join(created.directory, "artifacts", key);
  mkdirSync(dirname(file), { recursive: true });
  if (suffix === "") await writeContent(tar, `${file}.part`);
  else if (suffix === zipSuffix) await zipTar(createReadStream(tar), `${file}.part`);
  else
    await pipeline(createReadStream(tar), createGzip(), createWriteStream(`${file}.part`, { mode: 0o600 }));
  await rename(`${file}.part`, file);
  await rm(tar, { force: true });
  return { ...artifact, key };
}

/** A tar file of what stands at the path, links followed; undefined when nothing does. */
async function tarOf({ program, name, state }: Created, path: string): Promise<string | undefined> {
  const file = join(state, "out.tar");
  // Podman follows links by itself, and does not know the flag.
  const flags = program === "podman" ? [] : ["--follow-link"];
  const child = start(program, ["cp", ...flags, `${name}:${path}`, "-"]);
  child.stdin?.end();
  child.stderr?.resume();
  const closed = once(child, "close");
  await pipeline(child.stdout as Readable, createWriteStream(file, { mode: 0o600 }));
  const [code] = (await closed) as [number | null];
  return code === 0 ? file : undefined;
}

async function firstType(tar: string): Promise<string | undefined> {
  const types: string[] = [];
  await each(createReadStream(tar), async (entry) => {
    types.push(entry.type);
    entry.resume();
  });
  return types[0];
}

async function writeContent(tar: string, file: string): Promise<void> {
  let isWritten = false;
  await each(createReadStream(tar), async (entry) => {
    if (isWritten) return entry.resume();
    isWritten = true;
    await pipeline(entry as unknown as Readable, createWriteStream(file, { mode: 0o600 }));
  });
}
