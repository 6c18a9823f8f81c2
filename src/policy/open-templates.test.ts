import { describe, expect, it } from "vitest";
import type { Call, Template, WorkflowSpec } from "../manifest/argo.js";
import { openTemplates } from "./open-templates.js";
import { everyTemplate } from "./walk-templates.js";

/** The paths of the templates that a run may rewrite. */
function open(templates: Template[], spec: object = {}): string[] {
  const whole = { entrypoint: "main", templates, ...spec } as WorkflowSpec;
  const found = openTemplates(whole);
  return everyTemplate(templates)
    .filter(({ template }) => found.has(template))
    .map(({ path }) => path.join("."));
}
const main = (...calls: Partial<Call>[]): Template => ({
  name: "main",
  steps: calls.map((call, index) => [{ name: `c${index}`, ...call }]),
});
const says = (text: string): Template => ({ container: { image: "x", args: [text] } });
/** Calls `a` and `b`, and says something to `b`. */
const asks = (text: string): Template => ({
  steps: [
    [{ name: "a", template: "gate" }],
    [{ name: "b", template: "apply", arguments: { parameters: [{ name: "p", value: text }] } }],
  ],
});
const inline = "0.steps.0.0.inline";

describe("an inline template", () => {
  it.each([
    ["that has no tag", asks("plain")],
    ["that is told what its own calls give", asks("{{steps.a.outputs.parameters.ok}}")],
    ["that is told what is fixed before the run", asks("{{workflow.parameters.x}} {{ workflow.name }}")],
    [
      "that is told the names of the run",
      asks("{{workflow.namespace}} {{workflow.uid}} {{workflow.creationTimestamp}}"),
    ],
  ])("%s stays what it is", (_what, template) => {
    const parameters = [{ name: "x", value: "plain" }];
    expect(open([main({ inline: template })], { arguments: { parameters } })).toEqual([]);
  });
  it.each<[string, object]>([
    ["that is not given", {}],
    ["that may begin a tag", { arguments: { parameters: [{ name: "x", value: "{{a" }] } }],
    ["that may end a tag", { arguments: { parameters: [{ name: "x", value: "a}}" }] } }],
    ["that is read from the cluster", { arguments: { parameters: [{ name: "x", valueFrom: {} }] } }],
  ])("may be rewritten, with the one around it, by a parameter of the run %s", (_what, spec) => {
    expect(open([main({ inline: asks("{{workflow.parameters.x}}") })], spec)).toEqual(["0", inline]);
  });
  it.each([
    ["an input", "{{inputs.parameters.x}}"],
    ["what another step gives", "{{steps.z.outputs.result}}"],
    ["what a task gives", "{{tasks.z.outputs.result}}"],
    ["an item", "{{item}}"],
    ["an input whose name ends as a step of its own", "{{inputs.parameters.steps.a.outputs}}"],
    ["what another step gives, whose name begins as its own", "{{steps.ab.outputs.result}}"],
  ])("may be rewritten by %s", (_what, text) => {
    expect(open([main({ inline: asks(text) })])).toEqual([inline]);
    expect(open([main({ inline: says(text) })])).toEqual([inline]);
  });
  it.each([
    ["what the run gives", "{{workflow.outputs.parameters.x}}"],
    ["what failed in it", "{{workflow.failures}}"],
    ["an expression", "{{=steps.a.outputs.result}}"],
    ["a tag inside a tag", "{{a{{workflow.name}}}}"],
    ["a tag that nothing closes", "{{workflow.name"],
  ])("may be rewritten, with the one around it, by %s", (_what, text) => {
    expect(open([main({ inline: asks(text) })])).toEqual(["0", inline]);
  });
  it("may be rewritten by what stands in its call", () => {
    const parameters = [{ name: "p", value: "{{inputs.parameters.x}}" }];
    expect(open([main({ inline: asks("plain"), arguments: { parameters } })])).toEqual([inline]);
    expect(open([main({ inline: asks("plain"), when: "{{steps.z.outputs.result}}" })])).toEqual([inline]);
  });
  it("may be rewritten by a tag that ends in it, whatever it begins with", () => {
    const parameters = [{ name: "p", value: "{{steps.a.outputs" }];
    const template: Template = { steps: [[{ name: "a", template: "}}" }]] };
    expect(open([main({ inline: template, arguments: { parameters } })])).toEqual(["0", inline]);
  });
  it("may be rewritten by a step around it that has the name of one inside it", () => {
    const tag = "{{steps.a.outputs.parameters.ok}}";
    expect(open([main({ name: "a", template: "plan" }, { inline: asks(tag) })])).toEqual([
      "0.steps.1.0.inline",
    ]);
    expect(open([main({ name: "b", template: "plan" }, { inline: asks(tag) })])).toEqual([]);
  });
  it("is given the items of a list that is written out, under names that are words", () => {
    const listed = (withItems: NonNullable<Call["withItems"]>) =>
      open([main({ withItems, inline: asks("{{item}}") })]);
    expect(listed(["x", "y"])).toEqual([]);
    expect(open([main({ withItems: ["x"], inline: asks("{{=item}}") })])).toEqual(["0", inline]);
    expect(open([main({ withItems: ["x"], inline: asks("{{inputs.parameters.item}}") })])).toEqual([inline]);
    const given = { withParam: "[]", inline: asks("{{item}}") };
    expect(open([main(given)])).toEqual([inline]);
    const cut = { [`a"},"serviceAccountName":"plain","annotations":{"z":"b`]: "v" };
    const text = { ...says("#{{item.a"), serviceAccountName: "plain", annotations: { z: "b}}" } };
    expect(open([main({ withItems: [cut], inline: text })])).toEqual(["0", inline]);
  });
  it("may be rewritten with the one around it", () => {
    const outer: Template = { steps: [[{ name: "in", inline: asks("plain") }]] };
    const deep = `${inline}.steps.0.0.inline`;
    expect(open([main({ inline: outer, when: "{{steps.z.outputs.result}}" })])).toEqual([inline, deep]);
    const sibling: Template = {
      steps: [
        [{ name: "p", template: "plan" }],
        [{ name: "q", template: "plan", when: "{{steps.p.outputs.result}}" }],
        [{ name: "in", inline: asks("plain") }],
      ],
    };
    expect(open([main({ inline: sibling })])).toEqual([]);
    const within: Template = { steps: [[{ name: "in", inline: asks("{{steps.a.outputs.result}}") }]] };
    expect(open([main({ inline: within })])).toEqual([]);
  });
});

describe("a named template", () => {
  it("is filled in once, by what its inputs bring", () => {
    expect(open([{ name: "t", ...asks("{{inputs.parameters.x}} {{steps.z.outputs.result}} }}") }])).toEqual(
      [],
    );
  });
  it("may be rewritten by a tag that ends in another field", () => {
    const cut: Template = {
      name: "t",
      steps: [
        [{ name: "a", template: "gate", when: "{{workflow.outputs.parameters.a" }],
        [{ name: "b", template: "apply", when: "b}}" }],
      ],
    };
    expect(open([cut])).toEqual(["0"]);
  });
  it("may be rewritten by a tag around another one that begins in another field", () => {
    const cut: Template = {
      name: "t",
      steps: [
        [{ name: "a", template: "gate", when: "{{a" }],
        [{ name: "b", template: "apply", when: "{{inputs.parameters.x}}" }],
      ],
    };
    expect(open([cut])).toEqual(["0"]);
  });
  it("is filled in twice by what the run gives and by what is computed", () => {
    for (const text of ["{{workflow.outputs.parameters.x}}", '{{=sprig.trim("x")}}', "{{workflow}}"])
      expect(open([{ name: "t", ...asks(text) }])).toEqual(["0"]);
  });
  it("may be rewritten by a tag that stands in the defaults, or in a key", () => {
    const templateDefaults = { activeDeadlineSeconds: "{{workflow.outputs.parameters.a", timeout: "z}}" };
    expect(open([{ name: "t", ...asks("plain") }], { templateDefaults })).toEqual(["0"]);
    expect(open([{ name: "t", ...asks("plain"), metadata: { labels: { "{{a": "b" } } }])).toEqual(["0"]);
  });
  it("may be rewritten in whatever order its fields stand", () => {
    const fields = [
      ["timeout", "z}}"],
      ["container", { image: "x" }],
      ["activeDeadlineSeconds", "{{a"],
    ] as const;
    for (const order of [fields, fields.toReversed()])
      expect(open([{ name: "t", ...Object.fromEntries(order) }])).toEqual(["0"]);
  });
  const template = { name: "t", ...asks("{{inputs.parameters.x}}") };
  const retryStrategy = { limit: 1 };
  it.each<[string, Template, object]>([
    ["its own", { ...template, retryStrategy }, {}],
    ["the defaults'", template, { templateDefaults: { retryStrategy } }],
    ["the run's", template, { retryStrategy }],
  ])("is filled in again by retries, %s", (_what, given, spec) => {
    expect(open([given], spec)).toEqual(["0"]);
  });
  it("stays what it is when retries bring nothing into it", () => {
    const text = "{{steps.a.outputs.result}} {{workflow.name}}";
    expect(open([{ name: "t", retryStrategy, ...asks(text) }])).toEqual([]);
    const longer: Template = { steps: [[{ name: "plan", template: "p", when: "{{steps.plan.id}}" }]] };
    expect(open([{ name: "t", retryStrategy, ...longer }])).toEqual([]);
  });
});
