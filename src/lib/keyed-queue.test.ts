import { describe, expect, it } from "vitest";
import { createKeyedQueue } from "./keyed-queue.js";

function gate() {
  let open!: () => void;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

describe("the keyed queue", () => {
  it("works on one key at a time and once more when asked while it works", async () => {
    const first = gate();
    let calls = 0;
    let parallel = 0;
    let most = 0;
    const queue = createKeyedQueue({
      concurrency: 4,
      retry: () => false,
      async work() {
        most = Math.max(most, ++parallel);
        if (++calls === 1) await first.promise;
        parallel -= 1;
      },
    });
    queue.add("a");
    queue.add("a");
    queue.add("a");
    first.open();
    await queue.idle();
    expect({ calls, most }).toEqual({ calls: 2, most: 1 });
  });

  it("keeps to its concurrency over keys", async () => {
    let parallel = 0;
    let most = 0;
    const queue = createKeyedQueue({
      concurrency: 2,
      retry: () => false,
      async work() {
        most = Math.max(most, ++parallel);
        await new Promise((resolve) => setImmediate(resolve));
        parallel -= 1;
      },
    });
    for (const key of "abcdef") queue.add(key);
    await queue.idle();
    expect(most).toBe(2);
  });

  it("tries failed work again for as long as it is told to", async () => {
    const seen: number[] = [];
    const queue = createKeyedQueue({
      concurrency: 1,
      delay: () => 1,
      retry: (_error, _key, failures) => failures < 3 && seen.push(failures) > 0,
      work: () => Promise.reject(new Error("no")),
    });
    queue.add("a");
    await queue.idle();
    expect(seen).toEqual([1, 2]);
  });
});
