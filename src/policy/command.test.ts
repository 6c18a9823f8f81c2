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
  it("cannot reach an object's prototype", () => {
    expect(parseCommand("/constructor")).toBeUndefined();
    expect(parseCommand("/apply __proto__=x")).toEqual({
      name: "apply",
      arguments: Object.fromEntries([["__proto__", "x"]]),
    });
  });
});
