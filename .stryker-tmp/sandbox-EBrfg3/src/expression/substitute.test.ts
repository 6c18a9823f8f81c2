import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExpressionError, UnresolvedReference } from "./expression-error.js";
import { substitute, type SubstituteOptions, substituteText } from "./substitute.js";

const lenient: SubstituteOptions = { strict: [], allowUnresolved: true };
const strict: SubstituteOptions = { strict: ["steps.", "tasks."], allowUnresolved: true };
const complete: SubstituteOptions = { strict: [], allowUnresolved: false };

function scope(values: Record<string, string | null>) {
  return new Map(Object.entries(values));
}

function text(source: string, values: Record<string, string | null> = {}, options = lenient): string {
  return substituteText(source, scope(values), options);
}

describe("simple tags", () => {
  it.each([
    ["{{foo}}", { foo: "bar" }, "bar"],
    ["{{ inputs.parameters.message }}!", { "inputs.parameters.message": "hello world" }, "hello world!"],
    ["{{unknown}} {{item}}", {}, "{{unknown}} {{item}}"],
    ["{{a}}", { a: "{{b}}", b: "no" }, "{{b}}"],
    ["{{q}}", { q: `it's "q" \\ \n <&>` }, `it's "q" \\ \n <&>`],
    ["{{a}}", { a: "" }, ""],
    ["{{__proto__}}{{constructor}}", {}, "{{__proto__}}{{constructor}}"],
  ])("%s", (source, values, expected) => {
    expect(text(source, values)).toBe(expected);
  });

  it("resolves nested tags from the inside, one level each time, the inner one untrimmed", () => {
    const values = { C: "valC", "B valC": "valB", "A valB": "final" };
    const once = text("{{A {{B {{C}}}}}}", values);
    expect(once).toBe("{{A {{B valC}}}}");
    expect(text(text(once, values), values)).toBe("final");
    expect(text("{{A {{ C }}}}", values)).toBe("{{A {{ C }}}}");
    const vault = `{{- with secret "{{m}}" -}}\n {{ .Data }} {{- end }}`;
    expect(text(vault, { m: "hi" })).toBe(vault.replace("{{m}}", "hi"));
  });

  it("throws UnresolvedReference for a missing strict reference, but not for an artifact", () => {
    expect(() => text("{{steps.a.outputs.result}}", {}, strict)).toThrow(
      new UnresolvedReference("steps.a.outputs.result"),
    );
    expect(() => text("{{tasks.a.{{x}}}}", {}, strict)).toThrow(UnresolvedReference);
    const artifact = "{{steps.a.outputs.artifacts.x}}";
    expect(text(artifact, {}, strict)).toBe(artifact);
    expect(text("{{item}}", {}, strict)).toBe("{{item}}");
  });

  it("fails for good where nothing may stay unresolved, and for absent optional outputs", () => {
    expect(() => text("{{foo}}", {}, complete)).toThrow("failed to resolve {{foo}}");
    expect(() => text("x {{steps.a.outputs.result}}", { "steps.a.outputs.result": null }, strict)).toThrow(
      "unable to substitute {{steps.a.outputs.result}}: output is an absent optional " +
        "(skipped/omitted node with no default)",
    );
    expect(() => text("{{a {{b}}}}", { b: null })).toThrow(/nested tag {{a {{b}}: "b" is an absent optional/);
  });

  it("refuses values that Argo cannot write into JSON", () => {
    for (const value of ["\x1b[0m", "\x07", "\v", "\u{E0001}"]) {
      expect(() => text("{{a}}", { a: value })).toThrow("the result was invalid JSON");
    }
    for (const value of ["\t", "\\x1b", "\\\\a", "\u00a0", "😀"])
      expect(text("{{a}}", { a: value })).toBe(value);
  });
});

describe("expression tags", () => {
  it.each([
    ["{{='test'}}", "test"],
    ["{{=1 + \n1}}", "2"],
    ["{{=0.5 * 3}}", "1.5"],
    [`{{='some\\\\path\\nline'}}`, "some\\path\nline"],
    ["{{=toJson([1, '2', {an: 'object'}])}}", `[1,"2",{"an":"object"}]`],
    ["{{={b: [1], a: '<'} }}", `{"a":"\\u003c","b":[1]}`],
    [`{{='"'}}`, `"`],
    ["{{=true == false}}", "false"],
    ["{{=foo}}", "bar"],
    ["{{= sprig.trunc(-5, inputs.parameters['my-message']) }}", "world"],
    ["{{=inputs.parameters.absent ?? 'fallback'}}", "fallback"],
    ["{{=steps['a-b']?.outputs?.result == nil ? 'none' : 'some'}}", "none"],
  ])("%s", (source, expected) => {
    const values = { foo: "bar", "inputs.parameters.my-message": "hello world", "steps.c.id": "1" };
    expect(text(source, values, strict)).toBe(expected);
  });

  it("keeps what is bound later", () => {
    for (const source of [
      "{{=int(retries) + 1}}",
      "{{=item}}",
      `{{=workflow.status == "Succeeded" ? "SUCCESSFUL" : "FAILED"}}`,
      "{{=lastRetry.exitCode}}",
      "{{=missing}}",
      "{{=inputs.parameters.missing}}",
    ]) {
      expect(text(source, { "inputs.parameters.a": "1", "workflow.name": "w" })).toBe(source);
    }
  });

  it("evaluates with missing members as nil when that gives a value", () => {
    expect(text("{{=inputs.parameters.b == nil ? 'unset' : 'set'}}", { "inputs.parameters.a": "1" })).toBe(
      "unset",
    );
  });

  it("throws for a missing strict member, and for a fault that no later value can mend", () => {
    const values = { "steps.a.id": "1", foo: "bar" };
    expect(() => text("{{=steps.a.outputs.result}}", values, strict)).toThrow(
      "failed to evaluate expression: steps.a.outputs.result is missing",
    );
    expect(() => text("{{=steps.a.outputs.result}}", values, strict)).toThrow(UnresolvedReference);
    expect(() => text("{{=asInt(foo)}}", values)).toThrow("failed to evaluate expression: ");
    expect(() => text("{{=nil}}", values)).toThrow(`failed to evaluate expression "nil"`);
    expect(() => text("{{=!}}", values)).toThrow("failed to evaluate expression: unexpected token EOF (1:2)");
    expect(() => text("{{=foo2}}", values, complete)).toThrow("foo2 is missing");
  });

  it("gives nil for an absent optional output", () => {
    const values = { "steps.a.outputs.result": null };
    expect(text("{{=steps.a.outputs.result ?? 'none'}}", values, strict)).toBe("none");
    expect(text("{{=steps.a.outputs.result == ''}}", values, strict)).toBe("false");
  });
});

describe("substitute", () => {
  it("reaches every string and key and keeps all else", () => {
    const value = { "{{k}}": ["{{v}}", 1, null, true, { deep: "{{v}}{{v}}" }] };
    expect(substitute(value, scope({ k: "key", v: "x" }), lenient)).toEqual({
      key: ["x", 1, null, true, { deep: "xx" }],
    });
  });

  it("leaves text without opening braces as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (source) => {
        fc.pre(!source.includes("{{"));
        expect(text(source, { a: "b" }, complete)).toBe(source);
      }),
    );
  });

  it("throws nothing but ExpressionError, whatever the text", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "=",
      "a",
      " ",
      ".",
      "steps.",
      "'",
      "(",
      "[",
      "??",
      "1",
      "{",
      "}",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          text(pieces.join(""), { a: "b", "steps.a": "1" }, strict);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
