import { parse } from "yaml";
import type { WorkflowSpec } from "../../../manifest/argo.js";
import { describe, expect, it } from "vitest";
import type { Library } from "./facts.js";
import { Play } from "../../../../test/support/interpreter-play.js";

describe("references to WorkflowTemplates", () => {
  it("takes the spec of a workflowTemplateRef and stores templates that a templateRef reaches", () => {
    const library: Library = {
      configMaps: {},
      workflowTemplates: {
        main: template(
          "main",
          `
entrypoint: main
arguments: { parameters: [{ name: text, value: default }, { name: more, value: kept }] }
templates:
  - name: main
    steps: [[{ name: one, templateRef: { name: shared, template: outer } }]]`,
        ),
        shared: template(
          "shared",
          `
templates:
  - name: outer
    steps: [[{ name: two, template: inner }]]
  - name: inner
    container: { image: busybox, args: ["{{workflow.parameters.text}} {{workflow.parameters.more}}"] }`,
        ),
      },
    };
    const play = new Play(
      `
workflowTemplateRef: { name: main }
arguments: { parameters: [{ name: text, value: own }] }`,
      library,
    );
    expect(play.template("two").container?.args).toEqual(["own kept"]);
    expect(play.node("two").templateScope).toBe("namespaced/shared");
    expect(Object.keys(play.workflow.status?.storedTemplates ?? {})).toEqual([
      "namespaced/shared/outer",
      "namespaced/shared/inner",
    ]);
  });
});

function template(name: string, spec: string): Library["workflowTemplates"][string] {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "WorkflowTemplate",
    metadata: { name },
    spec: parse(spec) as WorkflowSpec,
  };
}
