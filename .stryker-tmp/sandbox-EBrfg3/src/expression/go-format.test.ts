import { describe, expect, it } from "vitest";
import { formatValue, marshal, quote } from "./go-format.js";

describe("Go's formats", () => {
  it("quotes as strconv.Quote", () => {
    expect(quote('a"\\\n\x07\x1b\x7f\u00a0é😀\u{E0001}')).toBe(
      '"a\\"\\\\\\n\\a\\x1b\\x7f\\u00a0é😀\\U000e0001"',
    );
  });

  it("marshals with sorted keys, escaping what HTML reads", () => {
    expect(marshal({ b: 1, a: ["<&>"], "10": null, "9": 1e21 })).toBe(
      '{"10":null,"9":1e+21,"a":["\\u003c\\u0026\\u003e"],"b":1}',
    );
    expect(marshal({ a: [], b: [1] }, 2)).toBe('{\n  "a": [],\n  "b": [\n    1\n  ]\n}');
  });

  it("prints values as %v", () => {
    expect(formatValue({ b: [1, "x"], a: null })).toBe("map[a:<nil> b:[1 x]]");
    expect([0.00001, 1e21, 1.5, 100000].map(formatValue)).toEqual(["1e-05", "1e+21", "1.5", "100000"]);
  });
});
