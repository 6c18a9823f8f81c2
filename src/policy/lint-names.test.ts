import { describe, expect, it } from "vitest";
import { checkManifests } from "../manifest/check.js";
import { lintPolicy } from "./lint-policy.js";

function lint(texts: Record<string, string>): string[] {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
  return lintPolicy(checkManifests(files).manifests).map(({ rule, hint, position }) =>
    [position.file, position.line, rule, hint ?? ""].join(" "),
  );
}

function workflow(metadata = "", template = "", spec = ""): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: a${metadata}}
spec:
  entrypoint: main
  ${spec}
  templates:
    - name: main
      ${template}
      suspend: {}
`;
}

describe("keys with Sluice's prefix", () => {
  it.each([
    [
      "a typo in a gate's rule",
      workflow("", "metadata: {annotations: {sluice.dev/aprovals: '2'}}"),
      /approvals/,
    ],
    [
      "a gate's rule on the manifest",
      workflow(", annotations: {sluice.dev/approvals: '2'}"),
      /suspend template/,
    ],
    [
      "a gate's rule in templateDefaults",
      workflow("", "", "templateDefaults: {metadata: {annotations: {sluice.dev/approvals: '2'}}}"),
      /suspend template/,
    ],
    ["a trigger on a template", workflow("", "metadata: {annotations: {sluice.dev/on: push}}"), /Known here/],
    ["what Sluice itself writes", workflow(", annotations: {sluice.dev/facts: '{}'}"), /Known here/],
  ])("are errors where they mean nothing: %s", (_what, text, hint) => {
    const problems = lint({ "a.yaml": text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/unknown-annotation/);
    expect(problems[0]).toMatch(hint);
  });
  it("are fine where they belong", () => {
    const annotations =
      "metadata: {annotations: {sluice.dev/approvals: '2', sluice.dev/approvers: '@acme/ops'}}";
    expect(lint({ "a.yaml": workflow(", annotations: {sluice.dev/on: push}", annotations) })).toEqual([]);
  });
});

describe("names of manifests", () => {
  it("must differ in a .workflows folder, and are free elsewhere", () => {
    const text = workflow();
    const problems = lint({ ".workflows/a.yaml": text, ".workflows/b.yaml": text });
    expect(problems.map((problem) => problem.split(" ").slice(0, 3).join(" "))).toEqual([
      ".workflows/a.yaml 3 duplicate-manifest",
      ".workflows/b.yaml 3 duplicate-manifest",
    ]);
    expect(lint({ "examples/a.yaml": text, "examples/b.yaml": text })).toEqual([]);
  });
});
