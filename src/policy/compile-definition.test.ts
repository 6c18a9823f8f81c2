import { describe, expect, it } from "vitest";
import { compileDefinition, type Definition } from "./compile-definition.js";
import type { CompileInput } from "./compile.js";
import { facts, sha } from "./compile-maker.js";
import { configurationFor, parseConfiguration } from "./configuration.js";
import { makeManifest } from "./manifest-maker.js";

const template = (spec: string, metadata = "") => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: deploy
${metadata}spec:
${spec}`;
const gated = template(`  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: approval, template: approval}
        - - {name: apply, template: apply}
    - {name: approval, suspend: {}}
    - name: apply
      serviceAccountName: deployer
      container: {image: busybox, command: [sh]}
`);
const policyOf = (text: string) => configurationFor(parseConfiguration(text, "test"), "acme/infra");
const given =
  "repositories: [{match: acme/infra, serviceAccounts: [deployer], protected: {serviceAccounts: [deployer]}";

function compile(text: string, change: Partial<CompileInput> = {}) {
  const manifest = makeManifest(text);
  return compileDefinition({ manifest, library: [], facts, namespace: "team", name: "sluice", ...change });
}
function made(text: string, change: Partial<CompileInput> = {}): Definition {
  const result = compile(text, change);
  if ("problems" in result) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.definition;
}
function refused(text: string, change: Partial<CompileInput> = {}): string[] {
  const result = compile(text, change);
  return "problems" in result ? result.problems.map(({ rule, position }) => `${rule} ${position.line}`) : [];
}

describe("a definition", () => {
  it("is a template of the namespace with its owner, its source, and only harmless metadata of the manifest", () => {
    const metadata = `  namespace: kube-system
  labels: {team: infra, sluice.dev/repository-id: "666", workflows.argoproj.io/x: y}
  annotations: {note: hello, sluice.dev/on: 'push: {}', workflows.argoproj.io/title: Deploy it}
  finalizers: [x]
`;
    const {
      kind,
      metadata: found,
      spec,
    } = made(
      template(
        "  entrypoint: main\n  templates: [{name: main, container: {image: busybox, command: [sh]}}]\n",
        metadata,
      ),
    );
    expect(kind).toBe("WorkflowTemplate");
    expect(found).toEqual({
      name: "deploy",
      namespace: "team",
      labels: { team: "infra", "sluice.dev/repository-id": "10", "sluice.dev/manifest": "deploy-it" },
      annotations: {
        note: "hello",
        "workflows.argoproj.io/title": "Deploy it",
        "sluice.dev/source": JSON.stringify({ repository: "acme/infra", file: ".workflows/test.yaml", sha }),
      },
    });
    expect(spec).toMatchObject({ entrypoint: "main", templates: [{ name: "main" }] });
  });

  it("may be a library without an entrypoint", () => {
    const library = template("  templates: [{name: hello, container: {image: busybox, command: [sh]}}]\n");
    expect(made(library).spec).toMatchObject({ templates: [{ name: "hello" }] });
  });

  it("of a CronWorkflow is suspended whatever the manifest says: its runs are Sluice's", () => {
    const { spec } = made(`apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedule: '0 4 * * *'
  timezone: Europe/Berlin
  concurrencyPolicy: Forbid
  suspend: false
  workflowMetadata: {labels: {x: y}}
  workflowSpec:
    entrypoint: main
    templates: [{name: main, container: {image: busybox, command: [sh]}}]
`);
    expect(spec).toEqual({
      schedules: ["0 4 * * *"],
      timezone: "Europe/Berlin",
      concurrencyPolicy: "Forbid",
      suspend: true,
      workflowSpec: expect.objectContaining({ entrypoint: "main" }),
    });
  });

  it("crosses the same border as a run", () => {
    const privileged = template(`  entrypoint: main
  serviceAccountName: admin
  templates:
    - name: main
      podSpecPatch: '{}'
      container: {image: busybox, command: [sh], securityContext: {privileged: true}}
`);
    expect(refused(privileged)).toEqual([
      "identity-not-given 7",
      "field-not-allowed 10",
      "field-not-allowed 11",
    ]);
  });

  it("holds no way to a run's token", () => {
    const clones = template(`  entrypoint: main
  templates:
    - name: main
      inputs: {artifacts: [{name: code, path: /src, git: {}}]}
      container: {image: busybox, command: [sh]}
`);
    const text = JSON.stringify(made(clones));
    expect(text).toContain('"repo":"https://github.test/acme/infra.git"');
    expect(text).not.toMatch(/passwordSecret|x-access-token|sluice-github/);
  });

  it("has what is protected behind its gate, from the entrypoint on", () => {
    const policy = policyOf(`${given}}]`);
    expect(refused(gated, { policy })).toEqual([]);
    const open = gated.replace("        - - {name: approval, template: approval}\n", "");
    expect(refused(open, { policy })).toEqual(["unguarded 10"]);
  });

  it("has nothing that is protected where a caller can begin anywhere", () => {
    const policy = policyOf(`${given}}]`);
    const library = gated.replace("  entrypoint: main\n", "");
    expect(refused(library, { policy })).toContain("unguarded 6");
    const trusted = policyOf(`${given}, provides: [deploy]}, {match: acme/app, templates: [deploy]}]`);
    expect(refused(gated, { policy: trusted }).length).toBeGreaterThan(0);
  });

  it("has no name that the configuration trusts, unless the configuration says that it provides it", () => {
    const hello = template("  templates: [{name: hello, container: {image: busybox, command: [sh]}}]\n");
    const of = (provides: string, templates: string) =>
      policyOf(
        `repositories: [{match: acme/infra, provides: [${provides}]}, {match: acme/app, templates: ${templates}}]`,
      );
    expect(refused(hello, { policy: of("", "[]") })).toEqual([]);
    expect(refused(hello, { policy: of("", "['dep*']") })).toEqual(["name-reserved 4"]);
    expect(refused(hello, { policy: of("deploy", "['dep*']") })).toEqual([]);
    expect(refused(hello, { policy: of("", "['cluster/deploy']") })).toEqual([]);
    expect(
      refused(hello, { policy: policyOf("repositories: [{match: a/b, protected: {templates: [deploy]}}]") }),
    ).toEqual(["name-reserved 4"]);
  });
});
