import { describe, expect, it } from "vitest";
import type { Call, Parameter, Template } from "../manifest/argo.js";
import { knownOutputs, truthOf } from "./unapproved-when.js";

const supplied = (name: string, more: object = {}): Parameter => ({
  name,
  valueFrom: { supplied: {}, ...more },
});
const gate = (inputs: Parameter[], outputs: Parameter[]): Template => ({
  suspend: {},
  inputs: { parameters: inputs },
  outputs: { parameters: outputs },
});
const yesNo: Parameter = { name: "ok", default: "NO", enum: ["YES", "NO"] };
const ask = gate([{ name: "other", default: "?" }, yesNo], [supplied("ok")]);
const known = (template: Template | undefined, call: Partial<Call> = {}, more: Call[] = []) =>
  Object.fromEntries(
    knownOutputs([{ name: "a", template: "ask", ...call }, ...more], "steps", (each) =>
      each.template === "ask" ? template : undefined,
    ),
  );
const reference = "steps.a.outputs.parameters.ok";

describe("what a gate's output may be while no gate was approved", () => {
  it("is the rejection, or what stands there when the gate did not end by an answer", () => {
    expect(known(ask)).toEqual({ [reference]: ["NO", "", `{{${reference}}}`] });
    const numbers = gate([{ name: "ok", default: 0, enum: [0, 1] }], [supplied("ok")]);
    expect(known(numbers)[reference]).toContain("0");
  });
  it("is each of two defaults", () => {
    const two = gate([{ ...yesNo, default: "YES" }], [supplied("ok", { default: "NO" })]);
    expect(known(two)[reference]).toEqual(["NO", "YES", "", `{{${reference}}}`]);
  });
  it("is the other default where nobody can say no by a value", () => {
    const three = gate([{ name: "ok", default: "later", enum: ["a", "b", "later"] }], [supplied("ok")]);
    expect(known(three)[reference]).toContain("later");
  });
  it.each<[string, ReturnType<typeof known>]>([
    [
      "a default that is known only at run time",
      known(gate([{ ...yesNo, default: "{{x}}" }], [supplied("ok")])),
    ],
    [
      "one of two defaults that is known only at run time",
      known(gate([{ ...yesNo, default: "{{x}}" }], [supplied("ok", { default: "NO" })])),
    ],
    ["an output that no answer supplies", known(gate([yesNo], [{ name: "ok", value: "NO" }]))],
    ["a gate without outputs", known({ suspend: {} })],
    ["what is no gate", known(undefined)],
    ["a loop over items", known(ask, { withItems: ["x"] })],
    ["a loop over a parameter", known(ask, { withParam: "[1]" })],
    ["a loop over a sequence", known(ask, { withSequence: { count: 1 } })],
    ["a name that another call has", known(ask, {}, [{ name: "a", template: "plan" }])],
  ])("is not known of %s", (_what, outputs) => {
    expect(outputs).toEqual({});
  });
});

describe("what a `when` may come to while no gate was approved", () => {
  const values = new Map([
    ["g", ["NO", ""]],
    ["h", ["NO"]],
  ]);
  const many = new Map(["a", "b", "c", "d", "e"].map((name) => [name, ["1", "2", "3", "4"]]));
  it.each<[string | undefined, boolean, boolean]>([
    [undefined, true, false],
    ["", true, false],
    ["true", true, false],
    ["1 == 2", false, true],
    ["{{g}} == YES", false, true],
    ["{{ g }} == YES", false, true],
    ["'{{g}}' == 'YES'", false, true],
    ["'{{g}}' == 'NO'", true, true],
    ["'{{g}}' != 'NO'", true, true],
    ["'{{g}}' != 'YES'", true, false],
    ["'{{g}}' == 'YES' || '{{h}}' == 'YES'", false, true],
    ["'{{g}}' == 'NO' && '{{h}}' == 'NO'", true, true],
    ["'{{g}}' == '{{g}}' && '{{g}}' == ''", true, true],
    ["'{{g}}' == 'YES' && {{x}}", true, true],
    ["{{=g}} == YES", true, true],
    ["{{a{{g}} == YES", true, true],
    ["{{h}} ==", false, false],
  ])("%s", (when, mayBeTrue, mayBeFalse) => {
    expect(truthOf(when, values)).toEqual({ mayBeTrue, mayBeFalse });
  });
  it("is anything where values may be forged, and nothing is there to forge without one", () => {
    expect(truthOf("false", undefined)).toEqual({ mayBeTrue: true, mayBeFalse: true });
    expect(truthOf("{{g}} == YES", undefined)).toEqual({ mayBeTrue: true, mayBeFalse: true });
    expect(truthOf(undefined, undefined)).toEqual({ mayBeTrue: true, mayBeFalse: false });
  });
  it("weighs all combinations up to a number of them", () => {
    const text = ["a", "b", "c", "d"].map((name) => `'{{${name}}}' == '5'`).join(" || ");
    expect(truthOf(text, many)).toEqual({ mayBeTrue: false, mayBeFalse: true });
    expect(truthOf(`${text} || '{{e}}' == '5'`, many)).toEqual({ mayBeTrue: true, mayBeFalse: true });
  });
});
