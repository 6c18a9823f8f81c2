import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import type { NodeLog } from "../engine.js";

const mask = Buffer.from("***");
const cutNote = "\n[the log is longer than the engine keeps; the rest is left out]\n";

/** A token as it stands, and as git sends it. */
function forms(secrets: readonly string[]): string[] {
  const values = secrets.filter((secret) => secret !== "");
  return values.flatMap((value) => [value, Buffer.from(`x-access-token:${value}`).toString("base64")]);
}

/** Replaces each secret in a text by `***`. */
export function maskText(text: string, secrets: readonly string[]): string {
  return forms(secrets).reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

/** Replaces a secret by `***` in a stream of bytes, also where it spans two chunks. */
export function maskStream(secrets: () => readonly string[], write: (chunk: Buffer) => void) {
  let held = Buffer.alloc(0);
  function push(chunk: Buffer): void {
    const values = forms(secrets()).map((secret) => Buffer.from(secret));
    let text = Buffer.concat([held, chunk]);
    for (const value of values) text = replaceAll(text, value);
    const keep = Math.max(0, ...values.map((value) => heldBack(text, value)));
    write(text.subarray(0, text.length - keep));
    held = Buffer.from(text.subarray(text.length - keep));
  }
  function end(): void {
    write(held);
    held = Buffer.alloc(0);
  }
  return { push, end };
}

function replaceAll(text: Buffer<ArrayBuffer>, value: Buffer): Buffer<ArrayBuffer> {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, from)) {
    parts.push(text.subarray(from, at), mask);
    from = at + value.length;
  }
  return from === 0 ? text : Buffer.concat([...parts, text.subarray(from)]);
}

/** How many of the last bytes may be the beginning of the value. */
function heldBack(text: Buffer, value: Buffer): number {
  for (let length = Math.min(value.length - 1, text.length); length > 0; length--) {
    if (text.subarray(text.length - length).equals(value.subarray(0, length))) return length;
  }
  return 0;
}

export interface StepLog {
  write(chunk: Buffer): void;
  close(): void;
}

/** A log file, made when there is something to write; what comes after `limit` bytes is left out with a note. */
export function openStepLog(file: string, limit: number, append = false): StepLog {
  let descriptor: number | undefined;
  let left = limit;
  let closed = false;
  return {
    write(chunk) {
      if (closed || left < 0 || chunk.length === 0) return;
      descriptor ??= openMaking(file, append ? "a" : "w");
      writeSync(descriptor, chunk.subarray(0, left));
      left -= chunk.length;
      if (left < 0) writeSync(descriptor, cutNote);
    },
    close() {
      if (!closed && descriptor !== undefined) closeSync(descriptor);
      closed = true;
    },
  };
}

function openMaking(file: string, flags: "a" | "w"): number {
  try {
    return openSync(file, flags, 0o600);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, flags, 0o600);
  }
}

/** The last bytes of a log file, from the start of a character on; undefined when there is no such file. */
export function readTail(file: string, tailBytes: number): NodeLog | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(descriptor);
    const length = Math.min(size, Math.max(0, tailBytes));
    const tail = Buffer.alloc(length);
    let read = 0;
    while (read < length) {
      const count = readSync(descriptor, tail, read, length - read, size - length + read);
      if (count === 0) break;
      read += count;
    }
    let start = 0;
    while (length < size && start < read && ((tail[start] ?? 0) & 0xc0) === 0x80) start++;
    return { text: tail.toString("utf8", start, read), truncated: length < size };
  } finally {
    closeSync(descriptor);
  }
}

/** A log file from its beginning, as far as it is written; undefined when there is no such file. */
export async function readWhole(file: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  try {
    const handle = await open(file, "r");
    return handle.createReadStream() as AsyncIterable<Buffer>;
  } catch {
    return undefined;
  }
}
