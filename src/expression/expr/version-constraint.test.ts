import { describe, expect, it } from "vitest";
import { ExpressionError } from "../expression-error.js";
import { parseVersion } from "./go-version.js";
import { parseConstraint, satisfies } from "./version-constraint.js";

function isMet(constraint: string, version: string): boolean {
  return satisfies(parseVersion(version), parseConstraint(constraint));
}

describe("a constraint", () => {
  // What Masterminds/semver 3.3.1 says, right or wrong.
  it.each<[constraint: string, meet: string, fail: string]>([
    ["1.2.3", "1.2.3 v1.2.3 1.2.3+build", "1.2.4 1.2.3-rc.1"],
    ["=1.2.3-rc.1+a", "1.2.3-rc.1 1.2.3-rc.1+b", "1.2.3"],
    ["v1.2", "1.2.0 1.2.9", "1.3.0"],
    ["= 1", "1.0.0 1.9.9", "2.0.0 1.1.0-a"],
    ["1.x.3", "1.0.0 1.7.4", "2.0.3"],
    ["1.2.X", "1.2 1.2.7", "1.3.0"],
    ["*", "0.0.0 7.1.2", "1.0.0-alpha"],
    ["*-0", "7.1.2 1.0.0-alpha", ""],
    ["!=1.2.3", "1.2.4 1.2.3-a", "1.2.3 1.2.3+b"],
    ["!=1.2", "1.3.0 2.2.0", "1.2.0 1.2.9 1.3.0-a"],
    ["!= 1.x", "2.0.0 0.9.0", "1.0.0 1.5.2"],
    ["!=*", "1.0.0 0.0.1", "0.0.0"],
    ["!=1.2-a", "1.2.0 1.2.0-b", "1.2.0-a 1.2.5-a"],
    [">1.2.3", "1.2.4", "1.2.3 1.3.0-a"],
    [">1.2", "1.3.0", "1.2.1 1.2.0"],
    [">1", "2.0.0", "1.9.9"],
    [">*", "0.0.1 3.0.0", "0.0.0"],
    [">1.2.3-beta.2", "1.2.3-beta.11 1.2.3 1.2.3-rc", "1.2.3-beta.2 1.2.3-beta 1.2.3-alpha.3"],
    ["<1.2.3", "1.2.2 0.0.1", "1.2.3 1.2.3-a"],
    ["<1.2", "1.1.9", "1.2.0 1.2.1"],
    ["<1.2.3-0", "1.2.2 1.2.2-a", "1.2.3-a 1.2.3"],
    [">=1.2", "1.2.0 1.10.0", "1.1.9 2.0.0-a"],
    ["=>1.2.3-a", "1.2.3-a 1.2.3-a.1 2.0.0-b", "1.2.3-1"],
    ["<=1.2", "1.2.9 1.1.0", "1.3.0"],
    ["=<1", "1.9.9 0.1.0", "2.0.0"],
    ["<=*", "0.0.9", "0.1.0 1.0.0"],
    ["~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2 1.2.4-a"],
    ["~1.2", "1.2.0 1.2.9", "1.3.0"],
    ["~1", "1.0.0 1.9.0", "2.0.0"],
    ["~>1.2.3-beta", "1.2.3-beta 1.2.3-rc 1.2.9-a", "1.3.0"],
    ["~*", "0.0.0 4.5.6", ""],
    ["~0.0.0", "0.0.0 9.9.9", ""],
    ["~0.0", "0.0.9", "0.1.0"],
    ["^1.2.3", "1.2.3 1.9.0", "2.0.0 1.2.2 1.3.0-a"],
    ["^1", "1.0.0 1.9.9", "2.0.0"],
    ["^0.2.3", "0.2.3 0.2.9", "0.3.0 1.0.0"],
    ["^0.2", "0.2.0 0.2.9", "0.3.0"],
    ["^0.0.3", "0.0.3", "0.0.4 0.0.2"],
    ["^0.0", "0.0.9", "0.1.0"],
    ["^0", "0.9.9", "1.0.0"],
    ["^*", "0.0.0", "0.0.1 1.0.0"],
    ["^1.2.3-beta.1", "1.2.3-beta.2 1.2.3 1.9.0-a", "1.2.3-beta 2.0.0-a"],
    ["^0.0.3-a", "0.0.3 0.0.3-b", "0.0.4-a"],
    [">=1.2, <2", "1.2.0 1.9.9", "1.1.0 2.0.0"],
    [">=1.2 <2 !=1.5", "1.4.9", "1.5.1 2.0.0"],
    ["  >= 1.0 ,\t< 1.3\n", "1.2.0", "1.3.0"],
    ["1.2||>=3", "1.2.7 3.0.0 4.0.0", "2.0.0"],
    ["<1 || >=2 <3 || 5.x", "0.9.0 2.5.0 5.1.1", "1.0.0 3.0.0"],
    ["1.2 - 1.4.5", "1.2.0 1.4.5", "1.1.9 1.4.6"],
    ["1 - 2", "1.0.0 2.9.9", "0.9.9 3.0.0"],
    ["1.0.0-a - 2.0.0-b", "1.0.0-a 2.0.0-a", "2.0.0-c 2.0.0"],
    ["1 - 2 || 4 - 5", "2.0.0 4.0.0", "3.0.0 6.0.0"],
    ["1 - 2<2", "1.5.0", "2.0.0"],
    ["> 18446744073709551614", "18446744073709551615", "18446744073709551614.9"],
    [">=1.0.0-99999999999999999999", "1.0.0-a 1.0.0", "1.0.0-9"],
  ])("%j is met by %s, not by %s", (constraint, meet, fail) => {
    const versions = [...meet.split(" "), ...fail.split(" ")].filter((version) => version !== "");
    expect(versions.filter((version) => isMet(constraint, version)).join(" ")).toBe(meet);
  });

  it.each<[constraint: string, message: string]>([
    ["", "improper constraint: "],
    [" ", "improper constraint:  "],
    ["1,", "improper constraint: 1,"],
    ["1,,2", "improper constraint: 1,,2"],
    ["1 || ", "improper constraint:  "],
    ["1 - ", "improper constraint: 1 - "],
    ["1 -2", "improper constraint: 1 -2"],
    ["1 - 2 - 3", "improper constraint: >= 1, <= 2 - 3"],
    ["a - 1 - 2", "improper constraint: a ->= 1, <= 2 "],
    ["1-1 - 2.3.4.5", "improper constraint: >= 1-1, <= 2.3.4 .5"],
    ["==1", "improper constraint: ==1"],
    ["> >1", "improper constraint: > >1"],
    [">1<2", "improper constraint: >1<2"],
    ["1.2.3.4", "improper constraint: 1.2.3.4"],
    ["1.2.beta", "improper constraint: 1.2.beta"],
    ["1 2", "improper constraint: 1 2"],
    ["1\u000b2", "improper constraint: 1\u000b2"],
    ["foo", "improper constraint: foo"],
    ["1|2", "constraint Parser Error"],
    ["1.1x", "constraint Parser Error"],
    ["01", "constraint Parser Error"],
    ["1.2.3-01", "constraint Parser Error"],
    ["1.2.3-a.", "improper constraint: 1.2.3-a."],
    ["18446744073709551616", "constraint Parser Error"],
    ["x.1.2-01", "constraint Parser Error"],
  ])("fails: %j", (constraint, message) => {
    expect(() => parseConstraint(constraint)).toThrow(new ExpressionError(message));
  });

  it("is read in time that its length bounds", () => {
    const texts = ["1-1-1+1+", "a - ", "1 - 2 ", " ", "> ", "1.", "x-", "1, ", "1 - 1.1-a.", "~1||"];
    for (const text of texts) {
      for (const end of ["!", "!- 1", " - 2", ""]) {
        const constraint = text.repeat(1000).slice(0, 1024 - end.length) + end;
        const start = performance.now();
        try {
          isMet(constraint, "1.0.0-a");
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
        expect(performance.now() - start, constraint.slice(0, 20)).toBeLessThan(500);
      }
    }
    expect(() => parseConstraint("1".repeat(1025))).toThrow("constraint is too long");
  });
});
