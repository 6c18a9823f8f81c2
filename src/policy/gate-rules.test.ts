import { describe, expect, it } from "vitest";
import { aboveFloor, gateRules, isGate, neverApprovable, teamsOf } from "./gate-rules.js";

describe("where a gate's people come from", () => {
  it("names the teams of both lists, in lower case and without the at sign", () => {
    const rules = { approvals: 1, approvers: ["@Acme/Ops", "alice"], rejectOnChanges: false };
    expect(teamsOf(rules)).toEqual(["acme/ops"]);
    expect(teamsOf({ ...rules, serverApprovers: ["@acme/B", "bob"] })).toEqual(["acme/ops", "acme/b"]);
  });
  it("reads numbers and lists with spaces around them", () => {
    const { rules, problems } = gateRules({
      "sluice.dev/approvals": " 2 ",
      "sluice.dev/approvers": " alice ,\n @acme/ops  bob",
    });
    expect(problems).toEqual([]);
    expect(rules).toEqual({ approvals: 2, approvers: ["alice", "@acme/ops", "bob"], rejectOnChanges: false });
  });
});

describe("the rules of a gate", () => {
  it("need one approval of anyone with write permission by default", () => {
    expect(gateRules(undefined)).toEqual({
      rules: { approvals: 1, approvers: [], rejectOnChanges: false },
      problems: [],
    });
  });
  it("come from the template's annotations", () => {
    const { rules, problems } = gateRules({
      "sluice.dev/approvals": "2",
      "sluice.dev/approvers": "@Acme/platform, alice",
      "sluice.dev/reject-on-changes": "true",
    });
    expect(problems).toEqual([]);
    expect(rules).toEqual({ approvals: 2, approvers: ["@Acme/platform", "alice"], rejectOnChanges: true });
    expect(teamsOf(rules)).toEqual(["acme/platform"]);
  });
  it.each([
    ["sluice.dev/approvals", "0"],
    ["sluice.dev/approvals", "-1"],
    ["sluice.dev/approvals", "1e1"],
    ["sluice.dev/approvals", "two"],
    ["sluice.dev/approvals", ""],
    ["sluice.dev/approvals", "{{inputs.parameters.n}}"],
    ["sluice.dev/approvers", " , "],
    ["sluice.dev/approvers", "acme/platform"],
    ["sluice.dev/approvers", "alice;bob"],
    ["sluice.dev/approvers", "alice@acme/ops"],
    ["sluice.dev/approvers", "@acme/ops!"],
    ["sluice.dev/approvers", "@acme/ops/alice"],
    ["sluice.dev/reject-on-changes", "yes"],
  ])("open never when %s is %j", (name, value) => {
    const { rules, problems } = gateRules({ [name]: value });
    expect(rules.approvals).toBe(neverApprovable);
    expect(problems.join()).toContain(name);
  });
  it("open never when a value is not a text", () => {
    const annotations = JSON.parse('{"sluice.dev/approvals": 1}') as Record<string, string>;
    expect(gateRules(annotations).rules.approvals).toBe(neverApprovable);
  });
});

describe("a gate", () => {
  it("is a suspend without a duration", () => {
    expect(isGate({ suspend: {} })).toBe(true);
    expect(isGate({ suspend: { duration: "0" } })).toBe(false);
    expect(isGate({ suspend: { duration: 0 } })).toBe(false);
    expect(isGate({ container: {} })).toBe(false);
  });
});

describe("the floor of the server's configuration", () => {
  const floor = { approvals: 2, approvers: ["@acme/platform"], fourEyes: false, checks: [] };
  const own = (approvals: number) => ({ approvals, approvers: ["alice"], rejectOnChanges: true });
  it("is raised by a manifest and never lowered", () => {
    expect(aboveFloor(own(1), floor, 1).approvals).toBe(2);
    expect(aboveFloor(own(3), floor, 1).approvals).toBe(3);
    expect(aboveFloor(own(neverApprovable), floor, 1).approvals).toBe(neverApprovable);
    expect(aboveFloor(own(1), { ...floor, approvals: 1, approvers: [] }, 1)).toEqual({
      ...own(1),
      serverApprovers: [],
    });
  });
  it("names people besides those of the manifest, whose teams are read too", () => {
    const rules = aboveFloor(own(1), floor, 1);
    expect(rules).toMatchObject({ approvers: ["alice"], serverApprovers: ["@acme/platform"] });
    expect(teamsOf(rules)).toEqual(["acme/platform"]);
    expect(rules).not.toHaveProperty("startedBy");
    expect(aboveFloor(own(1), { ...floor, fourEyes: true }, 9).startedBy).toBe(9);
    expect(rules).not.toHaveProperty("startedBy");
    expect(aboveFloor(own(1), { ...floor, fourEyes: true }, 9).startedBy).toBe(9);
  });
});

describe("annotations as people write them", () => {
  it("may have spaces, lines and commas around what they say", () => {
    const { rules, problems } = gateRules({
      "sluice.dev/approvals": " 12 ",
      "sluice.dev/approvers": "\n @acme/platform,\n  alice , bob\n",
      "sluice.dev/reject-on-changes": " true ",
    });
    expect(problems).toEqual([]);
    expect(rules).toEqual({
      approvals: 12,
      approvers: ["@acme/platform", "alice", "bob"],
      rejectOnChanges: true,
    });
    expect(gateRules({ "sluice.dev/reject-on-changes": " false " }).rules.rejectOnChanges).toBe(false);
    expect(gateRules(undefined).rules.rejectOnChanges).toBe(false);
  });
  it.each(["1x", "100", "0", "-1", "1.5", ""])("say what is wrong: approvals %j", (text) => {
    const { rules, problems } = gateRules({ "sluice.dev/approvals": text });
    expect(rules.approvals).toBe(neverApprovable);
    expect(problems).toEqual([`sluice.dev/approvals must be a whole number from 1 to 99, not "${text}"`]);
  });
  it("are texts", () => {
    const annotations = { "sluice.dev/approvals": 2 as unknown as string };
    expect(gateRules(annotations).problems).toEqual([
      "sluice.dev/approvals must be a text: put it in quotes",
    ]);
  });
  it("are quoted in part when they are long", () => {
    const [problem = ""] = gateRules({ "sluice.dev/reject-on-changes": "x".repeat(500) }).problems;
    expect(problem).toHaveLength("sluice.dev/reject-on-changes must be true or false, not ".length + 62);
  });
});

describe("a suspend template", () => {
  it.each([
    [{ suspend: {} }, true],
    [{ suspend: { duration: "" } }, true],
    [JSON.parse('{"suspend":{"duration":null}}'), true],
    [{ suspend: { duration: "0" } }, false],
    [{ suspend: { duration: 5 } }, false],
    [JSON.parse('{"suspend":null}'), false],
    [{}, false],
  ])("%j is a gate: %s", (template, gate) => {
    expect(isGate(template)).toBe(gate);
  });
  it("needs no teams where people are named", () => {
    expect(teamsOf({ approvals: 1, approvers: ["alice"], rejectOnChanges: false })).toEqual([]);
  });
});
