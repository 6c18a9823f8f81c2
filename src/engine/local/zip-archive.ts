import { createWriteStream } from "node:fs";
import { PassThrough, type Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, type Gzip } from "node:zlib";
import { Header, Parser, Pax, type ReadEntry } from "tar";
import { type Entry, open, type ZipFile as OpenZip } from "yauzl";
import { ZipFile } from "yazl";

const LINK = 0o120000;
const KIND = 0o170000;
/** Linux knows no longer path. */
const longestLink = 4096;

/** Writes what a tar stream holds as a zip file. Links are kept as links. */
export async function zipTar(content: Readable, file: string): Promise<void> {
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream as Readable, createWriteStream(file, { mode: 0o600 }));
  const parser = new Parser({ onReadEntry: (entry) => addEntry(zip, entry) });
  try {
    await pipeline(content, parser as unknown as NodeJS.WritableStream);
    zip.end();
  } catch (error) {
    (zip.outputStream as Readable).destroy(error as Error);
  }
  await written;
}

function addEntry(zip: ZipFile, entry: ReadEntry): void {
  const path = entry.path.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  const mtime = entry.mtime ?? new Date(0);
  const mode = entry.mode ?? 0o644;
  if (path === "" || path === ".") entry.resume();
  else if (entry.type === "Directory") {
    zip.addEmptyDirectory(`${path}/`, { mtime, mode });
    entry.resume();
  } else if (entry.type === "SymbolicLink") {
    zip.addBuffer(Buffer.from(entry.linkpath ?? ""), path, { mtime, mode: LINK | 0o777 });
    entry.resume();
  } else if (entry.type === "File" || entry.type === "OldFile") {
    zip.addReadStream((entry as unknown as Readable).pipe(new PassThrough()), path, { mtime, mode });
  } else entry.resume();
}

/** What a zip file holds as a gzipped tar stream. Names that lead out of the archive end it with an error. */
export function tarZip(file: string): Readable {
  const out = createGzip();
  copyEntries(file, out).then(
    () => out.end(Buffer.alloc(1024)),
    (error: unknown) => out.destroy(error as Error),
  );
  return out;
}

async function copyEntries(file: string, out: Gzip): Promise<void> {
  const zip = await opened(file);
  const entries = nextOf(zip);
  for (let entry = await entries(); entry; entry = await entries()) await copyEntry(zip, entry, out);
}

function opened(file: string): Promise<OpenZip> {
  return new Promise((resolve, reject) => {
    open(file, { lazyEntries: true, autoClose: true }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

function nextOf(zip: OpenZip): () => Promise<Entry | undefined> {
  return () =>
    new Promise((resolve, reject) => {
      zip.removeAllListeners();
      zip.once("entry", resolve);
      zip.once("end", () => resolve(undefined));
      zip.once("error", reject);
      zip.readEntry();
    });
}

async function copyEntry(zip: OpenZip, entry: Entry, out: Gzip): Promise<void> {
  const mode = entry.externalFileAttributes >>> 16;
  const isFolder = entry.fileName.endsWith("/");
  const content = isFolder ? undefined : await streamOf(zip, entry);
  const isLink = (mode & KIND) === LINK;
  const linkpath = isLink && content ? await textOf(content) : undefined;
  const size = isFolder || isLink ? 0 : entry.uncompressedSize;
  await write(
    out,
    headerOf({
      path: entry.fileName,
      mode: mode & 0o7777 || (isFolder ? 0o755 : 0o644),
      size,
      mtime: entry.getLastModDate(),
      type: isFolder ? "Directory" : isLink ? "SymbolicLink" : "File",
      ...(linkpath === undefined ? {} : { linkpath }),
    }),
  );
  if (!content || isLink) return;
  for await (const chunk of content) await write(out, chunk as Buffer);
  if (size % 512 !== 0) await write(out, Buffer.alloc(512 - (size % 512)));
}

/** The header of a tar entry, after an extended one where its fields do not fit. */
export function headerOf(fields: ConstructorParameters<typeof Header>[0] & object): Buffer {
  const header = new Header(fields);
  const needsMore = header.encode();
  const block = header.block ?? Buffer.alloc(512);
  return needsMore
    ? Buffer.concat([new Pax(fields as ConstructorParameters<typeof Pax>[0]).encode(), block])
    : block;
}

function streamOf(zip: OpenZip, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

async function textOf(content: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += (chunk as Buffer).length;
    if (size > longestLink) throw new Error("a link in the archive is too long");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

/** Waits until there is room; throws when nobody reads any more. */
export async function write(out: Writable, chunk: Buffer): Promise<void> {
  if (out.destroyed) throw new Error("the archive is not read to its end");
  if (out.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const goOn = () => {
      out.off("drain", goOn).off("close", goOn);
      resolve();
    };
    out.on("drain", goOn).on("close", goOn);
  });
}
