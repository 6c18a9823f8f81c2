import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  byteLength,
  escapeMarkdown,
  fence,
  stripControls,
  truncateBytes,
  truncateStartBytes,
} from "./text.js";

const anyText = fc.string({ unit: "binary" });

describe("cutting text by bytes", () => {
  it("never splits a code point", () => {
    expect(truncateBytes("aé😀", 6)).toBe("aé");
    expect(truncateBytes("aé😀", 7)).toBe("aé😀");
    expect(truncateBytes("é", -1)).toBe("");
    expect(truncateStartBytes("😀éa", 6)).toBe("éa");
    expect(truncateStartBytes("😀éa", 7)).toBe("😀éa");
  });
  it("is the longest beginning, or end, that fits", () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, bytes) => {
        const start = truncateBytes(text, bytes);
        const end = truncateStartBytes(text, bytes);
        expect(text.startsWith(start) && text.endsWith(end)).toBe(true);
        for (const cut of [start, end]) {
          expect(byteLength(cut)).toBeLessThanOrEqual(bytes);
          if (cut !== text) expect(byteLength(cut)).toBeGreaterThan(bytes - 4);
        }
      }),
    );
  });
});

describe("escaping Markdown", () => {
  it.each([
    ["bob: reviewed commit abc1234, not the head", "bob: reviewed commit abc1234, not the head"],
    ["*a* _b_ `c` [d](http://e) ~f~", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](http&#58;//e) \\~f\\~"],
    ["<img src=x> & www.evil.io", "&lt;img src=x&gt; &amp; www&#46;evil.io"],
    ["@alice #12 GH-3", "@&#8203;alice \\#&#8203;12 GH-&#8203;3"],
    ["# head", "\\# head"],
    ["- item", "\\- item"],
    ["1. item", "1\\. item"],
    ["two\r\n\nlines\u2028three\u001b[31mred\u202e", "two lines threered"],
  ])("%j", (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));

  it("leaves no bare markup, mention or line break of any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/[\n\r<>]|@(?!&#8203;)|(?<!\\)(\\\\)*[`*_[\]~|]/);
      }),
    );
  });
});

describe("a code fence", () => {
  it("is longer than any run of backticks inside", () => {
    expect(fence("a\n", "sh")).toBe("```sh\na\n```");
    expect(fence("````\nout", "x y\n")).toBe("`````xy\n````\nout\n`````");
  });
});

it("strips what a terminal would obey and keeps lines and tabs", () => {
  expect(stripControls("\u001b[1;31mno\u001b[0m\tx\r\n10%\r20%\u0007\ud800")).toBe("no\tx\n10%\n20%\ufffd");
});
