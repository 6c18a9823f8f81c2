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

  it("lets groups take turns, each with its share of the places", async () => {
    const held = gate();
    const order: string[] = [];
    const queue = createKeyedQueue({
      concurrency: 3,
      perGroup: 2,
      groupOf: (key) => key[0] ?? "",
      retry: () => false,
      work: (key) => (order.push(key), key.startsWith("a") ? held.promise : Promise.resolve()),
    });
    for (const key of ["a1", "a2", "a3", "a4", "b1", "b2"]) queue.add(key);
    while (order.length < 4) await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(["a1", "a2", "b1", "b2"]);
    held.open();
    await queue.idle();
    expect(order).toEqual(["a1", "a2", "b1", "b2", "a3", "a4"]);
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

  it("serves keys in the order they came, one asked for again at the end of the line", async () => {
    const first = gate();
    const order: string[] = [];
    const queue = createKeyedQueue({
      concurrency: 1,
      retry: () => false,
      async work(key) {
        order.push(key);
        if (order.length === 1) await first.promise;
      },
    });
    for (const key of "abcab") queue.add(key);
    expect(queue.size).toBe(3);
    first.open();
    await queue.idle();
    expect(order.join("")).toBe("abca");
    expect(queue.size).toBe(0);
  });

  it("keeps the delay of a failed key that is added meanwhile, and works it once", async () => {
    let calls = 0;
    const queue = createKeyedQueue({
      concurrency: 1,
      delay: () => 20,
      retry: () => true,
      async work() {
        if (++calls === 1) throw new Error("no");
      },
    });
    queue.add("a");
    await new Promise((resolve) => setImmediate(resolve));
    queue.add("a");
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toBe(1);
    await queue.idle();
    expect(calls).toBe(2);
  });

  it("waits on close for the work under way, and drops keys that wait or are delayed", async () => {
    const running = gate();
    const worked: string[] = [];
    const queue = createKeyedQueue({
      concurrency: 2,
      delay: () => 3_600_000,
      retry: () => true,
      async work(key) {
        worked.push(key);
        if (key === "failing") throw new Error("no");
        await running.promise;
        worked.push(`${key} ended`);
      },
    });
    for (const key of ["failing", "a", "b", "a"]) queue.add(key);
    await new Promise((resolve) => setImmediate(resolve));
    queue.add("a");
    queue.add("queued");
    const closed = queue.close();
    queue.add("late");
    running.open();
    await closed;
    expect(worked).toEqual(["failing", "a", "b", "a ended", "b ended"]);
    expect(queue.size).toBe(0);
    await queue.idle();
    await queue.close();
  });
});
