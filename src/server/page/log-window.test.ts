import { describe, expect, it } from "vitest";
import { openLogWindow } from "./log-window.js";

const all = 10_000_000;

describe("the window on a log", () => {
  it("gives each line once, and the last one while it is being written", () => {
    const window = openLogWindow("e");
    window.take("one\ntw", false);
    const first = window.since("", all);
    expect(first).toMatchObject({ reset: true, lines: ["one"], partial: "tw", more: false });
    window.take("one\ntwo\nthree\n", false);
    const second = window.since(first.cursor, all);
    expect(second).toMatchObject({ reset: false, lines: ["two", "three"], partial: "" });
    expect(window.since(second.cursor, all)).toMatchObject({
      reset: false,
      lines: [],
      cursor: second.cursor,
    });
  });

  it("finds its place in an end that has moved on", () => {
    const window = openLogWindow("e");
    const log = Array.from({ length: 9000 }, (_, index) => `line ${index}\n`).join("");
    window.take(log.slice(0, 60_000), false);
    const { cursor, partial } = window.since("", all);
    window.take(log.slice(30_000, 90_000), true);
    const { reset, lines } = window.since(cursor, all);
    expect(reset).toBe(false);
    expect(lines[0]?.startsWith(partial)).toBe(true);
    expect(lines.slice(1, 3).map((line) => Number(line.slice(5)))).toEqual([
      Number(lines[0]?.slice(5)) + 1,
      Number(lines[0]?.slice(5)) + 2,
    ]);
    expect(window.cut).toBe(true);
  });

  it("begins anew when it shares nothing with what was there", () => {
    const window = openLogWindow("e");
    window.take("a\nb\n", false);
    const { cursor } = window.since("", all);
    window.take("another\n", false);
    expect(window.since(cursor, all)).toMatchObject({ reset: true, lines: ["another"] });
    expect(window.since("other-epoch.1", all)).toMatchObject({ reset: true, lines: ["another"] });
    expect(window.since("e.99", all)).toMatchObject({ reset: true });
  });

  it("gives as much as asked for, and says that there is more", () => {
    const window = openLogWindow("e");
    window.take("aaaa\nbbbb\ncccc\nd", false);
    const piece = window.since("", 24);
    expect(piece).toMatchObject({ lines: ["aaaa", "bbbb"], partial: "", more: true });
    expect(window.since(piece.cursor, 24)).toMatchObject({
      reset: false,
      lines: ["cccc"],
      partial: "d",
      more: false,
    });
  });

  it("keeps so many lines of so many characters", () => {
    const window = openLogWindow("e");
    window.take(`${"x".repeat(9000)}\n${"y\n".repeat(20_000)}`, false);
    const { lines } = window.since("", all);
    expect(lines).toHaveLength(10_000);
    expect(window.cut).toBe(true);
    const long = openLogWindow("f");
    long.take(`${"x".repeat(9000)}\n`, false);
    expect(long.since("", all).lines[0]).toMatch(/^x{4000}… \(5000 more characters\)$/);
  });

  it("shows no secret, also not one of several lines that comes in two readings, and no controls", () => {
    const window = openLogWindow("e");
    const key = `-----BEGIN PRIVATE KEY-----\n${"Ab3+".repeat(16)}\n${"Cd4/".repeat(16)}\n-----END PRIVATE KEY-----\nafter\n`;
    window.take(key.slice(0, 60), false);
    window.take(key, false);
    window.take(
      `${key}::add-mask::hunter22\nthe word is hunter22 ghp_${"a".repeat(36)}\n\u001b[31mred\u202e\u0000\n`,
      false,
    );
    const text = window.since("", all).lines.join("\n");
    expect(text).not.toMatch(/Ab3|Cd4|hunter22|ghp_|[\u001b\u202e\u0000]/);
    expect(text).toContain("the word is *** ***\nred");
    expect(text).toContain("after");
  });
});
