import { describe, expect, it } from "vitest";
import type { Problem } from "../manifest/problem.js";
import { compile, type CompileInput } from "./compile.js";
import { compiled, facts, head, input, sha, simple } from "./compile-maker.js";
import { noPolicy, RepositoryPolicy } from "./configuration.js";
import { makeManifest } from "./manifest-maker.js";

function refused(text: string, change: Partial<CompileInput> = {}): Problem[] {
  const result = compile(input(text, change));
  return "problems" in result ? result.problems : [];
}
const said = (problems: Problem[]): string[] =>
  problems.map(({ position, rule, message }) => `${position.line} ${rule}: ${message}`);
const template = (name: string, text: string, file = `.workflows/${name}.yaml`) =>
  makeManifest(`kind: WorkflowTemplate\nmetadata: { name: ${name} }\nspec:\n${text}`, file);
const leaf = "  templates: [{ name: main, container: { image: x } }]\n";
const referring = (more = "", name = "base") =>
  `${head}spec:\n  workflowTemplateRef: { name: ${name} }\n${more}`;

describe("a run that cannot be compiled", () => {
  it("names what is missing", () => {
    expect(said(refused(`${head}spec:\n${leaf}`))).toEqual([
      "6 entrypoint: The workflow names no entrypoint.",
    ]);
  });
  it("says at the line where a workflowTemplateRef does not hold", () => {
    expect(
      said(refused(referring(`  entrypoint: main\n${leaf}`), { library: [template("base", leaf)] })),
    ).toEqual([
      "6 template-not-found: A workflow with `workflowTemplateRef` cannot have templates of its own.",
    ]);
    expect(said(refused(referring("  entrypoint: main\n")))).toEqual([
      "6 template-not-found: There is no WorkflowTemplate `base` in this commit's .workflows folder.",
    ]);
    expect(said(refused(referring("  entrypoint: main\n", "'{{x}}'")))).toEqual([
      "6 template-not-found: The name `{{x}}` must be fixed, not chosen while the run goes on.",
    ]);
    const twice = [template("base", leaf, "a.yaml"), template("base", leaf, "b.yaml")];
    expect(said(refused(referring("  entrypoint: main\n"), { library: twice }))).toEqual([
      "6 template-not-found: The WorkflowTemplate `base` is both in a.yaml and in b.yaml.",
    ]);
    const chain = [template("base", "  workflowTemplateRef: { name: other }\n"), template("other", leaf)];
    expect(said(refused(referring("  entrypoint: main\n"), { library: chain }))).toEqual([
      "6 template-not-found: The WorkflowTemplate `base` refers to another one itself.",
    ]);
  });
  it("is told the arguments that do not fit, at the arguments", () => {
    const text = simple.replace(
      "  entrypoint: main\n",
      "  entrypoint: main\n  arguments:\n    parameters: [{ name: color, enum: [red, 1] }, { name: size }]\n",
    );
    expect(said(refused(text, { arguments: { color: "green", size: "$(X)", shape: "round" } }))).toEqual([
      "8 argument: The comment sets `color` to a value that is not in its enum (red, 1).",
      "8 argument: The value of `size` holds `{{` or `$(`, which a run could take for something to replace.",
      "8 argument: The comment sets `shape`, which the workflow does not declare as a parameter.",
    ]);
    expect(compiled(text, { arguments: { color: "1" } }).spec.arguments?.parameters?.[0]?.value).toBe("1");
    expect(compiled(text, { arguments: { size: "{ $ (" } }).spec.arguments?.parameters?.[1]?.value).toBe(
      "{ $ (",
    );
  });
  it("is told of every fault, those of its base at their own lines", () => {
    const base = template("base", `  hostNetwork: true\n${leaf}`);
    const problems = refused(referring("  dnsPolicy: x\n"), { library: [base] });
    expect(problems.map(({ position, text }) => [position.file, position.line, text])).toEqual([
      [".workflows/test.yaml", 7, "dnsPolicy"],
      [".workflows/base.yaml", 4, "hostNetwork"],
      [".workflows/test.yaml", 6, undefined],
    ]);
  });
  it("is told how a field, an account or a Secret could be allowed", () => {
    const hints = (text: string): (string | undefined)[] => refused(text).map(({ hint }) => hint);
    const messages = (text: string): string[] => refused(text).map(({ message }) => message);
    const field = simple.replace("spec:\n", "spec:\n  hostNetwork: true\n");
    expect(messages(field)).toEqual([
      "`hostNetwork` is not allowed in a run from GitHub: it could reach what the run was not given.",
    ]);
    expect(hints(field)).toEqual([
      "Take it out; or an administrator puts the step into a template of the cluster and names that in `templates` of this repository in the server's configuration.",
    ]);
    const account = (name: string) => simple.replace("spec:\n", `spec:\n  serviceAccountName: ${name}\n`);
    expect(messages(account("a"))).toEqual([
      "The service account `a` is not one that this repository may use.",
    ]);
    expect(hints(account("a"))).toEqual([
      "An administrator of the server can add it to `serviceAccounts` of this repository in its configuration.",
    ]);
    const volume = simple.replace(
      "spec:\n",
      "spec:\n  volumes: [{ name: v, secret: { secretName: '{{x}}' } }]\n",
    );
    expect(messages(volume)).toEqual(["The Secret `{{x}}` must be fixed, not chosen while the run goes on."]);
    expect(hints(volume)).toEqual([
      "Write a name that `secrets` of this repository holds in the server's configuration.",
    ]);
    expect(refused(volume)).toMatchObject([{ rule: "identity-not-given", text: "{{x}}" }]);
  });
  it("is told how a template could be called", () => {
    const calling = (reference: string) =>
      `${head}spec:\n  entrypoint: main\n  templates: [{ name: main, steps: [[{ name: a, ${reference} }]] }]\n`;
    const one = (text: string) => refused(text).map(({ message, hint }) => [message, hint]);
    expect(one(calling("templateRef: { name: lib, template: t }"))).toEqual([
      [
        "There is no WorkflowTemplate `lib` in this commit's .workflows folder.",
        "Add it to .workflows; or an administrator of the server adds `lib` to `templates` of this repository in its configuration, when it is in the cluster.",
      ],
    ]);
    expect(one(calling("templateRef: { name: lib, template: t, clusterScope: true }"))).toEqual([
      [
        "The cluster's template `lib` is not one that this repository may call.",
        "An administrator of the server can add `cluster/lib` to `templates` of this repository in its configuration.",
      ],
    ]);
    expect(refused(calling("template: gone"))).toMatchObject([{ rule: "template-not-found" }]);
    expect(one(calling("template: gone"))).toEqual([["There is no template `gone` in deploy.", undefined]]);
    expect(one(calling("template: main, onExit: gone"))).toEqual([
      ["There is no template `gone` in deploy.", undefined],
    ]);
    expect(refused(calling("template: github-authorize"))).toEqual([]);
    expect(refused(calling("template: '{{x}}'"))).toEqual([]);
  });
});

describe("a workflow made of a WorkflowTemplate", () => {
  const base = template(
    "base",
    `  entrypoint: main
  onExit: main
  serviceAccountName: team
  arguments:
    parameters: [{ name: size, value: small }, { name: color, value: red }]
    artifacts: [{ name: a, path: /a, raw: { data: base } }, { name: b, path: /b, raw: { data: base } }]
${leaf}`,
  );
  const policy = RepositoryPolicy.parse({ serviceAccounts: ["team"] });
  it("has what it says itself over what the template says", () => {
    const own = `  onExit: other
  arguments:
    parameters: [{ name: size, value: large }]
    artifacts: [{ name: a, path: /a, raw: { data: own } }]
`;
    const { spec } = compiled(referring(own), { library: [base], policy });
    expect(spec).toMatchObject({ entrypoint: "main", onExit: "other", serviceAccountName: "team" });
    const values = spec.arguments?.parameters?.slice(0, 2).map(({ name, value }) => [name, value]);
    expect(values).toEqual([
      ["color", "red"],
      ["size", "large"],
    ]);
    expect(spec.arguments?.artifacts?.map(({ name, raw }) => [name, raw?.["data"]])).toEqual([
      ["b", "base"],
      ["a", "own"],
    ]);
    expect(spec.templates).toEqual([{ name: "main", container: { image: "x" } }]);
  });
  it("is held to what the repository may use", () => {
    expect(said(refused(referring(), { library: [base], policy: noPolicy }))).toEqual([
      "6 identity-not-given: The service account `team` is not one that this repository may use.",
    ]);
  });
  it("has no list of artifacts where neither names one", () => {
    const { spec } = compiled(referring("  entrypoint: main\n"), { library: [template("base", leaf)] });
    expect(spec.arguments).not.toHaveProperty("artifacts");
  });
});

describe("a CronWorkflow", () => {
  const cron = (spec: string) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata:\n  name: nightly\nspec:\n  schedule: '@daily'\n  workflowSpec:\n${spec}`;
  it("runs its workflowSpec, with faults at their lines", () => {
    const { kind, spec } = compiled(
      cron("    entrypoint: main\n    templates: [{ name: main, container: { image: x } }]\n"),
    );
    expect(kind).toBe("Workflow");
    expect(spec.templates).toEqual([{ name: "main", container: { image: "x" } }]);
    expect(spec).not.toHaveProperty("schedule");
    expect(said(refused(cron("    entrypoint: main\n    hostNetwork: true\n    templates: []\n")))).toEqual([
      expect.stringMatching(/^9 field-not-allowed: `hostNetwork`/),
    ]);
  });
});

describe("a run's labels and annotations", () => {
  const labelled = (name: string) =>
    compiled(simple, { facts: { ...facts, manifest: name } }).metadata.labels;
  it.each([
    ["deploy", "deploy"],
    ["a b/c", "a-b-c"],
    ["--a.b_c--", "a.b_c"],
    [`${"x".repeat(62)}..y`, "x".repeat(62)],
    ["x".repeat(80), "x".repeat(63)],
    ["äöü", ""],
  ])("hold the manifest's name %j as %j", (name, label) => {
    expect(labelled(name)?.["sluice.dev/manifest"]).toBe(label);
  });
  it("hold a pull request only where there is one", () => {
    const { pullRequest: _none, ...push } = facts;
    const { labels } = compiled(simple, {
      facts: { ...push, event: "push", ref: "refs/heads/a/b" },
    }).metadata;
    expect(labels).toEqual({
      "sluice.dev/manifest": "deploy-it",
      "sluice.dev/repository-id": "10",
      "sluice.dev/sha": sha,
    });
  });
  it("take over of the manifest only what nobody acts on", () => {
    const keys = [
      "a",
      "sluice.dev",
      "acme.test/a",
      "notsluice.dev/a",
      "sluice.dev.acme.test/a",
      "sluice.dev/a",
      "x.sluice.dev/a",
      "workflows.argoproj.io/a",
      "argoproj.io/a",
      "app.kubernetes.io/a",
      "node.k8s.io/a",
      "Argoproj.IO/a",
    ];
    const entries = `{ ${keys.map((key) => `${key}: x`).join(", ")}, number: 7 }`;
    const text = simple.replace("  name: deploy\n", `  name: deploy\n  labels: ${entries}\n`);
    const kept = Object.entries(compiled(text).metadata.labels ?? {}).filter(([, value]) => value === "x");
    expect(kept.map(([key]) => key)).toEqual(keys.slice(0, 5));
    expect(compiled(text).metadata.labels).not.toHaveProperty("number");
  });
});

describe("GitHub's parameters of a run", () => {
  const { pullRequest: _none, ...push } = facts;
  it.each([
    ["refs/heads/release/1", "release/1"],
    ["refs/tags/v1", "v1"],
    ["refs/pull/7/merge", "7/merge"],
    ["refs/notes/x", "refs/notes/x"],
    ["a/refs/heads/b", "a/refs/heads/b"],
  ])("name %s as %s, and leave empty what does not apply", (ref, name) => {
    const { arguments: given } = compiled(simple, { facts: { ...push, ref } }).spec;
    const value = (key: string) => given?.parameters?.find((parameter) => parameter.name === key)?.value;
    expect(value("github-ref-name")).toBe(name);
    for (const key of ["github-head-ref", "github-base-ref", "github-pull-request"])
      expect(value(key)).toBe("");
  });
  it.each(["a{{b", "$(A)"])("refuse a branch called %s", (name) => {
    expect(said(refused(simple, { facts: { ...push, ref: `refs/heads/${name}` } }))).toEqual([
      "6 argument: The value of `github-ref` holds `{{` or `$(`, which a run could take for something to replace.",
      "6 argument: The value of `github-ref-name` holds `{{` or `$(`, which a run could take for something to replace.",
    ]);
  });
});
