import fc from "fast-check";
import { marked } from "marked";
import { describe, expect, it } from "vitest";
import { byteLength } from "../lib/text.js";
import { safeMarkdown } from "./safe-markdown.js";

const safe = (markdown: string) => safeMarkdown(markdown, 10_000);

describe("the Markdown of a step", () => {
  it.each([
    ["**a** | `b` [c](https://d.e/@f)", "**a** | `b` [c](https://d.e/@f)"],
    ["thanks @bob, see `@types/node` and a@b.c", "thanks @&#8203;bob, see `@types/node` and a@b.c"],
    ["```diff\n+ @bob <b>\n```", "```diff\n+ @bob <b>\n```"],
    ["<!-- hidden", "&lt;!-- hidden"],
    ['<img src="x"> a < b <https://x.y>', '&lt;img src="x"> a &lt; b <https://x.y>'],
    ["<details><summary>a</summary>", "<details><summary>a</summary>\n\n</details>"],
    [
      "<details>`<!--`\n```\n<b>\n\n```\n<b>\n```\n\n</details>",
      "<details>`&lt;!--`\n```\n&lt;b>\n\n```\n<b>\n```\n\n</details>",
    ],
    ["a <details>", "a &lt;details>"],
    ["- ```\n  <b>\n  ```\n\n<b>", "- ```\n  <b>\n  ```\n\n&lt;b>"],
    ["````\nopen\n```", "````\nopen\n```\n````"],
    ["</details>\n```", "&lt;/details>\n```\n```"],
  ])("%j", (markdown, shown) => expect(safe(markdown)).toBe(shown));

  it("is cut to size at a line, its fence closed, and says so", () => {
    const cut = safeMarkdown("```\n" + "some line\n".repeat(100), 500);
    expect(byteLength(cut)).toBeLessThanOrEqual(500);
    expect(cut).toMatch(/some line\n```\n\n\(cut: it is too long for a check\)$/);
  });

  it("never swallows what follows it", () => {
    const parts = [
      "```",
      "~~~",
      "`",
      "<!--",
      "<details>",
      "</details>",
      "<pre>",
      "<pre>`",
      "\\`",
      "https://x",
      "<b",
      "\n",
      "    ",
      "@bob",
      "x",
      " ",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (some) => {
        const html = marked.parse(`${safe(some.join(""))}\n\n## after`, { async: false });
        expect(html).toContain("<h2>after</h2>");
        expect(html).not.toMatch(/<!--|<b\b|<pre>(?!<code)/);
      }),
      { numRuns: 500 },
    );
  });
  it("ends no fold that it did not begin", () => {
    expect(safeMarkdown("</details>\n</details>\n\n<details>\n\nx\n\n</details>\n</details>", 1000)).toBe(
      "&lt;/details>\n&lt;/details>\n\n<details>\n\nx\n\n</details>\n&lt;/details>",
    );
  });
});
