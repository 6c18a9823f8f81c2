import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { write } from "./zip-archive.js";

it("waits for room without leaving anything behind, and ends when nobody reads any more", async () => {
  const out = new PassThrough({ highWaterMark: 1 });
  const before = out.listenerCount("close");
  for (let round = 0; round < 20; round += 1) {
    const writing = write(out, Buffer.from("text"));
    out.read();
    await writing;
  }
  expect([out.listenerCount("drain"), out.listenerCount("close") - before]).toEqual([0, 0]);
  const cut = write(out, Buffer.from("text"));
  out.destroy();
  await cut;
  await expect(write(out, Buffer.from("text"))).rejects.toThrow("not read to its end");
});
