import { describe, expect, it } from "vitest";
import { evaluateExpression } from "../expr.js";
import { ExpressionError } from "../expression-error.js";
import { parseVersion } from "./go-version.js";

function value(source: string): unknown {
  return evaluateExpression(source, {});
}

describe("a version", () => {
  it.each([
    ["1", "1.0.0"],
    ["v1.2", "1.2.0"],
    ["0.0.0-0", "0.0.0-0"],
    ["1.2-a.b-1.0+01.b", "1.2.0-a.b-1.0+01.b"],
    ["1.2.3-0a.--", "1.2.3-0a.--"],
    ["20221209-update-v4", "20221209.0.0-update-v4"],
    ["18446744073709551615", "18446744073709551615.0.0"],
  ])("%s is %s", (text, whole) => {
    const version = parseVersion(text);
    expect([version.toString(), version.original]).toEqual([whole, text]);
  });

  it.each([
    "",
    " 1",
    "1\n",
    "1.",
    "1.x",
    "1.2.3.4",
    "V1",
    "vv1",
    "01",
    "1.02",
    "-1",
    "1-",
    "1+",
    "1-01",
    "1-a..b",
  ])("fails: %j", (text) => {
    expect(() => parseVersion(text)).toThrow(new ExpressionError("Invalid Semantic Version"));
  });

  it("has segments of 64 bits and a limited length", () => {
    expect(() => parseVersion("1.18446744073709551616")).toThrow(
      'Error parsing version segment: strconv.ParseUint: parsing "18446744073709551616": value out of range',
    );
    expect(() => parseVersion(`1.2.3-${"a".repeat(251)}`)).toThrow("version is too long");
    expect(() => value("sprig.semver('1').SetPrerelease(repeat('a', 257))")).toThrow(
      "prerelease is too long",
    );
  });

  it("comes before every later one", () => {
    const ordered = [
      "0.0.9",
      "1.0.0-0",
      "1.0.0-2",
      "1.0.0-11",
      "1.0.0-99999999999999999999",
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-b",
      "1.0.0",
      "1.0.1",
      "1.9.0",
      "1.10.0",
      "9007199254740993.0.0",
      "9007199254740994.0.0",
    ].map(parseVersion);
    const signs = ordered.map((a, i) => ordered.map((b, j) => a.compare(b) - Math.sign(i - j)));
    expect(signs.flat().filter((difference) => difference !== 0)).toEqual([]);
    expect(parseVersion("v1+a").compare(parseVersion("1.0.0+b"))).toBe(0);
  });
});

describe("the methods of a version", () => {
  it.each<[string, unknown]>([
    ["let v = sprig.semver('v1.2.3-rc.1+b'); [v.Major(), v.Minor() + 1, v.Patch()]", [1, 3, 3]],
    ["let v = sprig.semver('v1.2-rc.1+b'); [v.Prerelease(), v.Metadata()]", ["rc.1", "b"]],
    ["let v = sprig.semver('v1.2'); [v.Original(), v.String(), string(v)]", ["v1.2", "1.2.0", "1.2.0"]],
    ["toJson([sprig.semver('v1.2')]) + sprig.typeOf(sprig.semver('1'))", '["1.2.0"]*semver.Version'],
    ["sprig.semver('1.2').Compare(sprig.semver('1.10'))", -1],
    ["let a = sprig.semver('1'); [a.Equal(sprig.semver('1.0.0+b')), a.Equal(nil)]", [true, false]],
    [
      "let v = sprig.semver('v1.2.3'); map([v.IncMajor(), v.IncMinor(), v.IncPatch()], string(#))",
      ["2.0.0", "1.3.0", "1.2.4"],
    ],
    ["let v = sprig.semver('1.2.3-a+b'); map([v.IncPatch(), v.IncMajor()], string(#))", ["1.2.3", "2.0.0"]],
    ["sprig.semver('1.2-a').IncMinor().String()", "1.3.0"],
    ["sprig.semver('18446744073709551615').IncMajor().Major()", 0],
    ["sprig.semver('v1').SetPrerelease('a.0').SetMetadata('01').String()", "1.0.0-a.0+01"],
    ["sprig.semver('1-a+b').SetPrerelease('').SetMetadata('').String()", "1.0.0"],
    ["sprig.semver('v1') == sprig.semver('v1')", true],
    ["sprig.semver('v1') == sprig.semver('1')", false],
    ["sprig.semver('v1').IncMajor() == sprig.semver('v2.0.0')", true],
    ["len(sprig.uniq([sprig.semver('1'), sprig.semver('v1'), sprig.semver('1')]))", 2],
  ])("%s", (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it.each([
    ["sprig.semver('v1').SetPrerelease('a..b')", "Invalid Metadata string"],
    ["sprig.semver('v1').SetPrerelease('a_b')", "Invalid Prerelease string"],
    ["sprig.semver('v1').SetPrerelease('a.01')", "Version segment starts with 0"],
    ["sprig.semver('v1').SetMetadata('a_b')", "Invalid Metadata string"],
    ["sprig.semver('v1').SetMetadata('.')", "Invalid Metadata string"],
    ["sprig.semver('v1').Major", "cannot fetch Major from *semver.Version"],
    ["sprig.semver('v1').Next()", "cannot call method Next of *semver.Version"],
    ["sprig.semver('v1').IncMajor().Original()", "cannot call method Original of semver.Version"],
    [
      "sprig.semver('v1').IncMajor().Compare(sprig.semver('v1'))",
      "cannot call method Compare of semver.Version",
    ],
    [
      "sprig.semver('v1').Compare(sprig.semver('v1').IncMajor())",
      "cannot use a value of type semver.Version",
    ],
    ["sprig.semver('v1').LessThan('v2')", "cannot use a value of type string"],
    ["sprig.semver('v1') < sprig.semver('v2')", "invalid operation: <"],
    ["sprig.semver(1.2)", "invalid argument for sprig.semver (type float64)"],
    ["sprig.semver('1', '2')", "invalid number of arguments for sprig.semver (expected 1, got 2)"],
    ["sprig.semverCompare('1')", "invalid number of arguments for sprig.semverCompare (expected 2, got 1)"],
    ["sprig.semverCompare('foo', 'bar')", "improper constraint: foo"],
    ["sprig.semverCompare('1', 'bar')", "Invalid Semantic Version"],
    ["map(1..1000, sprig.semverCompare('~1' + repeat('||~1', 255), '2'))", "expression takes too many steps"],
  ])("fails: %s", (source, message) => {
    expect(() => value(source)).toThrow(ExpressionError);
    expect(() => value(source)).toThrow(message);
  });
});
