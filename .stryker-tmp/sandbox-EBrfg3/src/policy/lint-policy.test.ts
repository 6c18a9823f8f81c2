import { describe, expect, it } from "vitest";
import { lintPolicy } from "./lint-policy.js";
import { makeManifest } from "./manifest-maker.js";

function lint(templates: string, annotations = ""): string[] {
  const text = `kind: WorkflowTemplate\nmetadata:\n  name: x\n  annotations: {${annotations}}\nspec:\n  entrypoint: main\n  templates:\n${templates}`;
  return lintPolicy([makeManifest(text)]).map(
    ({ severity, rule, position }) => `${position.line} ${severity} ${rule}`,
  );
}
const gate = (annotations: string, enumOf = "[YES, NO]"): string => `    - name: gate
      metadata:
        annotations:
          ${annotations}
      suspend: {}
      inputs: { parameters: [{ name: a, default: "NO", enum: ${enumOf} }] }
      outputs: { parameters: [{ name: a, valueFrom: { supplied: {} } }] }
`;

describe("linting what is Sluice's own", () => {
  it("covers triggers and token permissions", () => {
    expect(lint("    []", `sluice.dev/on: "pushed", sluice.dev/token-permissions: "secrets: read"`)).toEqual([
      "4 error trigger",
      "4 error token-permissions",
    ]);
  });
  it("covers gates", () => {
    expect(lint(gate("sluice.dev/approvals: '2'"))).toEqual([]);
    expect(lint(gate("sluice.dev/approvals: 'two'"))).toEqual(["11 error gate"]);
    expect(lint(gate("sluice.dev/approvals: 2"))).toEqual(["11 error gate"]);
    expect(lint(gate("note: x", "[YES, NO, MAYBE]"))).toEqual(["12 warning gate"]);
    expect(lint(gate("note: x", "[YES, NO, MAYBE]"), "sluice.dev/on: push")).toEqual(["12 error gate"]);
    expect(lint(gate("sluice.dev/approve: 'a=yes'"))).toEqual(["11 error gate"]);
    expect(
      lint(gate("sluice.dev/approvals: '2'").replace("suspend: {}", "suspend: { duration: 5m }")),
    ).toEqual(["11 warning gate"]);
  });
  it("finds what strangers write into code, through parameters too", () => {
    const through = `    - name: main
      steps:
        - - name: a
            template: run
            arguments: { parameters: [{ name: ref, value: "{{workflow.parameters.github-head-ref}}" }] }
    - name: run
      inputs: { parameters: [{ name: ref }] }
      script:
        image: busybox
        env: [{ name: REF, value: "{{inputs.parameters.ref}}" }]
        source: git checkout {{inputs.parameters.ref}}
    - name: direct
      container:
        command: [sh, -c]
        args: ["echo {{workflow.parameters.github-actor}}"]
    - name: harmless
      container:
        command: [echo]
        args: ["{{workflow.parameters.github-actor}}", "{{workflow.parameters.github-actor-id}}"]
`;
    expect(lint(through)).toEqual(["18 warning untrusted-code", "22 warning untrusted-code"]);
  });
  it("finds the token where it does not belong", () => {
    const reach = `    - name: main
      steps:
        - - { name: github-authorize, template: github-authorize }
        - - name: a
            template: run
            arguments: { parameters: [{ name: t, value: "{{steps.github-authorize.outputs.parameters.github-token}}" }] }
    - name: run
      inputs: { parameters: [{ name: t }] }
      script:
        image: busybox
        source: curl -H "{{inputs.parameters.t}}" x
`;
    expect(lint(reach)).toEqual(["18 warning token-reach"]);
  });
});
