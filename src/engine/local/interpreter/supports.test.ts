import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Workflow, WorkflowSpec, WorkflowTemplate } from "../../../manifest/argo.js";
import { unsupported } from "./supports.js";

function problems(spec: string, shared?: string): string[] {
  const workflow: Workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "wf" },
    spec: parse(spec) as WorkflowSpec,
  };
  const workflowTemplates: Record<string, WorkflowTemplate> = {};
  if (shared !== undefined) {
    const kind = "WorkflowTemplate";
    const templateSpec = parse(shared) as WorkflowSpec;
    workflowTemplates["shared"] = { ...workflow, kind, metadata: { name: "shared" }, spec: templateSpec };
  }
  const found = unsupported(workflow, { workflowTemplates, configMaps: {} });
  return found.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("unsupported", () => {
  it("is empty for what the interpreter runs, and for what only concerns a cluster", () => {
    const spec = `
entrypoint: main
podGC: { strategy: OnPodCompletion }
templates:
  - name: main
    steps: [[{ name: a, template: run, when: "1 == 1", withItems: [1], hooks: { exit: { template: run } } }]]
  - name: run
    nodeSelector: { a: b }
    sidecars: []
    container: { image: busybox, resources: { limits: { cpu: 1 } }, env: [{ name: A, value: b }] }`;
    expect(problems(spec)).toEqual([]);
  });

  it("accepts locks, caches, hooks, sets of containers and what only needs a key of the artifact repository", () => {
    const spec = `
entrypoint: main
synchronization: { mutexes: [{ name: m }] }
hooks: { running: { expression: "true", template: main } }
volumes: [{ name: v, emptyDir: {} }]
templates:
  - name: main
    failFast: true
    dag: { tasks: [{ name: a, inline: { containerSet: { containers: [] } }, hooks: { running: { template: x } } }] }
  - name: run
    memoize: { key: k }
    outputs: { artifacts: [{ name: o, path: /o, s3: { key: k } }] }
    container: { image: busybox, envFrom: [], volumeMounts: [{ name: v, mountPath: /v }] }`;
    expect(problems(spec)).toEqual([]);
  });

  it("names each field that it does not know, at its path", () => {
    const spec = `
entrypoint: main
volumes: [{ name: v, hostPath: { path: / } }]
templates:
  - { name: res, resource: { action: get } }
  - { name: plug, plugin: {} , container: {} , sidecars: [{ name: s }] }
  - name: run
    daemon: true
    outputs: { artifacts: [{ name: o, path: /o, s3: { key: k, bucket: b } }] }
    container: { image: busybox, lifecycle: { preStop: {} } }`;
    expect(problems(spec).map((problem) => problem.split(":")[0])).toEqual([
      "spec.volumes.0.hostPath",
      "spec.templates.0.resource",
      "spec.templates.1.sidecars",
      "spec.templates.2.daemon",
      "spec.templates.2.container.lifecycle",
      "spec.templates.2.outputs.artifacts.0.s3",
    ]);
  });

  it("reports what a reference reaches at the reference", () => {
    const spec = `
templates:
  - name: main
    steps: [[{ name: a, templateRef: { name: shared, template: t } }, { name: b, templateRef: { name: gone, template: t } }]]`;
    expect(problems(spec, "templates: [{ name: t, resource: { action: get } }]")).toEqual([
      "spec.templates.0.steps.0.0.templateRef: WorkflowTemplate shared, templates.0.resource: the local engine does not support resource yet",
      "spec.templates.0.steps.0.1.templateRef: WorkflowTemplate gone is not known here",
    ]);
  });
});
