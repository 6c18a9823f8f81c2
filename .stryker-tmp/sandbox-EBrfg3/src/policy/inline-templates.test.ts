import { describe, expect, it } from "vitest";
import type { Template } from "../manifest/argo.js";
import { compile } from "./compile.js";
import { compiled, head, input, problemsOf } from "./compile-maker.js";
import { makeManifest } from "./manifest-maker.js";

describe("templates of other manifests", () => {
  const library = [
    makeManifest(
      `kind: WorkflowTemplate
metadata: { name: shared.lib }
spec:
  entrypoint: outer
  arguments: { parameters: [{ name: size, value: small }] }
  templates:
    - name: outer
      steps:
        - - { name: a, template: main, onExit: main }
          - { name: again, templateRef: { name: shared.lib, template: outer }, when: "false" }
          - { name: other, templateRef: { name: second, template: main } }
    - name: main
      container: { image: busybox, command: [echo, shared] }
`,
      ".workflows/shared.yaml",
    ),
    makeManifest(
      "kind: WorkflowTemplate\nmetadata: { name: second }\nspec:\n  templates:\n    - name: main\n      container: { image: busybox }\n    - name: root\n      hostAliases: []\n",
      ".workflows/second.yaml",
    ),
  ];
  const calling = (name: string, template: string): string =>
    `${head}spec:\n  entrypoint: main\n  templates:\n    - name: main\n      steps:\n        - - { name: x, templateRef: { name: ${name}, template: ${template} } }\n`;

  it("are copied under names of their own, each once", () => {
    const templates = compiled(calling("shared.lib", "outer"), { library }).spec.templates ?? [];
    const byName = new Map(templates.map((template): [string, Template] => [template.name ?? "", template]));
    expect([...byName.keys()]).toEqual(["main", "shared-lib--outer", "shared-lib--main", "second--main"]);
    expect(byName.get("main")?.steps).toEqual([[{ name: "x", template: "shared-lib--outer" }]]);
    expect(byName.get("shared-lib--outer")?.steps).toEqual([
      [
        { name: "a", template: "shared-lib--main", onExit: "shared-lib--main" },
        { name: "again", template: "shared-lib--outer", when: "false" },
        { name: "other", template: "second--main" },
      ],
    ]);
    expect(JSON.stringify(templates)).not.toContain("templateRef");
  });
  it("are held to the same list, at their own lines", () => {
    const result = compile(input(calling("second", "root"), { library }));
    expect("problems" in result && result.problems[0]).toMatchObject({
      text: "hostAliases",
      position: { file: ".workflows/second.yaml", line: 8 },
    });
  });
  it("must be in the commit, once, under a fixed name", () => {
    expect(problemsOf(calling("gone", "main"), { library })).toEqual([
      expect.stringMatching(/^10: There is no WorkflowTemplate `gone`/),
    ]);
    expect(problemsOf(calling("second", "gone"), { library })).toEqual([
      expect.stringMatching(/^10: There is no template `gone`/),
    ]);
    expect(problemsOf(calling("'{{item}}'", "main"), { library })).toEqual([
      expect.stringMatching(/must be fixed/),
    ]);
    expect(problemsOf(calling("second", "main"), { library: [...library, ...library] })).toEqual([
      expect.stringMatching(/is both in/),
    ]);
  });
  it("are the whole workflow through workflowTemplateRef", () => {
    const text = `${head}spec:\n  arguments: { parameters: [{ name: size, value: large }] }\n  workflowTemplateRef: { name: shared.lib }\n`;
    const { spec } = compiled(text, { library });
    expect(spec.entrypoint).toBe("outer");
    expect(spec.arguments?.parameters?.[0]).toEqual({ name: "size", value: "large" });
    expect(spec.templates?.map(({ name }) => name)).toEqual(["outer", "main", "second--main"]);
    expect(spec).not.toHaveProperty("workflowTemplateRef");
  });
});
