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

const NOW = Date.parse("2026-01-02T03:04:05.060Z");

function value(source: string): unknown {
  return evaluateExpression(source, ENV, NOW);
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
    ["sprig.date('2006-01-02 Mon Jan 15:04:05', 1709971626)", "2024-03-09 Sat Mar 08:07:06"],
    ["sprig.date('2006-01-02', '2024-03-09T08:07:06Z')", "2026-01-02"],
    [
      "sprig.now().Format('15:04:05.000') + ' ' + string(now())",
      "03:04:05.060 2026-01-02 03:04:05.06 +0000 UTC",
    ],
    ["toJson(now()) + toJson(duration('1m'))", '"2026-01-02T03:04:05.06Z"60000000000'],
    ["now('Asia/Kathmandu').Format('2006-01-02T15:04:05Z07:00')", "2026-01-02T08:49:05+05:45"],
    ["date('2026-01-02', '2006-01-02', 'Europe/Zurich').UTC().Hour()", 23],
    ["date('02 Jan 26 15:04 +0100', '02 Jan 06 15:04 -0700').Format('15:04 MST')", "14:04 UTC"],
    ["(date('2026-03-01') - date('2026-02-27')).Hours() + date('2026-01-31').AddDate(0, 1, 0).Day()", 51],
    ["date('2026-01-01') + duration('36h') > now() && duration('1h') < duration('61m')", true],
    ["(now() - duration('4m5.5s')).Format('05.999') + string(duration('90m') * 2)", "59.563h0m0s"],
    ["string(duration('1h15m30.918s')) + string(duration('150ms'))", "1h15m30.918s150ms"],
    ["date('2026-01-02T03:04:05Z').Unix() - date('2026-01-01').Unix()", 97445],
    ["map([now()], #.Year())", [2026]],
    ["let t = now(); t.Weekday() + t.YearDay() + t.Month()", 8],
    ["median([3, 1, 2]) + median([1, 2, 3, 4])", 4.5],
    ["splitAfter('a,b', ',') | join('|')", "a,|b"],
    ["bitand(6, 3) + bitor(4, 1) + bitxor(7, 2) + bitnot(0) + bitshl(1, 4) + bitushr(-1, 63)", 28],
    ["sprig.dateInZone('15:04', sprig.toDate('2006-01-02', '2026-07-01'), 'America/New_York')", "20:00"],
    ["sprig.htmlDate(0) + sprig.unixEpoch(now()) + sprig.ago(now())", "1970-01-0117673230450s"],
    ["sprig.dateModify('-1h', now()).Hour() + len(sprig.duration(95))", 7],
    ["sprig.durationRound('2h10m5s') + sprig.durationRound(now())", "2h0s"],
    ["sprig.regexFind('[a-c]+', 'xxabcb') + sprig.regexFindAll('a.?', 'abaca', -1)[2]", "abcba"],
    ["sprig.regexReplaceAll('a(x*)b', '-ab-axxb-', '${1}W')", "-W-xxW-"],
    ["sprig.regexReplaceAll('(?P<y>[0-9]+)-([0-9]+)', '20-26', '$2/${y}$$')", "26/20$"],
    ["sprig.regexReplaceAllLiteral('a(x*)b', '-ab-', '${1}') + sprig.regexQuoteMeta('a.b')", "-${1}-a\\.b"],
    ["sprig.regexSplit('z+', 'pizza', -1) | join('|')", "pi|a"],
    ["sprig.regexFindAll('a|ab', 'ab', -1)", ["a"]],
    ["sprig.regexFind('a+?', 'aaa') + sprig.regexFind('(a|ab)(c|bcd)', 'abcd')", "aabcd"],
    ["sprig.regexReplaceAll('', 'ab', '-') + sprig.regexReplaceAll('b*', 'abc', 'x')", "-a-b-xaxcx"],
    [
      "sprig.base('/a/b.txt') + sprig.dir('/a/b.txt') + sprig.ext('b.txt') + sprig.clean('a/../b')",
      "b.txt/a.txtb",
    ],
    ["sprig.urlParse('https://me@x.org:8080/p?q=1#f').host", "x.org:8080"],
    ["sprig.urlJoin({scheme: 'http', host: 'h', path: '/p', query: 'q'})", "http://h/p?q"],
    [
      "sprig.wrapWith(5, '|', 'hello world again') + sprig.abbrevboth(5, 10, '1234 5678 9123')",
      "hello|world|again...5678...",
    ],
    ["sprig.b32enc('hi') + sprig.b32dec('NBUQ====') + sprig.adler32sum('a')", "NBUQ====hi6422626"],
    ["sprig.mergeOverwrite({a: 1}, {a: 2}).a + sprig.mustLast([3]) + sprig.maxf(1.5, 2)", 7],
    ["sprig.typeIs('string', 'x') && sprig.toRawJson({a: '<'}) == '{\"a\":\"<\"}'", true],
    ["sprig.sha256sum('a') | len()", 64],
    ["sprig.semverCompare('>=1.2, <2 || ^3', '1.10.0') && !sprig.semverCompare('1.2 - 2', '3.0.0')", true],
    ["sprig.semver(sprig.hello() == 'Hello!' ? 'v1.2.3-rc.1' : '').Prerelease()", "rc.1"],
    ["sprig.decryptAES('k', 'RgND5uRHtv9jBNn8FOYj+rzX61P7kd69Pop5aLdGv0Y=')", "plain"],
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
