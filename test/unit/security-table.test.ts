import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const table = readFileSync(join(root, "docs/security.md"), "utf8");

/** Each `FILE` of a row with the names in quotes after it. */
const named = table
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .flatMap((line) => [...line.matchAll(/`((?:src|test)\/[\w./-]+\.test\.ts)`((?:,? "[^"]+")+)/g)])
  .flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ file, name })),
  );

describe("the table of attacks", () => {
  it("names each condition of a gate", () => {
    const numbers = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  });
  it("names a test for each attack", () => {
    const rows = table.split("\n").filter((line) => /^\|(?! ---| attack| #| way)/.test(line));
    expect(rows.filter((row) => !/\.test\.ts` "/.test(row))).toEqual([]);
  });
  it.each(named)("names a test that exists: $file $name", ({ file, name }) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(readFileSync(join(root, file), "utf8").replaceAll("\\", "")).toContain(name);
  });
});
