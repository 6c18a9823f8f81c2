import { describe, expect, it } from "vitest";
import { tagsOf } from "./tags.js";

describe("tagsOf", () => {
  it("finds simple and expression tags in order, untrimmed", () => {
    expect(tagsOf("a {{ x }} b {{=y + 1}}")).toEqual([
      { start: 2, end: 9, kind: "simple", text: " x " },
      { start: 12, end: 22, kind: "expression", text: "y + 1" },
    ]);
  });

  it("takes `=` for an expression only right after the braces", () => {
    expect(tagsOf("{{ =x}}")[0]).toMatchObject({ kind: "simple", text: " =x" });
  });

  it("takes the innermost of nested braces and ends at the first closing ones", () => {
    expect(tagsOf("{{a-{{b}}}}")).toEqual([{ start: 4, end: 9, kind: "simple", text: "b", outer: "a-{{b" }]);
    expect(tagsOf("{{{{b}}}}")[0]).toMatchObject({ start: 0, text: "{{b" });
    expect(tagsOf("{{{b}}}")[0]).toMatchObject({ start: 0, text: "{b" });
  });

  it("leaves braces that nothing closes, and those of other languages, as text", () => {
    expect(tagsOf("{{ never")).toEqual([]);
    expect(tagsOf("{a} }} ${b}")).toEqual([]);
  });
});
