import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateExpression } from "../expr.js";
import { ExpressionError } from "../expression-error.js";
import { BUILTINS } from "./builtins.js";
import { SPRIG } from "./sprig.js";

const ENV = {
  inputs: { parameters: { list: '["a","b"]' } },
  numbers: [3, 1, 2],
  people: [{ name: "Ann" }, { name: "Bob" }],
};

function value(source: string): unknown {
  return evaluateExpression(source, ENV);
}

describe("functions", () => {
  it.each<[string, unknown]>([
    ["sort(numbers)", [1, 2, 3]],
    ["sort(numbers, 'desc')", [3, 2, 1]],
    ["max(numbers) + min(1, 2) + sum(numbers)", 10],
    ["abs(-1) + ceil(1.2) + floor(1.8) + round(2.5)", 7],
    ["int('42') + asInt('1') + float('0.5') + asFloat('.5')", 44],
    ["string(1.5) + string(true) + string([1, 'a'])", "1.5true[1 a]"],
    ["trim('  a ') + trim('xax', 'x') + upper('a') + lower('B')", "aaAb"],
    ["split('a,b,c', ',', 2)", ["a", "b,c"]],
    ["join(['a', 'b'], '-') + replace('aaa', 'a', 'b', 2) + repeat('x', 3)", "a-bbbaxxx"],
    ["indexOf('abc', 'c') + len('héllo') + len([1]) + len({a: 1})", 9],
    ["hasPrefix('abc', 'ab') && hasSuffix('abc', 'bc')", true],
    ["first([]) ?? last([7])", 7],
    ["concat(['always'], inputs.parameters.nothing == 'true' ? ['test'] : []) | toJson()", '["always"]'],
    ["inputs.parameters.list | fromJSON() | join('\",\"')", 'a","b'],
    ["toJSON({b: [1], a: {}})", '{\n  "a": {},\n  "b": [\n    1\n  ]\n}'],
    ["uniq([1, 2, 1, '1'])", [1, 2, "1"]],
    ["flatten([1, [2, [3]]])", [1, 2, 3]],
    ["fromPairs([['a', 1]]).a + len(toPairs({b: 1}))", 2],
    ["fromBase64(toBase64('höi'))", "höi"],
    ["type(1) + type('') + type(nil) + type([]) + type({})", "intstringnilarraymap"],
    ["get(people[0], 'name') + (get(people, 9) ?? '!')", "Ann!"],
    ['jsonpath(\'{"a": [{"b": 1}, {"b": 2}]}\', \'$.a[1].b\')', 2],
    ['jsonpath(\'{"a": [{"b": 1}, {"b": 2}]}\', \'$.a[*].b\')', [1, 2]],
    ['jsonpath(\'{"a": [{"b-c": 1}]}\', "$..[\'b-c\']")', [1]],
    ["jsonpath('[1,2,3]', '$[1:]')", [2, 3]],
    ["sprig.trim(' a ') + sprig.replace('a', 'b', 'aa') + sprig.upper('x')", "abbX"],
    ["sprig.default('d', '') + sprig.ternary('y', 'n', true) + sprig.join('-', ['a', 'b'])", "dya-b"],
    ["sprig.int('x') + sprig.add(1, '2') + sprig.until(3)[2]", 5],
    ["sprig.dict('a', 1) == {a: 1} && sprig.has(1, [1]) && sprig.empty({})", true],
    ["sprig.date('2006-01-02 Mon Jan 15:04:05', '2024-03-09T08:07:06Z')", "2024-03-09 Sat Mar 08:07:06"],
    ["sprig.sha256sum('a') | len()", 64],
    [
      "sprig.snakecase('FirstName') + sprig.kebabcase('FirstName') + sprig.title('a b')",
      "first_namefirst-nameA B",
    ],
  ])("%s", (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe("every function", () => {
  it("takes any arguments without another error", () => {
    const names = [...BUILTINS.keys(), ...[...SPRIG.keys()].map((name) => `sprig.${name}`)];
    const arg = fc.constantFrom(
      "nil",
      "''",
      "'a,b'",
      "-1",
      "1.5",
      "99999999",
      "true",
      "[]",
      "[1, 'a', nil]",
      "{}",
      "{a: {b: 1}}",
      "numbers",
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(arg, { maxLength: 4 }), (name, args) => {
        try {
          value(`${name}(${args.join(", ")})`);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
