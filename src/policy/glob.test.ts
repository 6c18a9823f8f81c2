import { describe, expect, it } from "vitest";
import { matchesFilter } from "./glob.js";

/** From the cheat sheet of GitHub's workflow syntax: pattern, what it matches, what it does not. */
const cheatSheet: [string, string[], string[]][] = [
  ["feature/*", ["feature/my-branch", "feature/your-branch"], ["feature/a/b", "feature", "xfeature/a"]],
  ["feature/**", ["feature/beta-a/my-branch", "feature/mona/the/octocat"], ["features/a"]],
  ["main", ["main"], ["main2", "my/main"]],
  ["*", ["main", "releases"], ["all/the/branches"]],
  ["**", ["all/the/branches", "every/tag", ""], []],
  ["*feature", ["mona-feature", "feature", "ver-10-feature"], ["a/feature"]],
  ["v2*", ["v2", "v2.0", "v2.9"], ["v1"]],
  ["v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"], ["v3.0.0", "v1.10", "v1x10.1"]],
  ["*.jsx?", ["page.js", "page.jsx"], ["page.jsxx", "dir/page.js"]],
  ["**.js", ["index.js", "js/index.js", "src/js/app.js"], ["index.jsx"]],
  ["docs/*", ["docs/README.md"], ["docs/a/b.md"]],
  [
    "docs/**/*.md",
    ["docs/README.md", "docs/mona/hello-world.md", "docs/a/markdown/file.md"],
    ["docs.md", "xdocs/a.md"],
  ],
  ["**/docs/**", ["docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"], ["mydocs/a"]],
  ["**/README.md", ["README.md", "js/README.md"], ["XREADME.md"]],
  ["**/*src/**", ["a/src/app.js", "my-src/code/js/app.js"], ["src.js"]],
  ["**/*-post.md", ["my-post.md", "path/their-post.md"], ["post.md"]],
  ["a\\*b", ["a*b"], ["axb"]],
  ["a.b", ["a.b"], ["axb"]],
  ["^(x|y)$", ["^(x|y)$"], ["x"]],
  ["***", ["a", "a/b", ""], []],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "a/b/c"]],
  ["a**/b", ["a/b", "ax/y/b"], ["ab", "b"]],
  ["*?x", ["x", "ax"], ["a?x/", "?", "a/x"]],
  ["**+", ["", "a/b"], []],
  ["*+?x", ["x", "abx"], ["+", "y"]],
  ["ab?c", ["ac", "abc"], ["abbc", "c"]],
  ["ab+c", ["abc", "abbbc"], ["ac"]],
  ["ab+", ["ab", "abb"], ["a", "abc"]],
  ["a?", ["", "a"], ["aa", "?"]],
  ["[ab]?c", ["c", "ac", "bc"], ["abc", "cc"]],
  ["[a-c]x", ["ax", "bx", "cx"], ["-x", "dx", "`x"]],
  ["[acx]", ["a", "c", "x"], ["b", "d", "-"]],
  ["[a-]x", ["ax", "-x"], ["bx", "`x"]],
  ["[-a]x", ["ax", "-x"], ["bx"]],
  ["[a-c1-3]", ["a", "c", "1", "3"], ["-", "d", "4", "0"]],
  ["[]x", ["[]x"], ["x", "]x"]],
  ["[]]", ["[]]"], ["]"]],
  ["[ax", ["[ax"], ["a", "ax"]],
  ["a\\", ["a\\"], ["a"]],
  ["\\[a]", ["[a]"], ["a", "\\a"]],
  ["\\a?b", ["b", "ab"], ["\\ab", "aab"]],
  ["🚢*", ["🚢", "🚢x"], ["x"]],
  ["?", ["?"], ["", "a"]],
  ["+a", ["+a"], ["a"]],
  ["", [""], ["a"]],
];

describe("filter patterns", () => {
  it.each(cheatSheet)("%s", (pattern, yes, no) => {
    for (const value of yes) expect([value, matchesFilter([pattern], value)]).toEqual([value, true]);
    for (const value of no) expect([value, matchesFilter([pattern], value)]).toEqual([value, false]);
  });
  it("lets the last pattern decide", () => {
    const patterns = ["*.md", "!README.md", "README*"];
    expect(matchesFilter(patterns, "hello.md")).toBe(true);
    expect(matchesFilter(patterns, "README.doc")).toBe(true);
    expect(matchesFilter(patterns.slice(0, 2), "README.md")).toBe(false);
    expect(matchesFilter(["!README.md", "*.md"], "README.md")).toBe(true);
    expect(matchesFilter(["!main"], "dev")).toBe(false);
  });
  it("takes back only what matched before, by whole patterns", () => {
    expect(matchesFilter(["a*", "!ab", "abc"], "ab")).toBe(false);
    expect(matchesFilter(["a*", "!ab", "abc"], "abc")).toBe(true);
    expect(matchesFilter(["a!b"], "a!b")).toBe(true);
    expect(matchesFilter(["!a", "!b"], "c")).toBe(false);
    expect(matchesFilter(["a", "!a", "!a"], "a")).toBe(false);
    expect(matchesFilter([], "a")).toBe(false);
  });
  it("does not backtrack", () => {
    const states = "a?".repeat(200) + "**x".repeat(100);
    expect(matchesFilter([states], "a".repeat(5000))).toBe(false);
  });
});
