import { describe, expect, it } from "vitest";
import { checkManifests } from "../check.js";
import type { Problem } from "../problem.js";

const HEAD = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { name: a }\nspec:\n";

function check(...texts: string[]): Problem[] {
  return checkManifests(texts.map((text, index) => ({ path: `${index}.yaml`, text }))).problems;
}

/** What is wrong with a spec, as `line:column rule text`; line 1 is the first line of the spec. */
function faults(spec: string): string[] {
  return check(HEAD + spec).map(
    ({ position, rule, text }) => `${position.line - 4}:${position.column} ${rule} ${text ?? ""}`,
  );
}

const LEAF = `
    - name: leaf
      inputs: { parameters: [{ name: p, default: x }] }
      outputs: { parameters: [{ name: out, valueFrom: { path: /o } }] }
      container: { image: sh }
`;

function steps(...lines: string[]): string {
  return `  entrypoint: main\n  templates:\n    - name: main\n      steps:\n${lines.map((line) => `        ${line}\n`).join("")}${LEAF.slice(1)}`;
}

function tasks(...lines: string[]): string {
  return steps(...lines)
    .replace("steps:", "dag: { tasks: [")
    .replace("    - name: leaf", "              ] }\n    - name: leaf");
}

describe("templates and calls", () => {
  it("finds unknown templates wherever one is called, with the nearest name", () => {
    const spec = steps(
      "- - { name: a, template: laef, onExit: gone }",
      "  - { name: b, template: leaf, hooks: { exit: { template: lost } } }",
    );
    expect(faults(`${spec}  onExit: nowhere\n`)).toEqual([
      "5:34 unknown-template laef",
      "5:48 unknown-template gone",
      "6:67 unknown-template lost",
      "11:11 unknown-template nowhere",
    ]);
    expect(check(HEAD + spec)[0]?.hint).toBe("Did you mean `leaf`?");
  });

  it("lets `github-authorize` be called without a definition, and knows what it gives", () => {
    const use = (name: string): string =>
      steps(
        "- - { name: auth, template: github-authorize }",
        `- - { name: b, template: leaf, arguments: { parameters: [{ name: p, value: "{{steps.auth.outputs.parameters.${name}}}" }] } }`,
      );
    expect(faults(use("github-token"))).toEqual([]);
    expect(faults(use("token"))).toEqual(["6:85 unknown-reference {{steps.auth.outputs.parameters.token}}"]);
  });

  it("follows a templateRef into the commit, and only warns beyond it", () => {
    const library = `${HEAD.replace("kind: Workflow", "kind: WorkflowTemplate").replace("name: a", "name: lib")}  templates:\n    - { name: t, suspend: {} }\n`;
    const caller = (name: string, template: string): string =>
      HEAD + steps(`- - { name: a, templateRef: { name: ${name}, template: ${template} } }`);
    expect(check(caller("lib", "t"), library)).toEqual([]);
    expect(check(caller("lib", "u"), library).map(({ rule }) => rule)).toEqual(["unknown-template"]);
    const [problem] = check(caller("libs", "t"), library);
    expect(problem).toMatchObject({
      rule: "unknown-workflow-template",
      severity: "warning",
      hint: "Did you mean `lib`?",
    });
  });

  it("asks for one type, one name and something to do", () => {
    const spec =
      "  templates:\n    - { name: a }\n    - { name: a, suspend: {}, container: { image: i } }\n    - { name: b, steps: [] }\n    - { name: c d, dag: { tasks: [] } }\n";
    expect(faults(`${spec}`)).toEqual([
      "0:1 missing-entrypoint spec",
      "2:15 missing-template-type a",
      "3:15 duplicate-template a",
      "3:18 several-template-types suspend",
      "4:18 empty-steps steps",
      "5:15 invalid-name c d",
      "5:27 empty-steps tasks",
    ]);
  });

  it("asks for the arguments that a template needs", () => {
    const need = steps("- - { name: a, template: leaf }").replace("default: x", "description: x");
    expect(faults(need)).toEqual(["5:21 missing-argument a"]);
    const empty = "- - { name: a, template: leaf, arguments: { parameters: [{ name: p }] } }";
    expect(faults(steps(empty))).toEqual(["5:21 missing-argument a"]);
    const supplied =
      "- - { name: a, template: leaf, arguments: { parameters: [{ name: p, value: 1 }, { name: unused, value: z }] } }";
    expect(faults(steps(supplied))).toEqual([]);
  });

  it("warns of a recursion without a condition", () => {
    const loop = (when: string): string[] => faults(steps(`- - { name: a, template: main${when} }`));
    expect(loop("")).toEqual(["5:34 endless-recursion main"]);
    expect(loop(", when: a == b")).toEqual([]);
  });
});

describe("tasks", () => {
  it("prints the cycle", () => {
    const spec = tasks(
      "{ name: a, template: leaf, dependencies: [c] },",
      "{ name: b, template: leaf, dependencies: [a] },",
      "{ name: c, template: leaf, dependencies: [b] },",
    );
    const [problem] = check(HEAD + spec);
    expect(problem).toMatchObject({
      rule: "dependency-cycle",
      message: "The tasks wait for each other: a -> c -> b -> a.",
    });
  });

  it("finds unknown tasks and results in their place", () => {
    const spec = tasks(
      '{ name: one, template: leaf, depends: "two.Succeeded && (tow || two.Succeded)" },',
      "{ name: two, template: leaf }",
    );
    expect(faults(spec)).toEqual(["5:66 unknown-task tow", "5:73 unknown-task-result two.Succeded"]);
  });

  it("refers only to tasks that it waits for", () => {
    const use = (depends: string): string[] =>
      faults(
        tasks(
          "{ name: a, template: leaf },",
          "{ name: b, template: leaf, dependencies: [a] },",
          `{ name: c, template: leaf, ${depends}when: "{{tasks.a.outputs.result}} == x" }`,
        ),
      );
    expect(use("dependencies: [b], ")).toEqual([]);
    expect(use("")).toEqual(["7:43 late-reference {{tasks.a.outputs.result}}"]);
  });
});

describe("references", () => {
  it("stand at their place in the text, also the second of two and in a block", () => {
    const spec = `  entrypoint: main\n  arguments: { parameters: [{ name: known, value: v }] }\n  templates:
    - name: main
      inputs: { parameters: [{ name: p, value: v }] }
      script:
        image: sh
        source: |
          echo {{inputs.parameters.p}} {{workflow.parameters.known}}
          echo {{inputs.parameters.q}} {{inputs.parameters.q}} {{workflow.parameters.knwon}}
          {{unknown.tool}} {{item}} {{workflow.nam}} {{workflow.parameters.github-sha}}
          {{steps.a.outputs.result}} {{steps.name}} {{=foo(']')}} {{=foo(}} {{inputs.parameters.p
`;
    expect(faults(spec)).toEqual([
      "10:16 unknown-reference {{inputs.parameters.q}}",
      "10:40 unknown-reference {{inputs.parameters.q}}",
      "10:64 unknown-reference {{workflow.parameters.knwon}}",
      "11:37 unknown-reference {{workflow.nam}}",
      "12:11 unknown-reference {{steps.a.outputs.result}}",
      "12:67 unbalanced-expression {{=foo(}}",
      "12:77 unclosed-tag {{inputs.parameters.p",
    ]);
  });

  it("look back at earlier step groups only; hooks and outputs see all", () => {
    const spec = steps(
      '- - { name: a, template: leaf, when: "{{steps.b.outputs.result}} == {{steps.c.status}}" }',
      '- - { name: b, template: leaf, hooks: { exit: { template: leaf, expression: "true", arguments: { parameters: [{ name: p, value: "{{steps.b.outputs.parameters.out}}" }] } } } }',
    ).replace(
      "      steps:",
      "      outputs: { parameters: [{ name: r, valueFrom: { parameter: '{{steps.b.outputs.parameters.out}}' } }] }\n      steps:",
    );
    expect(faults(spec)).toEqual([
      "6:47 late-reference {{steps.b.outputs.result}}",
      "6:77 unknown-reference {{steps.c.status}}",
    ]);
  });
});

it("does not report again what follows from a value that could not be read", () => {
  const single = steps(
    "- { name: a, template: leaf }",
    '- - { name: b, template: leaf, when: "{{steps.a.status}}" }',
  );
  expect(faults(single)).toEqual(["5:11 wrong-type { name: a, template: leaf }"]);
  expect(faults("  entrypont: main\n  templates: [{ name: main, suspend: {} }]\n")).toEqual([
    "1:3 unknown-field entrypont",
  ]);
});

it("reports ten different mistakes as ten problems", () => {
  const spec = `  entrypoint: mian
  onExti: done
  parallelism: two
  templates:
    - name: main
      steps:
        - - { name: a, template: leaf, argumnets: { parameters: [] } }
        - - { name: a, template: leaf }
          - { name: c, templat: leaf }
        - - { name: d, template: leaf, when: "{{steps.e.status}}" }
    - name: none
    - name: dag
      dag:
        tasks:
          - { name: t, template: leaf, dependencies: [u] }
    - name: leaf
      container:
        image: sh
        args: one
        command: ["{{inputs.parameters.nothing}}"]
`;
  expect(faults(spec).map((fault) => fault.split(" ").slice(0, 2).join(" "))).toEqual([
    "1:15 unknown-template",
    "2:3 unknown-field",
    "3:16 wrong-type",
    "7:40 unknown-field",
    "8:21 duplicate-step",
    "9:24 unknown-field",
    "10:47 unknown-reference",
    "11:13 missing-template-type",
    "15:55 unknown-task",
    "19:15 wrong-type",
    "20:20 unknown-reference",
  ]);
});
