import { describe, expect, it } from "vitest";
import { renderMarkdown } from "./markdown.js";

const render = (markdown: string) => renderMarkdown(markdown).text;

describe("Markdown of steps", () => {
  it("reads as on GitHub", () => {
    expect(render("| a | b |\n| --- | ---: |\n| 1 | ~~2~~ |")).toContain(
      '<td align="right"><del>2</del></td>',
    );
    expect(render("- [x] done")).toContain('<input type="checkbox" disabled aria-label="done" checked>');
    expect(render("<details open><summary>More</summary>\n\n**in**\n\n</details>")).toMatch(
      /<details open><summary>More<\/summary>\s*<p><strong>in<\/strong><\/p>\s*<\/details>/,
    );
    expect(render("```diff\n- a\n+ b\n```")).toContain(
      '<span class="removed">- a</span>\n<span class="added">+ b</span>',
    );
    expect(render("[site](https://example.com/a?b=1&c=2)")).toContain(
      'href="https://example.com/a?b=1&amp;c=2"',
    );
  });

  const attacks = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<details open ontoggle="alert(1)">',
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](  java\nscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://example.com/pixel.png)",
    "<svg><style>*{}</style></svg>",
    '<p style="position:fixed">x</p>',
    "<b<script>alert(1)</script>",
    "<!-- <script>alert(1)</script>",
    "```<script>\n</code><script>alert(1)</script>\n```",
    '[x](https://example.com/"onmouseover="alert(1))',
    "<form action=/sign-out method=post><button>x</button></form>",
    "https://example.com/<script>alert(1)</script>",
  ];
  it.each(attacks)("makes no markup of %s", (attack) => {
    const tags = [...render(attack).matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)];
    for (const [tag, name = "", attributes = ""] of tags) {
      expect(["p", "a", "pre", "code", "b", "details", "em", "br"], tag).toContain(name);
      if (attributes !== "")
        expect(attributes).toMatch(/^ (href="https:\/\/[^"<>]*" rel="noreferrer nofollow"|tabindex="0")$/);
    }
  });
});
