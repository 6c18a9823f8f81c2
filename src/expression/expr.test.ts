import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { environment, evaluateExpression, identifiersOf, referencesOf } from "./expr.js";
import { ExpressionError } from "./expression-error.js";

const ENV = {
  ...environment(
    new Map([
      ["inputs.parameters.my-param", "5"],
      ["inputs.parameters.list", '["a","b"]'],
      ["steps.a-b.outputs.parameters.1", "one"],
      ["item", "x"],
    ]),
  ),
  numbers: [3, 1, 2],
  people: [
    { name: "Ann", age: 40 },
    { name: "Bob", age: 20 },
  ],
};

function value(source: string): unknown {
  return evaluateExpression(source, ENV);
}

describe("evaluateExpression", () => {
  it.each<[string, unknown]>([
    ["1 + 2 * 3 ** 2 - 4 / 8", 18.5],
    ["-2 ** 2", -4],
    ["7 % 3", 1],
    ["'a' + \"b\" + `c\\n`", "abc\\n"],
    ["'\\u00e9\\x41\\t'", "éA\t"],
    ["not true || !false and true", true],
    ["!true == false", true],
    ["1 < 2 ? 'y' : 'n'", "y"],
    ["nil ?? 'd'", "d"],
    ["1..3", [1, 2, 3]],
    ["2 in [1, 2]", true],
    ["1 + 1 not in [1, 2]", false],
    ["'name' in people[0]", true],
    ["'abc' contains 'b' && 'abc' startsWith 'a' && 'abc' endsWith 'c' && 'abc' matches '^a.c$'", true],
    ["'abc' not matches 'x'", true],
    ["[1, 2] == [1, 2] && {a: 1} == {a: 1} && [1] != [2]", true],
    ["inputs.parameters['my-param'] == 5", false],
    ["inputs.parameters['my-param']", "5"],
    ["steps['a-b'].outputs.parameters['1']", "one"],
    ["inputs.parameters.nothing", null],
    ["inputs.nothing?.deeper.still", null],
    ["numbers[-1]", 2],
    ["numbers[1:]", [1, 2]],
    ["'hello'[:2]", "he"],
    ["let x = 2; let y = x + 1; x * y", 6],
    ["{'a': 1, b: 2}.b", 2],
    ["numbers | map(# * 2) | filter(# > 2) | len()", 2],
    ["map(people, {.name})", ["Ann", "Bob"]],
    ["filter(people, .age > 30)[0].name", "Ann"],
    ["map(people, upper(#.name))", ["ANN", "BOB"]],
    ["map(numbers, #index)", [0, 1, 2]],
    ["reduce(numbers, #acc + #)", 6],
    ["reduce(numbers, #acc + #, 10)", 16],
    ["all(numbers, # > 0) && any(numbers, # > 2) && none(numbers, # > 3) && one(numbers, # > 2)", true],
    ["find(numbers, # < 3)", 1],
    ["count(numbers, # > 1)", 2],
    ["sum(people, .age)", 60],
    ["sortBy(people, .age)[0].name", "Bob"],
    ["keys(groupBy(people, .name))", ["Ann", "Bob"]],
  ])("%s", (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it.each([
    ["foo", "unknown name foo (1:1)\n | foo\n | ^"],
    ["true ||\n nope", "unknown name nope (2:2)\n |  nope\n | .^"],
    ["now()", "now is not available here: nothing tells the time"],
    ["timezone('Nowhere')", "unknown time zone Nowhere"],
    ["date('2026-02-30')", "invalid date 2026-02-30"],
    ["duration('5')", 'time: missing unit in duration "5"'],
    ["'a'.Format('b')", "cannot call method Format of string"],
    ["now().Sub(1)", "now is not available here"],
    ["sprig.env('HOME')", "unknown name sprig.env (1:7)"],
    ["sprig.decryptAES('k', 'a')", "illegal base64 data"],
    ["sprig.decryptAES('k', 'YWJj')", "input not full blocks"],
    ["sprig.decryptAES('no', 'RgND5uRHtv9jBNn8FOYj+rzX61P7kd69Pop5aLdGv0Y=')", "the password is not the one"],
    ["'a' + 1", "invalid operation: + (mismatched types string and int) (1:5)"],
    ["'1' == 1", "invalid operation: == (mismatched types string and int) (1:5)"],
    ["item == 1", "invalid operation: == (mismatched types string and int) (1:6)"],
    ["nil.a", "cannot fetch a from <nil>"],
    ["item.a", "cannot fetch a from string"],
    ["numbers[3]", "index out of range: 3 (array length is 3)"],
    ["1 && true", "invalid operation: && (mismatched types int and bool)"],
    ["asInt('x')", "invalid operation: asInt(x)"],
    ["1 +", "unexpected token EOF (1:4)"],
    ["(1", "unexpected token EOF (1:3)"],
    ["'a", "literal not terminated (1:1)"],
    ["1 2", 'unexpected token Number("2") (1:3)'],
    ["'x' matches '('", "error parsing regexp"],
  ])("fails: %s", (source, message) => {
    expect(() => value(source)).toThrow(ExpressionError);
    expect(() => value(source)).toThrow(message);
  });

  it("sees no prototypes", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(() => value(name), name).toThrow(`unknown name ${name}`);
      expect(value(`inputs.${name}`), name).toBeNull();
      expect(value(`{a: 1}['${name}'] ?? fromJSON('{}')['${name}']`), name).toBeNull();
      expect(value(`'${name}' in {a: 1}`), name).toBe(false);
      expect(() => value(`${name}()`), name).toThrow(ExpressionError);
    }
    expect(value("fromJSON('{\"__proto__\": 1}')['__proto__'] + len({__proto__: 1})")).toBe(2);
    expect(environment(new Map([["__proto__.polluted", "1"]]))["__proto__"]).toEqual({ polluted: "1" });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("ends every expression that would take too much", () => {
    const doubled = Array.from({ length: 60 }, (_, i) => `let x${i + 1} = [x${i}, x${i}];`).join(" ");
    for (const source of [
      "repeat('a', 2000000)",
      "replace(repeat('a', 100000), 'a', repeat('b', 1000))",
      "reduce(1..1000, #acc + #acc, 'ab')",
      "1..100001",
      "map(1..3000, uniq([repeat('a', 200000)]))",
      "let t = repeat('a', 200000); map(1..9999, t matches '(a|aa)*b')",
      "let t = repeat('a', 200000); map(1..9999, t contains 'b')",
      "map(1..1000, map(1..1000, #))",
      "reduce(1..5000, [#acc], [])",
      `let x0 = 'a'; ${doubled} toJSON(x60)`,
      `fromJSON('${"[".repeat(5000)}${"]".repeat(5000)}')`,
      "(".repeat(30_000),
      "-".repeat(30_000) + "1",
      "inputs" + ".a".repeat(20_000),
      Array.from({ length: 20_000 }, () => "1").join("+"),
      "[".repeat(101) + "]".repeat(101),
      "a".repeat(70_000),
    ]) {
      expect(() => value(source), source.slice(0, 40)).toThrow(ExpressionError);
    }
    expect(value("repeat('a', 1000) matches '^(a+)+$'")).toBe(true);
    expect(value("(repeat('a', 1000) + '!') matches '^(a|a|aa)*(a*)*$'")).toBe(false);
  });

  it("throws nothing but ExpressionError, whatever the text", () => {
    const piece = fc.oneof(
      fc.constantFrom(..."( ) [ ] { } , . ?. ?? ? : | # ; == + - .. in not let x = 'a' 1 nil".split(" ")),
      fc.constantFrom(
        "item",
        "inputs",
        "numbers",
        "map(",
        "reduce(",
        "sprig.dict(",
        "toJSON(",
        "replace(",
        "get(",
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        try {
          value(pieces.join(" "));
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("environment", () => {
  it("nests names at their dots and drops a value that has members", () => {
    const scope = new Map([
      ["a", "1"],
      ["a.b", "2"],
      ["c.d", "3"],
      ["c", "4"],
      ["e.07", null],
    ]);
    expect(environment(scope)).toEqual({ a: { b: "2" }, c: { d: "3" }, e: { "07": null } });
  });
});

describe("identifiersOf", () => {
  it.each<[string, string[]]>([
    ["steps['a-b'].outputs.parameters.x == 'steps.no'", ["steps.a-b.outputs.parameters.x"]],
    ["sprig.upper(item) + map(list, #.name + other)[0]", ["item", "list", "other"]],
    ["let a = b.c; a.d + e[f]", ["b.c", "e", "f"]],
    ["1 + 2", []],
  ])("%s", (source, expected) => {
    expect(identifiersOf(source)).toEqual(expected);
  });

  it("says which absences the expression copes with", () => {
    const guarded = referencesOf("(a.b ?? c.d) + e?.f + g.h").filter((reference) => reference.guarded);
    expect(guarded.map(({ name }) => name)).toEqual(["a.b", "e.f"]);
    expect(referencesOf("(a.b ?? '') + a.b")[0]?.guarded).toBe(false);
  });
});
