import { describe, expect, it } from "vitest";
import { parseCommand } from "./command.js";

describe("a comment", () => {
  it.each([
    ["/apply", { name: "apply", arguments: {} }],
    ["/Apply  \r\nthank you", { name: "apply", arguments: {} }],
    ["/CANCEL", { name: "cancel", arguments: {} }],
    ["/apply target=blue size=a=b", { name: "apply", arguments: { target: "blue", size: "a=b" } }],
    ["/approve", { name: "approve", arguments: {} }],
    ["/Reject", { name: "reject", arguments: {} }],
    ["/retry", { name: "retry", arguments: {} }],
    ["/explain\nplease", { name: "explain", arguments: {} }],
    [
      "/run promote-release version=1.2 to=staging",
      { name: "run", target: "promote-release", arguments: { version: "1.2", to: "staging" } },
    ],
    ["/ok-to-test 0123abc", { name: "ok-to-test", target: "0123abc", arguments: {} }],
  ])("%j is a command", (body, command) => {
    expect(parseCommand(body)).toEqual(command);
  });
  it.each([
    "apply",
    "please /apply",
    " /apply",
    "> /apply",
    "```\n/apply\n```",
    "    /apply",
    "\n/apply",
    "looks good\n/apply",
    "/usr/bin/apply",
    "/lgtm",
    "//apply",
    "/ apply",
    "",
  ])("%j is none", (body) => {
    expect(parseCommand(body)).toBeUndefined();
  });
  it.each([
    ["/aply", /Did you mean `\/apply`/],
    ["/applly now", /Did you mean `\/apply`/],
    ["/halp", /Did you mean `\/help`/],
    ["/aprove", /Did you mean `\/approve`/],
    ["/run", /manifest's name/],
    ["/run ../x", /manifest's name/],
    ["/run promote now", /manifest's name/],
    ["/ok-to-test", /commit that you looked at/],
    ["/ok-to-test main", /commit that you looked at/],
    ["/ok-to-test 0123abc now", /commit that you looked at/],
    ["/approve all", /takes nothing/],
    ["/cancel x=1", /takes nothing/],
    ["/apply now", /key=value/],
    ["/apply please do not", /key=value/],
    ["/apply a=1 a=2", /same key twice/],
  ])("%j gets a hint", (body, hint) => {
    expect(parseCommand(body)).toEqual({ hint: expect.stringMatching(hint) });
  });
  it.each([
    [
      "/run",
      "`/run` takes a manifest's name and then `key=value` after it, on one line of its own; it was not obeyed.",
    ],
    ["/apply now", "`/apply` takes only `key=value` after it, on one line of its own; it was not obeyed."],
    [
      "/ok-to-test",
      "`/ok-to-test` takes the commit that you looked at, at least 7 digits of it, after it, on one line of its own; it was not obeyed.",
    ],
    ["/help me", "`/help` takes nothing after it, on one line of its own; it was not obeyed."],
    ["/run x a=1 a=2", "`/run` was given the same key twice; it was not obeyed."],
    ["/aply", "Did you mean `/apply`? Nothing was started."],
  ])("%j is answered with what would work", (body, hint) => {
    expect(parseCommand(body)).toEqual({ hint });
  });
  it.each([
    ["/apply a=", { a: "" }],
    ["/apply a==b", { a: "=b" }],
    ["/apply \t a=1 \t\tb=2  ", { a: "1", b: "2" }],
    ["/apply _a-b.c=1", { "_a-b.c": "1" }],
    ["/apply Version=1", { Version: "1" }],
    ["/apply a=ünïcode", { a: "ünïcode" }],
  ])("%j has these arguments", (body, given) => {
    expect(parseCommand(body)).toEqual({ name: "apply", arguments: given });
  });
  it.each([
    "/apply 1a=x",
    "/apply =x",
    "/apply a b=1",
    "/apply a!=x",
    "/apply x=1 y",
    "/apply -a=1",
    "/apply .a=1",
  ])("%j is not obeyed", (body) => {
    expect(parseCommand(body)).toEqual({ hint: expect.stringContaining("only `key=value`") });
  });
  it.each([
    ["/run A", "A"],
    ["/run 1.a_b-c", "1.a_b-c"],
    [`/run ${"x".repeat(253)}`, "x".repeat(253)],
    ["/RUN deploy\rmore", "deploy"],
    ["/ok-to-test 0123ABC", "0123ABC"],
    [`/ok-to-test ${"a".repeat(40)}`, "a".repeat(40)],
  ])("%j names %s", (body, target) => {
    expect(parseCommand(body)).toMatchObject({ target, arguments: {} });
  });
  it.each([
    "/run -a",
    "/run .a",
    "/run a/b",
    "/run a=b",
    "/run a!",
    `/run ${"x".repeat(254)}`,
    "/ok-to-test 012345",
    `/ok-to-test ${"a".repeat(41)}`,
    "/ok-to-test 0123abcg",
    "/ok-to-test x0123abc",
  ])("%j names nothing", (body) => {
    expect(parseCommand(body)).toEqual({ hint: expect.stringContaining("was not obeyed") });
  });
  it.each([
    ["/apple", "apply"],
    ["/pply", "apply"],
    ["/applyxx", "apply"],
    ["/ru", "run"],
    ["/runs", "run"],
    ["/helo", "help"],
    ["/rejct", "reject"],
    ["/canceled", "cancel"],
    ["/ok-to-tst", "ok-to-test"],
    ["/oktotest", "ok-to-test"],
    ["/explian", "explain"],
    ["/retyr", "retry"],
  ])("%j is near /%s", (body, name) => {
    expect(parseCommand(body)).toEqual({ hint: expect.stringContaining(`\`/${name}\``) });
  });
  it.each([
    "/hlpp",
    "/rnu",
    "/hel-me",
    "/appzzz",
    "/applyxxx",
    "/r",
    "/retestall",
    "/okay",
    "/a",
    "/ok-to",
    "/exp",
  ])("%j is near none", (body) => {
    expect(parseCommand(body)).toBeUndefined();
  });
  it("is read to a length that a person would write, and no further", () => {
    const long = `/apply a=${"x".repeat(10_000)}`;
    expect(parseCommand(long)).toEqual({ name: "apply", arguments: { a: "x".repeat(4000 - 9) } });
  });
  it("cannot reach an object's prototype", () => {
    expect(parseCommand("/constructor")).toBeUndefined();
    expect(parseCommand("/apply __proto__=x")).toEqual({
      name: "apply",
      arguments: Object.fromEntries([["__proto__", "x"]]),
    });
  });
});
