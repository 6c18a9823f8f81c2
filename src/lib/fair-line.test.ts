import { describe, expect, it } from "vitest";
import { createFairLine, type Waiting } from "./fair-line.js";

const item = (text: string): Waiting => ({ group: text[0] ?? "", key: text });

function takeAll(line: ReturnType<typeof createFairLine>): string[] {
  const keys: string[] = [];
  for (let next = line.take(); next !== undefined; next = line.take()) {
    keys.push(next.key);
    line.end(next);
  }
  return keys;
}

describe("the fair line", () => {
  it("lets groups take turns, so that one of many does not delay one of few", () => {
    const line = createFairLine(9);
    for (const text of ["a1", "a2", "a3", "a4", "b1", "c1", "c2"]) line.push(item(text));
    expect(takeAll(line)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3", "a4"]);
  });

  it("has at most so many of a group under way", () => {
    const line = createFairLine(2);
    for (const text of ["a1", "a2", "a3", "b1"]) line.push(item(text));
    const first = line.take();
    expect([first, line.take(), line.take()].map((each) => each?.key)).toEqual(["a1", "b1", "a2"]);
    expect(line.take()).toBeUndefined();
    line.end(first!);
    expect(line.take()?.key).toBe("a3");
  });

  it("keeps the order of one key and never has two of it under way", () => {
    const line = createFairLine<Waiting & { text: string }>(9);
    for (const text of ["first", "second"]) line.push({ group: "a", key: "pull 7", text });
    line.push({ group: "a", key: "pull 8", text: "other" });
    const first = line.take();
    expect([first?.text, line.take()?.text, line.take()]).toEqual(["first", "other", undefined]);
    line.end(first!);
    expect(line.take()?.text).toBe("second");
  });

  it("drops what waits, not what is under way", () => {
    const line = createFairLine(9);
    const [first, second] = [item("a1"), item("a2")];
    line.push(first);
    line.push(second);
    line.take();
    expect([line.drop(first), line.drop(second), line.size()]).toEqual([false, true, 0]);
    expect(line.take()).toBeUndefined();
  });

  it("counts what waits and forgets groups that are gone", () => {
    const line = createFairLine(9);
    for (const text of ["a1", "a2", "b1"]) line.push(item(text));
    expect([line.size(), line.size("a"), line.size("b"), line.size("c")]).toEqual([3, 2, 1, 0]);
    line.clear();
    expect([line.size(), line.size("a"), line.take()]).toEqual([0, 0, undefined]);
  });
});
