import { describe, expect, it } from "vitest";
import type { Template } from "../manifest/argo.js";
import { referencesIn } from "./references.js";
import { trace, type TaintSource } from "./taint.js";

const strangers: TaintSource = { parameters: ["ref"] };
const taken = "{{inputs.parameters.v}}";
const uses = (name: string, text = taken): Template => ({
  name,
  inputs: { parameters: [{ name: "v" }] },
  container: { image: "x", args: [text] },
});
/** The names (or paths) of the templates whose container sees what is followed. */
function seen(templates: Template[], source = strangers): string[] {
  return trace(templates, source)
    .filter(({ template, sees }) => sees(template.container))
    .map(({ template, path }) => template.name ?? path.join("."));
}
const passing = (value: string, template = "leaf", more: object = {}): Template => ({
  name: "main",
  steps: [[{ name: "s", template, arguments: { parameters: [{ name: "v", value }] }, ...more }]],
});
const source = "{{workflow.parameters.ref}}";

describe("a value that is followed", () => {
  it.each<[what: string, templates: Template[], seen: string[]]>([
    ["where it stands", [uses("leaf", source)], ["leaf"]],
    [
      "not another of its kind",
      [uses("leaf", "{{workflow.parameters.ref2}} {{workflow.parameters.re}}")],
      [],
    ],
    ["among all parameters as one text", [uses("leaf", "{{workflow.parameters.json}}")], ["leaf"]],
    ["among all parameters of an expression", [uses("leaf", "{{=toJson(workflow.parameters)}}")], ["leaf"]],
    ["through an argument", [passing(source), uses("leaf")], ["leaf"]],
    ["not through another argument", [passing("constant"), uses("leaf")], []],
    ["not into another input", [passing(source), uses("leaf", "{{inputs.parameters.w}}")], []],
    ["among all inputs as one text", [passing(source), uses("leaf", "{{inputs.parameters}}")], ["leaf"]],
    ["not into a template that is not called", [passing(source), uses("leaf"), uses("other")], ["leaf"]],
    [
      "through an argument's default",
      [
        {
          name: "main",
          dag: {
            tasks: [
              { name: "s", template: "leaf", arguments: { parameters: [{ name: "v", default: source }] } },
            ],
          },
        },
        uses("leaf"),
      ],
      ["leaf"],
    ],
    [
      "through an input's own default",
      [{ ...uses("leaf"), inputs: { parameters: [{ name: "v", default: source }] } }],
      ["leaf"],
    ],
    [
      "through an input's own value",
      [{ ...uses("leaf"), inputs: { parameters: [{ name: "v", value: source }] } }],
      ["leaf"],
    ],
    [
      "through a hook",
      [
        passing("x", "quiet", {
          hooks: { exit: { template: "leaf", arguments: { parameters: [{ name: "v", value: source }] } } },
        }),
        uses("quiet"),
        uses("leaf"),
      ],
      ["leaf"],
    ],
    [
      "through the items of a loop",
      [passing("{{item}}", "leaf", { withParam: source }), uses("leaf")],
      ["leaf"],
    ],
    [
      "through written items",
      [passing("{{item.a}}", "leaf", { withItems: [{ a: source }] }), uses("leaf")],
      ["leaf"],
    ],
    [
      "through the ends of a sequence",
      [passing("{{item}}", "leaf", { withSequence: { count: source } }), uses("leaf")],
      ["leaf"],
    ],
    ["not through items that are not used", [passing("x", "leaf", { withParam: source }), uses("leaf")], []],
    [
      "through an output",
      [
        {
          name: "main",
          steps: [
            [{ name: "a", template: "make", arguments: { parameters: [{ name: "v", value: source }] } }],
            [
              {
                name: "b",
                template: "leaf",
                arguments: { parameters: [{ name: "v", value: "{{steps.a.outputs.parameters.out}}" }] },
              },
            ],
          ],
        },
        {
          name: "make",
          inputs: { parameters: [{ name: "v" }] },
          outputs: { parameters: [{ name: "out", valueFrom: { expression: "inputs.parameters.v" } }] },
        },
        uses("leaf"),
      ],
      ["leaf"],
    ],
    [
      "through all outputs as one text",
      [
        {
          name: "main",
          dag: {
            tasks: [
              { name: "a", template: "make" },
              {
                name: "b",
                template: "leaf",
                arguments: { parameters: [{ name: "v", value: "{{tasks.a.outputs.parameters}}" }] },
              },
            ],
          },
        },
        { name: "make", outputs: { parameters: [{ name: "out", value: source }] } },
        uses("leaf"),
      ],
      ["leaf"],
    ],
    [
      "through a global output, wherever it is read",
      [
        {
          name: "make",
          outputs: {
            parameters: [
              { name: "out", value: source, globalName: "all" },
              { name: "own", value: "x", globalName: "harmless" },
            ],
          },
        },
        uses("leaf", "{{workflow.outputs.parameters.all}}"),
        uses("whole", "{{=toJson(workflow.outputs.parameters)}}"),
        uses("quiet", "{{workflow.outputs.parameters.harmless}}"),
      ],
      ["leaf", "whole"],
    ],
    [
      "into an inline template, by its own inputs and by the names around it",
      [
        {
          name: "main",
          inputs: { parameters: [{ name: "v", value: source }] },
          steps: [
            [
              { name: "a", inline: { container: { args: [taken] } } },
              {
                name: "b",
                inline: {
                  inputs: { parameters: [{ name: "w" }] },
                  container: { args: ["{{inputs.parameters.w}}"] },
                },
                arguments: { parameters: [{ name: "w", value: taken }] },
              },
              { name: "c", inline: { container: { args: ["{{inputs.parameters.other}}"] } } },
            ],
          ],
        },
      ],
      ["0.steps.0.0.inline", "0.steps.0.1.inline"],
    ],
    [
      "around a recursion, once",
      [
        {
          ...passing(taken, "main"),
          inputs: { parameters: [{ name: "v", default: source }] },
          container: { args: [taken] },
        },
      ],
      ["main"],
    ],
  ])("is seen %s", (_what, templates, names) => {
    expect(seen(templates)).toEqual(names);
  });
  it("may begin at an output", () => {
    const templates: Template[] = [
      {
        name: "main",
        steps: [
          [{ name: "a", template: "authorize" }],
          [
            {
              name: "b",
              template: "leaf",
              arguments: { parameters: [{ name: "v", value: "{{steps.a.outputs.parameters.token}}" }] },
            },
            {
              name: "c",
              template: "quiet",
              arguments: { parameters: [{ name: "v", value: "{{steps.a.outputs.parameters.name}}" }] },
            },
          ],
        ],
      },
      uses("leaf"),
      uses("quiet"),
    ];
    const output = { template: "authorize", name: "token" };
    expect(seen(templates, { output })).toEqual(["leaf"]);
    const takes = trace(templates, { output }).filter((one) => one.takes);
    expect(takes.map(({ template, path }) => [template.name, path])).toEqual([["leaf", [1]]]);
    expect(seen(templates, {})).toEqual([]);
  });
});

describe("references to parameters", () => {
  it.each<[text: unknown, references: ReturnType<typeof referencesIn>]>([
    ["{{inputs.parameters.a}}", [{ list: "inputs.parameters", name: "a" }]],
    [
      "inputs.parameters['a-b'] + inputs . parameters [ \"c\" ]",
      [
        { list: "inputs.parameters", name: "a-b" },
        { list: "inputs.parameters", name: "c" },
      ],
    ],
    ["inputs?.parameters?.a", [{ list: "inputs.parameters", name: "a" }]],
    ["inputs?.['parameters']?.['a']", [{ list: "inputs.parameters", name: "a" }]],
    ["steps['a-b'].outputs.parameters.c", [{ list: "steps.a-b.outputs.parameters", name: "c" }]],
    ["{{tasks.a.outputs.parameters.b}}", [{ list: "tasks.a.outputs.parameters", name: "b" }]],
    ["{{workflow.outputs.parameters.b}}", [{ list: "workflow.outputs.parameters", name: "b" }]],
    ["{{workflow.parameters}}", [{ list: "workflow.parameters" }]],
    ["{{workflow.parameters.json}}", [{ list: "workflow.parameters" }]],
    [{ deep: ["x", { "workflow.parameters.a": 1 }] }, [{ list: "workflow.parameters", name: "a" }]],
    [{ quoted: "inputs.parameters['a']" }, [{ list: "inputs.parameters", name: "a" }]],
    [{ quoted: 'inputs.parameters["a"]' }, [{ list: "inputs.parameters", name: "a" }]],
    ["my-inputs.parameters.a myinputs.parameters.a x.inputs.parameters.a", []],
    ["{{inputs.artifacts.a}} parameters.a", []],
    ["nothing", []],
    [undefined, []],
    [() => 1, []],
    [7, []],
  ])("%j", (text, references) => {
    expect(referencesIn(text)).toEqual(references);
  });
});
