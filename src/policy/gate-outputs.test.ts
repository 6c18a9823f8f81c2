import { describe, expect, it } from "vitest";
import type { Parameter, Template } from "../manifest/argo.js";
import { gateAnswer } from "./gate-outputs.js";

const supplied = (name: string, more: object = {}): Parameter => ({
  name,
  valueFrom: { supplied: {}, ...more },
});
function gate(inputs: Parameter[], outputs: Parameter[], approve?: string): Template {
  return {
    suspend: {},
    inputs: { parameters: inputs },
    outputs: { parameters: outputs },
    ...(approve === undefined ? {} : { metadata: { annotations: { "sluice.dev/approve": approve } } }),
  };
}
const yesNo: Parameter = { name: "approval", default: "NO", enum: ["YES", "NO"] };

describe("an answer to a gate", () => {
  it("approves with the value that is not the default", () => {
    const template = gate([yesNo], [supplied("approval")]);
    expect(gateAnswer(template, "approved")).toEqual({ phase: "Succeeded", outputs: { approval: "YES" } });
  });
  it("fails the node of a rejected gate, so that no step that forgets to look at the answer goes on", () => {
    const template = gate([yesNo], [supplied("approval")]);
    expect(gateAnswer(template, "rejected")).toEqual({ phase: "Failed", outputs: {} });
  });
  it("is the phase where nothing is supplied", () => {
    expect(gateAnswer({ suspend: {} }, "approved")).toEqual({ phase: "Succeeded", outputs: {} });
    expect(gateAnswer({ suspend: {} }, "rejected")).toEqual({ phase: "Failed", outputs: {} });
  });
  it("takes the annotation's value, and sets every other supplied output", () => {
    const three = { name: "answer", default: "wait", enum: ["go", "wait", "stop"] };
    const note = { name: "note", default: "none" };
    const template = gate([three, note], [supplied("answer"), supplied("note")], "answer=go");
    expect(gateAnswer(template, "approved")).toEqual({
      phase: "Succeeded",
      outputs: { answer: "go", note: "none" },
    });
  });
  it("compares values as texts, with equal ones counted once", () => {
    const template = gate([{ name: "ok", default: false, enum: [true, false, "false"] }], [supplied("ok")]);
    expect(gateAnswer(template, "approved")).toEqual({ phase: "Succeeded", outputs: { ok: "true" } });
  });
  it.each([
    [
      "three values and no annotation",
      gate([{ ...yesNo, enum: ["YES", "NO", "LATER"] }], [supplied("approval")]),
    ],
    ["a default that sounds like an approval", gate([{ ...yesNo, default: "YES" }], [supplied("approval")])],
    ["an enum of one", gate([{ ...yesNo, enum: ["NO"] }], [supplied("approval")])],
    ["no enum and no annotation", gate([{ name: "a", default: "x" }], [supplied("a")])],
    ["no default", gate([{ name: "approval", enum: ["YES", "NO"] }], [supplied("approval")])],
    ["a default outside the enum", gate([{ ...yesNo, default: "no" }], [supplied("approval")])],
    ["an approve value outside the enum", gate([yesNo], [supplied("approval")], "approval=yes")],
    ["an approve value that is the default", gate([yesNo], [supplied("approval")], "approval=NO")],
    ["an annotation that names no output", gate([yesNo], [supplied("approval")], "aproval=YES")],
    ["an annotation without a value", gate([yesNo], [supplied("approval")], "YES")],
    ["values known only at run time", gate([{ ...yesNo, enum: ["{{x}}", "NO"] }], [supplied("approval")])],
    [
      "another output without any value",
      gate([yesNo], [supplied("approval"), supplied("note")], "approval=YES"),
    ],
  ])("cannot be an approval with %s, and still can reject", (_what, template) => {
    expect(gateAnswer(template, "approved")).toHaveProperty("fault");
    expect(gateAnswer(template, "rejected")).toHaveProperty("phase");
    expect(gateAnswer(template, "rejected")).not.toMatchObject({ outputs: { approval: "YES" } });
  });
  it("is none for a delay", () => {
    expect(gateAnswer({ suspend: { duration: "5m" } }, "approved")).toHaveProperty("fault");
  });
});
