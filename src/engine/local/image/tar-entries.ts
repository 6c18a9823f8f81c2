import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { Parser, type ReadEntry } from "tar";
import { headerOf, write } from "../zip-archive.js";

/** Where the entries of an archive go. */
export interface Target {
  /** An absolute path. */
  path: string;
  /** A path inside of the archive: nothing else is taken. */
  inside: string;
  mode: number | undefined;
  /** The mode is that of everything, not only of what stands at the path. */
  isModeForAll: boolean;
}

/** The names of what lies on top of an archive. */
export async function topNames(archive: Readable): Promise<Set<string>> {
  const names = new Set<string>();
  await each(archive, async (entry) => {
    const [first] = partsOf(entry.path);
    if (first !== undefined) names.add(first);
    entry.resume();
  });
  return names;
}

/**
 * Writes the archive as it must lie in a container: below the target's path. Of one entry on top, that is what stands
 * at the path, as Argo unpacks it.
 */
export async function placeEntries(
  archive: Readable,
  isSingle: boolean,
  target: Target,
  out: Writable,
): Promise<void> {
  const skipped = (isSingle ? 1 : 0) + partsOf(target.inside).length;
  const under = partsOf(target.inside).join("/");
  const nameOf = (path: string): string | undefined => {
    const parts = partsOf(path).slice(isSingle ? 1 : 0);
    if (under !== "" && parts.join("/") !== under && !parts.join("/").startsWith(`${under}/`))
      return undefined;
    return [...partsOf(target.path), ...partsOf(path).slice(skipped)].join("/");
  };
  await each(archive, async (entry) => {
    const path = nameOf(entry.path);
    if (path === undefined || !TYPES.has(entry.type)) return entry.resume();
    const isTop = path === partsOf(target.path).join("/");
    const mode = target.mode !== undefined && (isTop || target.isModeForAll) ? target.mode : entry.mode;
    const linkpath = entry.type === "Link" ? nameOf(entry.linkpath ?? "") : entry.linkpath;
    const size = entry.type === "File" || entry.type === "OldFile" ? entry.size : 0;
    await write(
      out,
      headerOf({
        path,
        type: entry.type === "OldFile" ? "File" : entry.type,
        size,
        mode: mode ?? 0o644,
        mtime: entry.mtime ?? new Date(0),
        ...(linkpath === undefined ? {} : { linkpath }),
      }),
    );
    for await (const chunk of entry as unknown as AsyncIterable<Buffer>) await write(out, chunk);
    if (size % 512 !== 0) await write(out, Buffer.alloc(512 - (size % 512)));
  });
  out.end(Buffer.alloc(1024));
}

const TYPES: ReadonlySet<string> = new Set(["File", "OldFile", "Directory", "SymbolicLink", "Link"]);

/** A tar stream of one file. */
export async function placeContent(
  content: Readable,
  size: number,
  target: Target,
  out: Writable,
): Promise<void> {
  const path = partsOf(target.path).join("/");
  await write(out, headerOf({ path, type: "File", size, mode: target.mode ?? 0o644, mtime: new Date(0) }));
  for await (const chunk of content) await write(out, chunk as Buffer);
  if (size % 512 !== 0) await write(out, Buffer.alloc(512 - (size % 512)));
  out.end(Buffer.alloc(1024));
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
}

/** Calls for one entry after the other, whose content must be read. */
export async function each(archive: Readable, take: (entry: ReadEntry) => Promise<void>): Promise<void> {
  let fault: unknown;
  let turn = Promise.resolve();
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      turn = turn
        .then(() => take(entry))
        .catch((error: unknown) => {
          fault ??= error;
          entry.resume();
        });
    },
  });
  const ended = once(parser as unknown as NodeJS.EventEmitter, "end");
  archive.once("error", (error) => (parser as unknown as Writable).emit("error", error));
  archive.pipe(parser as unknown as Writable);
  await ended;
  await turn;
  if (fault !== undefined) throw fault instanceof Error ? fault : new Error("the archive cannot be read");
}
