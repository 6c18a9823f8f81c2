import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { compiled, facts, input, problemsOf, sha, simple } from "./compile-maker.js";
import { makeManifest } from "./manifest-maker.js";

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
  it("has a source in each script, as Argo's own clients send it", () => {
    const text = simple.replace("container: {", "script: {");
    expect(compiled(text).spec.templates?.[0]?.script).toMatchObject({ image: "busybox", source: "" });
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
