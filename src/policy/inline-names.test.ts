import { describe, expect, it } from "vitest";
import type { WorkflowSpec } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";
import { compile, type CompileInput } from "./compile.js";
import { compiled, head, input } from "./compile-maker.js";
import { RepositoryPolicy } from "./configuration.js";
import { scopeOf } from "./inline-templates.js";
import { makeManifest } from "./manifest-maker.js";

const library = (name: string, templates: string): Manifest =>
  makeManifest(
    `kind: WorkflowTemplate\nmetadata: { name: ${name} }\nspec:\n  templates:\n${templates}`,
    `.workflows/${name}.yaml`,
  );
const leaf = (name: string) => `    - { name: ${name}, container: { image: x } }\n`;
const calling = (call: string, more = "") =>
  `${head}spec:\n  entrypoint: main\n  templates:\n    - { name: main, steps: [[{ name: a, ${call} }]] }\n${more}`;
const reference = (name: string, template: string) => `templateRef: { name: ${name}, template: ${template} }`;
const specOf = (text: string, change: Partial<CompileInput>): WorkflowSpec => compiled(text, change).spec;
const namesOf = ({ templates = [] }: WorkflowSpec) => templates.map(({ name }) => name);
const said = (text: string, change: Partial<CompileInput> = {}): string[] => {
  const result = compile(input(text, change));
  if ("workflow" in result) return [];
  return result.problems.map(({ position, message }) => `${position.file}:${position.line} ${message}`);
};

describe("a template that is copied from another manifest", () => {
  it("gets a name that nothing else has", () => {
    const others = [library("lib", leaf("t")), library("li.b", leaf("t")), library("li-b", leaf("t"))];
    const text = calling(reference("lib", "t"), leaf("lib--t"));
    const spec = specOf(text, { library: others });
    expect(namesOf(spec)).toEqual(["main", "lib--t", "lib--t-2"]);
    expect(spec.templates?.[0]?.steps?.[0]?.[0]).toEqual({ name: "a", template: "lib--t-2" });
    const crowded = calling(reference("lib", "t"), leaf("lib--t") + leaf("lib--t-2"));
    expect(namesOf(specOf(crowded, { library: others }))).toContain("lib--t-3");
    const alike = calling(`${reference("li.b", "t")} }, { name: b, ${reference("li-b", "t")}`);
    expect(namesOf(specOf(alike, { library: others }))).toEqual(["main", "li-b--t", "li-b--t-2"]);
  });
  it("is called by that name in hooks, exit handlers, inline templates and hooks of the workflow", () => {
    const others = [library("lib", leaf("t") + leaf("u"))];
    const ref = reference("lib", "t");
    const text = `${head}spec:
  entrypoint: main
  hooks: { running: { expression: "true", ${ref} }, exit: { template: main } }
  templates:
    - name: main
      dag:
        tasks:
          - { name: a, template: main, onExit: main, hooks: { exit: { ${ref} } } }
          - { name: b, inline: { steps: [[{ name: c, ${reference("lib", "u")} }]] } }
`;
    const spec = specOf(text, { library: others });
    expect(spec["hooks"]).toEqual({
      running: { expression: "true", template: "lib--t" },
      exit: { template: "main" },
    });
    expect(spec.templates?.[0]?.dag?.tasks).toEqual([
      { name: "a", template: "main", onExit: "main", hooks: { exit: { template: "lib--t" } } },
      { name: "b", inline: { steps: [[{ name: "c", template: "lib--u" }]] } },
    ]);
    expect(namesOf(spec)).toEqual(["main", "lib--t", "lib--u"]);
  });
  it("may call back the manifest that the run is of, by its own names", () => {
    const own = `kind: WorkflowTemplate\nmetadata:\n  name: own\nspec:\n  entrypoint: main\n  templates:\n    - { name: main, steps: [[{ name: a, ${reference("lib", "t")} }]] }\n`;
    const others = [
      library("lib", `    - { name: t, steps: [[{ name: b, ${reference("own", "main")} }]] }\n`),
    ];
    const manifest = makeManifest(own);
    for (const policy of [
      RepositoryPolicy.parse({}),
      RepositoryPolicy.parse({ templates: ["own", "lib"] }),
    ]) {
      const spec = specOf(own, { manifest, library: others, policy });
      expect(namesOf(spec)).toEqual(["main", "lib--t"]);
      expect(spec.templates?.[1]?.steps).toEqual([[{ name: "b", template: "main" }]]);
    }
  });
  it("is looked for in the commit first, in the cluster where the run may call it", () => {
    const policy = RepositoryPolicy.parse({ templates: ["lib", "cluster/lib"] });
    const others = [library("lib", leaf("t"))];
    const text = calling(reference("lib", "t"));
    expect(namesOf(specOf(text, { library: others, policy }))).toEqual(["main", "lib--t"]);
    const kept = { name: "a", templateRef: { name: "lib", template: "t" } };
    expect(specOf(text, { policy }).templates?.[0]?.steps).toEqual([[kept]]);
    const cluster = calling("templateRef: { name: lib, template: t, clusterScope: true }");
    expect(namesOf(specOf(cluster, { library: others, policy }))).toEqual(["main"]);
    const scoped = calling("templateRef: { name: lib, template: t, clusterScope: false }");
    expect(namesOf(specOf(scoped, { library: others }))).toEqual(["main", "lib--t"]);
    const chosen = calling("templateRef: { name: lib, template: '{{x}}' }");
    expect(said(chosen, { policy: RepositoryPolicy.parse({ templates: ["*"] }) })).toHaveLength(1);
    const chosenCluster = calling("templateRef: { name: '{{x}}', template: t, clusterScope: true }");
    expect(said(chosenCluster, { policy: RepositoryPolicy.parse({ templates: ["cluster/*"] }) })).toEqual([
      ".workflows/test.yaml:8 The cluster's template `{{x}}` is not one that this repository may call.",
    ]);
  });
  it("is reported at the line of the call when it is not there, in the manifest that calls it", () => {
    const others = [
      library(
        "lib",
        `${leaf("t")}    - { name: u, steps: [[{ name: b, template: gone, onExit: "{{x}}" }]] }\n`,
      ),
    ];
    expect(said(calling(reference("lib", "v")), { library: others })).toEqual([
      ".workflows/test.yaml:8 There is no template `v` in the WorkflowTemplate `lib`.",
    ]);
    expect(said(calling(reference("lib", "u")), { library: others })).toEqual([
      ".workflows/lib.yaml:6 There is no template `gone` in lib.",
      ".workflows/lib.yaml:6 There is no template `{{x}}` in lib.",
    ]);
    expect(said(calling("template: main, hooks: { exit: { template: gone } }"))).toEqual([
      ".workflows/test.yaml:8 There is no template `gone` in deploy.",
    ]);
    expect(said(calling("templateRef: {}"))).toEqual([
      ".workflows/test.yaml:8 There is no WorkflowTemplate `` in this commit's .workflows folder.",
    ]);
    const sameName = [makeManifest("kind: Workflow\nmetadata: { name: lib }\nspec: {}\n", "w.yaml")];
    expect(said(calling(reference("lib", "t")), { library: sameName })).toHaveLength(1);
  });
});

describe("where the templates of a manifest stand", () => {
  it("is the spec, or the workflowSpec of a CronWorkflow, even when there is none", () => {
    const scope = (text: string) => {
      const { spec, specPath } = scopeOf(makeManifest(text));
      return [specPath, spec];
    };
    expect(scope("kind: Workflow\nmetadata: { name: x }\nspec: { entrypoint: a }\n")).toEqual([
      ["spec"],
      { entrypoint: "a" },
    ]);
    expect(scope("kind: Workflow\nmetadata: { name: x }\n")).toEqual([["spec"], {}]);
    expect(
      scope("kind: CronWorkflow\nmetadata: { name: x }\nspec: { workflowSpec: { entrypoint: a } }\n"),
    ).toEqual([["spec", "workflowSpec"], { entrypoint: "a" }]);
    expect(scope("kind: CronWorkflow\nmetadata: { name: x }\nspec: {}\n")).toEqual([
      ["spec", "workflowSpec"],
      {},
    ]);
    expect(scope("kind: CronWorkflow\nmetadata: { name: x }\n")).toEqual([["spec", "workflowSpec"], {}]);
  });
});
