import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExpressionError } from "./expression-error.js";
import { evaluateWhen } from "./when.js";

describe("evaluateWhen", () => {
  it.each([
    "",
    "foo == foo",
    "foo != bar",
    "YES == YES",
    "1 == 1",
    "1 == 1.0",
    "1 != 2",
    "1 < 2",
    "1 <= 1",
    "a < b",
    "0x10 == 16",
    "(foo == bar) || (foo == foo)",
    "(1 > 0) && (1 < 2)",
    "Error in (Failed, Error)",
    "Error IN (Failed, Error)",
    "!(Succeeded in (Failed, Error))",
    "true == true",
    "true",
    "'foo' == \"foo\"",
    "foo == 'foo'",
    "'a b' == 'a b'",
    "'mixed\" == 'mixed\"",
    "\"\" == ''",
    "'my-branch' == my\\-branch",
    "[my-branch] == 'my-branch'",
    "tails =~ tai",
    "tails !~ 'hea'",
    "'refs/tags/v1.2' =~ '^refs/tags/v[0-9]+\\\\.[0-9]+$'",
    "1 / 2 == 0.5",
    "1 + 2 * 3 - 1 == 6",
    "2 ** 3 ** 2 == 64",
    "-2 < 1",
    "(2 > 1 ? yes : no) == yes",
    "false && x || true",
    "'2024-01-02' < '2024-01-03'",
    "'2024-01-02T00:00:00Z' == '2024-01-02'",
    "a == a && b == b && c == c",
  ])("is true: %s", (when) => {
    expect(evaluateWhen(when)).toBe(true);
  });

  it.each([
    "foo != foo",
    "foo == bar",
    "1 != 1",
    "1 == 2",
    "1 > 2",
    "1 <= 0",
    "a > b",
    "(foo == bar) || (bar == foo)",
    "(1 > 0) && (11 < 2)",
    "Succeeded in (Failed, Error)",
    "!(Error in (Failed, Error))",
    "false == true",
    "false",
    '"true" == true',
    '"1" == 1',
    "yes == true",
    "false && (x in (y))",
    "false || false",
  ])("is false: %s", (when) => {
    expect(evaluateWhen(when)).toBe(false);
  });

  it.each([
    [
      "my-branch == x",
      "Failed to evaluate 'when' expresion 'my-branch == x': Value 'my' cannot be used with the modifier '-', it is not a number",
    ],
    [
      "x in (y)",
      "Failed to evaluate 'when' expresion 'x in (y)': Value 'y' cannot be used with the comparator 'in', it is not a number",
    ],
    [
      "1 < a",
      "Failed to evaluate 'when' expresion '1 < a': Value '1' cannot be used with the comparator '<', it is not a number",
    ],
    [
      "true && foo",
      "Failed to evaluate 'when' expresion 'true && foo': Value 'foo' cannot be used with the logical operator '&&', it is not a bool",
    ],
    [
      "false || foo",
      "Failed to evaluate 'when' expresion 'false || foo': Value 'foo' cannot be used with the logical operator '||', it is not a bool",
    ],
    ["v1.2 == v1.2", "Failed to evaluate 'when' expresion 'v1.2 == v1.2': No parameter 'v1' found."],
    [
      "a.b == a",
      "Invalid 'when' expression 'a.b == a': Unable to access unexported field 'b' in token 'a.b'",
    ],
    [
      "1.2.3 == 1",
      "Invalid 'when' expression '1.2.3 == 1': Unable to parse numeric value '1.2.3' to float64\n",
    ],
    [
      "3abc == 3abc",
      "Invalid 'when' expression '3abc == 3abc': Cannot transition token types from NUMERIC [3] to VARIABLE [abc]",
    ],
    [
      " == a",
      "Invalid 'when' expression ' == a': Cannot transition token types from UNKNOWN [<nil>] to COMPARATOR [==]",
    ],
    ["a == ", "Invalid 'when' expression 'a == ': Unexpected end of expression"],
    [
      "a b",
      "Invalid 'when' expression 'a b': Cannot transition token types from VARIABLE [a] to VARIABLE [b]",
    ],
    ["fn(a)", "Invalid 'when' expression 'fn(a)': Undefined function fn"],
    ["(a == a", "Invalid 'when' expression '(a == a': Unbalanced parenthesis"],
    ["'a == a", "Invalid 'when' expression ''a == a': Unclosed string literal"],
    [
      "{{item}} == a",
      "Invalid 'when' expression '{{item}} == a': Invalid token: '{{' (hint: try wrapping the affected expression in quotes (\"))",
    ],
    [
      "a == -b",
      "Failed to parse 'when' expression 'a == -b': Cannot transition token types from PREFIX [-] to STRING [b]",
    ],
    ["foo", "Expected boolean evaluation for 'foo'. Got foo"],
    ["1 + 1", "Expected boolean evaluation for '1 + 1'. Got 2"],
  ])("fails: %s", (when, message) => {
    expect(() => evaluateWhen(when)).toThrow(new ExpressionError(message));
  });

  it("fails for what needs quotes", () => {
    for (const value of ["a/b", "a:b", "https://x.y/z", '{"a": 1}', "a@b", "_x", "_"]) {
      expect(() => evaluateWhen(`${value} == ${value}`), value).toThrow(ExpressionError);
    }
  });

  it("throws nothing but ExpressionError and ends, whatever the text", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "(",
        ")",
        "'",
        '"',
        "[",
        "]",
        "\\",
        " == ",
        " in ",
        ",",
        "&&",
        "!",
        "-",
        "a",
        "1",
        "? ",
        ": ",
        "=~",
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          expect(typeof evaluateWhen(pieces.join(""))).toBe("boolean");
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 500 },
    );
    expect(() => evaluateWhen("(".repeat(20_000) + "true" + ")".repeat(20_000))).toThrow(ExpressionError);
    expect(evaluateWhen(Array.from({ length: 2000 }, () => "a == a").join(" && "))).toBe(true);
  });
});
