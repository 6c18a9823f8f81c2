import { describe, expect, it } from "vitest";
import type { Parameter, Template } from "../manifest/argo.js";
import { gateAnswer, refusalOutputs } from "./gate-outputs.js";

const supplied = (name: string, more: object = {}): Parameter => ({
  name,
  valueFrom: { supplied: {}, ...more },
});
const yesNo: Parameter = { name: "a", default: "NO", enum: ["YES", "NO"] };
const note: Parameter = { name: "n", default: "none" };

function gate(inputs: Parameter[], outputs: Parameter[], approve?: unknown): Template {
  const annotations = { "sluice.dev/approve": approve } as Record<string, string>;
  return {
    suspend: {},
    inputs: { parameters: inputs },
    outputs: { parameters: outputs },
    ...(approve === undefined ? {} : { metadata: { annotations } }),
  };
}

describe("why an approval cannot be told to a gate", () => {
  const twoOutputs = [supplied("a"), supplied("n")];
  it.each<[fault: string, template: Template]>([
    ["a suspend template with a duration is a delay, not a gate", { suspend: { duration: "1m" } }],
    ["a suspend template with a duration is a delay, not a gate", { container: {} }],
    ["sluice.dev/approve must be a text like 'name=value'", gate([yesNo], [supplied("a")], 7)],
    ["sluice.dev/approve is empty", gate([yesNo], [supplied("a")], " \n ")],
    ["sluice.dev/approve must be 'name=value', not \"YES\"", gate([yesNo], [supplied("a")], "YES")],
    ["sluice.dev/approve must be 'name=value', not \"=YES\"", gate([yesNo], [supplied("a")], "=YES")],
    [
      `sluice.dev/approve must be 'name=value', not "${"x".repeat(60)}"`,
      gate([yesNo], [supplied("a")], "x".repeat(70)),
    ],
    [
      'sluice.dev/approve names "b", which is no supplied output of the gate',
      gate([yesNo], [supplied("a"), { name: "b", valueFrom: { path: "/b" } }], "b=1"),
    ],
    ['sluice.dev/approve names "a" twice', gate([yesNo], [supplied("a")], "a=YES\na=YES")],
    ['sluice.dev/approve of "a" holds a tag', gate([yesNo], [supplied("a")], "a={{x}}")],
    [
      'sluice.dev/approve says "a=MAYBE", which is not in the enum YES, NO',
      gate([yesNo], [supplied("a")], "a=MAYBE"),
    ],
    ['the output "a" would say "NO" for both answers', gate([yesNo], [supplied("a")], "a=NO")],
    ['the output "n" would say "none" for both answers', gate([note], [supplied("n")], "n=none")],
    [
      'the output "a" has no default, which is what a rejection says',
      gate([{ name: "a", enum: ["Y", "N"] }], [supplied("a")]),
    ],
    [
      'the default of "a" is known only at run time',
      gate([{ ...yesNo, default: "{{inputs.parameters.x}}" }], [supplied("a")]),
    ],
    ['the default "no" of "a" is not in its enum', gate([{ ...yesNo, default: "no" }], [supplied("a")])],
    [
      'the enum of "a" is known only at run time',
      gate([{ ...yesNo, enum: ["{{x}}", "NO"] }], [supplied("a")]),
    ],
    [
      'the output "n" has no enum, so sluice.dev/approve must say what an approval sets',
      gate([note], [supplied("n")]),
    ],
    [
      'the default "YES" of "a" is what a rejection says: name the approval in sluice.dev/approve',
      gate([{ ...yesNo, default: "YES" }], [supplied("a")]),
    ],
    [
      'the enum of "a" needs exactly one value besides its default, or sluice.dev/approve',
      gate([{ ...yesNo, enum: ["NO"] }], [supplied("a")]),
    ],
    [
      'the enum of "a" needs exactly one value besides its default, or sluice.dev/approve',
      gate([{ ...yesNo, enum: ["YES", "NO", "LATER"] }], [supplied("a")]),
    ],
    [
      'the output "n" has no default, which is what a rejection says',
      gate([yesNo, { name: "n" }], twoOutputs, "a=YES"),
    ],
  ])("%s", (fault, template) => {
    expect(gateAnswer(template, "approved")).toEqual({ fault });
  });
  it.each([
    "y",
    "YES",
    "true",
    "ok",
    "okay",
    "go",
    "on",
    "1",
    "accept",
    "accepted",
    "approve",
    "Approved",
    "continue",
    "proceed",
    "apply",
  ])("the default %j sounds like an approval", (value) => {
    const template = gate([{ name: "a", default: value, enum: [value, "other"] }], [supplied("a")]);
    expect(gateAnswer(template, "approved")).toEqual({ fault: expect.stringContaining(`"${value}"`) });
  });
  it.each(["no", "yesterday", "not-ok", "10", "stop", "disapproved", "ongoing"])(
    "the default %j does not",
    (value) => {
      const template = gate([{ name: "a", default: value, enum: [value, "other"] }], [supplied("a")]);
      expect(gateAnswer(template, "approved")).toEqual({ phase: "Succeeded", outputs: { a: "other" } });
    },
  );
});

describe("what an approval sets", () => {
  it.each<[what: string, template: Template, outputs: Record<string, string>]>([
    [
      "the output's own default over the input's",
      gate([{ ...yesNo, default: "YES" }], [supplied("a", { default: "NO" })]),
      { a: "YES" },
    ],
    [
      "a written value with spaces and an equals sign",
      gate([{ name: "a", default: "x" }], [supplied("a")], " a = b = c "),
      { a: "b = c" },
    ],
    ["an empty written value", gate([{ name: "a", default: "x" }], [supplied("a")], "a="), { a: "" }],
    [
      "several written values, a line each",
      gate([yesNo, note], [supplied("a"), supplied("n")], "a=YES\n\n  n=looked at\n"),
      { a: "YES", n: "looked at" },
    ],
    ["numbers as texts", gate([{ name: "a", default: 0, enum: [0, 7] }], [supplied("a")]), { a: "7" }],
    [
      "no output that a step would set",
      gate([yesNo], [supplied("a"), { name: "p", valueFrom: { path: "/p" } }, { name: "v", value: "x" }]),
      { a: "YES" },
    ],
    [
      "a default that sounds like yes when the approval is written",
      gate([{ ...yesNo, default: "YES" }], [supplied("a")], "a=NO"),
      { a: "NO" },
    ],
    [
      "a written value of an enum with a tag elsewhere",
      gate([{ ...yesNo, enum: ["YES", "NO", "LATER"] }], [supplied("a")], "a=LATER"),
      { a: "LATER" },
    ],
  ])("%s", (_what, template, outputs) => {
    expect(gateAnswer(template, "approved")).toEqual({ phase: "Succeeded", outputs });
    expect(gateAnswer(template, "rejected")).toEqual({ phase: "Failed", outputs: {} });
  });
  it("is nothing where an output is not supplied by who answers", () => {
    const template = gate(
      [],
      [{ name: "v", valueFrom: { supplied: null as unknown as Record<string, never> } }],
    );
    expect(gateAnswer(template, "approved")).toEqual({ phase: "Succeeded", outputs: {} });
  });
});

describe("the outputs of a refusal by other means", () => {
  it.each<[what: string, template: Template, outputs: Record<string, string> | undefined]>([
    [
      "the default of each",
      gate([yesNo, note], [supplied("a"), supplied("n")], "a=YES"),
      { a: "NO", n: "none" },
    ],
    ["none where nothing is supplied", { suspend: {} }, undefined],
    ["none where the annotation has a fault", gate([yesNo], [supplied("a")], "YES"), undefined],
    ["none where no output decides", gate([note], [supplied("n")]), undefined],
    ["none without a clear approval", gate([{ ...yesNo, enum: ["NO"] }], [supplied("a")]), undefined],
    [
      "none where one output has no default",
      gate([yesNo, { name: "n" }], [supplied("a"), supplied("n")], "a=YES"),
      undefined,
    ],
    ["none where both answers are the same", gate([yesNo], [supplied("a")], "a=NO"), undefined],
  ])("%s", (_what, template, outputs) => {
    expect(refusalOutputs(template)).toEqual(outputs);
  });
});
