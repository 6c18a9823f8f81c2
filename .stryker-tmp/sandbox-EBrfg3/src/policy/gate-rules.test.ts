import { describe, expect, it } from "vitest";
import { aboveFloor, gateRules, isGate, neverApprovable, teamsOf } from "./gate-rules.js";

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
    expect(rules).not.toHaveProperty("startedBy");
    expect(aboveFloor(own(1), { ...floor, fourEyes: true }, 9).startedBy).toBe(9);
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
    expect(aboveFloor(own(1), { ...floor, approvals: 1, approvers: [] }, 1)).toEqual({ ...own(1), serverApprovers: [] });
  });
  it("names people besides those of the manifest, whose teams are read too", () => {
    const rules = aboveFloor(own(1), floor, 1);
    expect(rules).toMatchObject({ approvers: ["alice"], serverApprovers: ["@acme/platform"] });
    expect(teamsOf(rules)).toEqual(["acme/platform"]);
    expect(rules).not.toHaveProperty("startedBy");
    expect(aboveFloor(own(1), { ...floor, fourEyes: true }, 9).startedBy).toBe(9);
  });
});
