import { describe, expect, it } from "vitest";
import type { Template, Workflow } from "../manifest/argo.js";
import type { RunFacts } from "../run/metadata.js";
import { compile, type CompileInput } from "./compile.js";
import { makeManifest } from "./manifest-maker.js";

const sha = "c".repeat(40);
const facts: RunFacts = {
  installationId: 1,
  repositoryId: 10,
  repository: "acme/infra",
  manifest: "deploy/it",
  manifestFile: ".workflows/test.yaml",
  checkName: "deploy",
  title: "Deploy",
  event: "pull_request",
  headSha: sha,
  ref: "refs/pull/7/merge",
  actor: { id: 1, login: "alice" },
  pullRequest: { number: 7, baseRef: "main", baseSha: sha, headRef: "topic", fork: false },
  attempt: 1,
  trigger: "pull_request:7",
  cloneUrl: "https://github.test/acme/infra.git",
  tokenPermissions: { contents: "read" },
  htmlUrl: "https://github.test/acme/infra",
};
function input(text: string, change: Partial<CompileInput> = {}): CompileInput {
  return {
    manifest: makeManifest(text),
    library: [],
    facts,
    namespace: "sluice",
    name: "deploy-1",
    ...change,
  };
}
function compiled(text: string, change: Partial<CompileInput> = {}): Workflow {
  const result = compile(input(text, change));
  if ("problems" in result) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.workflow;
}
function problemsOf(text: string, change: Partial<CompileInput> = {}): string[] {
  const result = compile(input(text, change));
  return "problems" in result
    ? result.problems.map((problem) => `${problem.position.line}: ${problem.message}`)
    : [];
}
const head = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata:\n  name: deploy\n";
const leaf = "    - name: main\n      container: { image: busybox, command: [echo] }\n";
const simple = `${head}spec:\n  entrypoint: main\n  templates:\n${leaf}`;

describe("the Workflow of a run", () => {
  it("carries its name, the facts as labels and annotations, and only harmless ones of the manifest", () => {
    const text = simple.replace(
      "  name: deploy\n",
      `  name: deploy
  namespace: kube-system
  labels: { team: infra, workflows.argoproj.io/completed: "true", sluice.dev/repository-id: "666" }
  annotations: { note: hello, sluice.dev/facts: "{}", sluice.dev/gate.x: "{}" }
  ownerReferences: [{ name: other }]
  finalizers: [x]
`,
    );
    const { metadata } = compiled(text);
    expect(metadata).toEqual({
      name: "deploy-1",
      namespace: "sluice",
      labels: {
        team: "infra",
        "sluice.dev/repository-id": "10",
        "sluice.dev/sha": sha,
        "sluice.dev/pull-request": "7",
        "sluice.dev/manifest": "deploy-it",
      },
      annotations: {
        note: "hello",
        "workflows.argoproj.io/title": "Deploy",
        "sluice.dev/facts": JSON.stringify(facts),
      },
    });
  });
  it("shares nothing with the manifest", () => {
    const manifest = makeManifest(simple);
    const before = JSON.stringify(manifest.object);
    const result = compile({ ...input(simple), manifest });
    if ("workflow" in result)
      result.workflow.spec.templates?.forEach((template) => template.container?.command?.push("x"));
    expect(JSON.stringify(manifest.object)).toBe(before);
  });
  it("has GitHub's parameters over the manifest's, and the comment's over declared ones", () => {
    const text = simple.replace(
      "  entrypoint: main\n",
      `  entrypoint: main
  arguments:
    parameters:
      - { name: github-sha, value: forged }
      - { name: color, value: red, enum: [red, blue] }
      - { name: map, valueFrom: { configMapKeyRef: { name: a, key: b } } }
`,
    );
    const { spec } = compiled(text, { arguments: { color: "blue", map: "given" } });
    const values = Object.fromEntries(
      (spec.arguments?.parameters ?? []).map(({ name, value }) => [name, value]),
    );
    expect(values).toEqual({
      color: "blue",
      map: "given",
      "github-repository": "acme/infra",
      "github-sha": sha,
      "github-ref": "refs/pull/7/merge",
      "github-ref-name": "7/merge",
      "github-head-ref": "topic",
      "github-base-ref": "main",
      "github-event-name": "pull_request",
      "github-actor": "alice",
      "github-pull-request": "7",
      "github-run-attempt": "1",
      "github-clone-url": "https://github.test/acme/infra.git",
    });
    expect(JSON.stringify(spec.arguments)).not.toContain("configMapKeyRef");
    expect(problemsOf(text, { arguments: { color: "green" } })).toEqual([
      expect.stringMatching(/not in its enum/),
    ]);
    expect(problemsOf(text, { arguments: { other: "x" } })).toEqual([
      expect.stringMatching(/does not declare/),
    ]);
    expect(problemsOf(text, { arguments: { "github-sha": "x" } })).toEqual([
      expect.stringMatching(/does not declare/),
    ]);
    expect(problemsOf(text, { arguments: { map: "{{x}}" } })).toEqual([expect.stringMatching(/replace/)]);
  });
  it.each(["{{=1}}", "$(SLUICE_GITHUB_TOKEN)"])("refuses a branch named %s", (headRef) => {
    const pullRequest = { number: 7, baseRef: "main", baseSha: sha, headRef, fork: false };
    expect(problemsOf(simple, { facts: { ...facts, pullRequest } })).toEqual([
      expect.stringMatching(/github-head-ref/),
    ]);
  });
});

describe("a field that could reach further", () => {
  const inSpec = (line: string): string =>
    simple.replace("  entrypoint: main\n", `  entrypoint: main\n  ${line}\n`);
  const inTemplate = (line: string): string =>
    simple.replace("    - name: main\n", `    - name: main\n      ${line}\n`);
  const inContainer = (field: string): string => simple.replace("image: busybox", `image: busybox, ${field}`);
  it.each([
    ["serviceAccountName", inSpec("serviceAccountName: admin"), 7],
    ["hostNetwork", inSpec("hostNetwork: true"), 7],
    ["podSpecPatch", inSpec("podSpecPatch: '{}'"), 7],
    ["workflowMetadata", inSpec("workflowMetadata: { labels: { a: b } }"), 7],
    ["hostPath", inSpec("volumes: [{ name: root, hostPath: { path: / } }]"), 7],
    ["secret", inSpec("volumes: [{ name: s, secret: { secretName: other-github } }]"), 7],
    ["suspend", inSpec("templateDefaults: { suspend: { duration: '0' } }"), 7],
    ["imagePullSecrets", inSpec("imagePullSecrets: [{ name: x }]"), 7],
    ["executor", inSpec("executor: { serviceAccountName: x }"), 7],
    ["status", inSpec("status: {}"), 7],
    ["__proto__", inSpec("__proto__: { a: 1 }"), 7],
    ["serviceAccountName", inTemplate("serviceAccountName: '{{inputs.parameters.sa}}'"), 9],
    ["securityContext", inTemplate("securityContext: { runAsUser: 0 }"), 9],
    ["resource", inTemplate("resource: { action: create }"), 9],
    ["sidecars", inTemplate("sidecars: []"), 9],
    ["archiveLocation", inTemplate("archiveLocation: {}"), 9],
    ["s3", inTemplate("inputs: { artifacts: [{ name: a, path: /a, s3: { key: other/run } }] }"), 9],
    [
      "passwordSecret",
      inTemplate(
        "inputs: { artifacts: [{ name: a, path: /a, git: { passwordSecret: { name: other-github, key: token } } }] }",
      ),
      9,
    ],
    ["namespace", inTemplate("synchronization: { mutexes: [{ name: a, namespace: b }] }"), 9],
    ["podSpecPatch", inTemplate("steps: [[{ name: a, inline: { podSpecPatch: x } }]]"), 9],
    [
      "clusterScope",
      inTemplate(
        "steps: [[{ name: a, hooks: { exit: { templateRef: { name: x, template: y, clusterScope: true } } } }]]",
      ),
      9,
    ],
    ["securityContext", inContainer("securityContext: { privileged: true }"), 9],
    ["envFrom", inContainer("envFrom: [{ secretRef: { name: other-github } }]"), 9],
    [
      "secretKeyRef",
      inContainer("env: [{ name: A, valueFrom: { secretKeyRef: { name: other-github, key: token } } }]"),
      9,
    ],
    ["lifecycle", inContainer("lifecycle: {}"), 9],
  ])("is refused at its line: %s", (field, text, line) => {
    expect(problemsOf(text)).toContainEqual(
      expect.stringMatching(new RegExp(`^${line}: \`${field}\` is not allowed`)),
    );
  });
  it("is left out with a warning where the server sets it", () => {
    const result = compile(input(inSpec("ttlStrategy: { secondsAfterCompletion: 1 }")));
    expect("workflow" in result && result.warnings.map(({ severity, text }) => [severity, text])).toEqual([
      ["warning", "ttlStrategy"],
    ]);
    expect("workflow" in result && result.workflow.spec).not.toHaveProperty("ttlStrategy");
  });
});

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

describe("a git artifact", () => {
  const withGit = (git: string): string =>
    simple.replace(
      "    - name: main\n",
      `    - name: main\n      inputs: { artifacts: [{ name: src, path: /src, git: ${git} }] }\n`,
    );
  it.each([
    "{}",
    "{ repo: '{{workflow.parameters.github-clone-url}}' }",
    "{ repo: 'https://github.test/acme/infra' }",
  ])("%s is this repository at the run's commit, with its token", (git) => {
    expect(compiled(withGit(git)).spec.templates?.[0]?.inputs?.artifacts?.[0]?.git).toEqual({
      repo: "https://x-access-token@github.test/acme/infra.git",
      revision: sha,
      passwordSecret: { name: "deploy-1-github", key: "token" },
    });
  });
  it("of another repository gets no token", () => {
    const workflow = compiled(withGit("{ repo: 'https://evil.test/acme/infra.git' }"));
    expect(JSON.stringify(workflow.spec)).not.toContain("passwordSecret");
  });
  it.each([
    "{ repo: 'ext::sh -c id' }",
    "{ repo: /etc }",
    "{ repo: 'file:///etc' }",
    "{ repo: '{{x}}' }",
    "{ revision: --upload-pack=id }",
  ])("%s is refused", (git) => {
    expect(problemsOf(withGit(git))).toEqual([expect.stringMatching(/git/i)]);
  });
});
