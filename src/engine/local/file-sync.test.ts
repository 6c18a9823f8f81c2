import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FileSync, type SyncDescriptor } from "./file-sync.js";

let directory: string;
let sync: FileSync;
/** The syncs that have begun, each to be ended by the test. */
let begun: { end: () => void; fail: (error: Error) => void }[];
const hold: SyncDescriptor = () =>
  new Promise((resolve, reject) => begun.push({ end: resolve, fail: reject }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-sync-"));
  const file = join(directory, "file");
  writeFileSync(file, "");
  begun = [];
  sync = new FileSync(file, hold);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** What has resolved so far, by name. */
function watching(promises: Record<string, Promise<void>>): string[] {
  const seen: string[] = [];
  for (const [name, promise] of Object.entries(promises))
    promise.then(
      () => seen.push(name),
      () => seen.push(`${name} failed`),
    );
  return seen;
}

it("needs no sync where nothing was written", async () => {
  await sync.synced();
  await sync.syncedLater();
  expect(begun).toEqual([]);
});

it("waits for a sync that began after the write", async () => {
  sync.written();
  const first = sync.synced();
  await turn();
  sync.written();
  const seen = watching({ first, second: sync.synced(), third: sync.synced() });
  begun[0]?.end();
  await turn();
  expect(seen).toEqual(["first"]);
  expect(begun).toHaveLength(2);
  begun[1]?.end();
  await turn();
  expect(seen).toEqual(["first", "second", "third"]);
});

it("lets those who do not hurry wait for the next sync that somebody needs", async () => {
  sync.written();
  const seen = watching({ later: sync.syncedLater() });
  await turn();
  expect(begun).toEqual([]);
  void sync.synced();
  await turn();
  begun[0]?.end();
  await turn();
  expect(seen).toEqual(["later"]);
});

it("syncs by itself when nobody hurries", async () => {
  sync.written();
  const later = sync.syncedLater();
  while (begun.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  begun[0]?.end();
  await later;
});

it("tells all whom a failed sync concerns, and does not count what it was to bring as there", async () => {
  sync.written();
  const seen = watching({ later: sync.syncedLater(), now: sync.synced() });
  await turn();
  begun[0]?.fail(new Error("EIO"));
  await turn();
  expect(seen.toSorted()).toEqual(["later failed", "now failed"]);
  const again = watching({ again: sync.synced() });
  await turn();
  expect(again).toEqual([]);
  begun[1]?.end();
  await turn();
  expect(again).toEqual(["again"]);
});

it("closes the file when the last sync has ended", async () => {
  sync.written();
  void sync.synced();
  sync.close();
  const isOpen = () =>
    readdirSync("/proc/self/fd").some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
      } catch {
        return false;
      }
    });
  expect(isOpen()).toBe(true);
  await turn();
  begun[0]?.end();
  await turn();
  expect(isOpen()).toBe(false);
});
