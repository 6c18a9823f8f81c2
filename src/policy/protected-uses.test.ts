import { describe, expect, it } from "vitest";
import type { Template, WorkflowSpec } from "../manifest/argo.js";
import { protectedTemplate, protectedUse } from "./protected-uses.js";

const guarded = {
  serviceAccounts: ["deployer", "default"],
  secrets: ["prod-*"],
  templates: ["apply", "cluster/apply"],
};
const own = { serviceAccountName: "plain" };
const container = (more: object): Template => ({ ...own, container: { image: "x", ...more } }) as Template;
const uses = (template: Template, spec: object = {}): string | undefined =>
  protectedUse(template, spec as WorkflowSpec, guarded);

describe("what a step's own pod uses", () => {
  it.each<[what: string, use: string | undefined, template: Template, spec?: object]>([
    ["its account", "service account `deployer`", { ...container({}), serviceAccountName: "deployer" }],
    [
      "the defaults' account",
      "service account `deployer`",
      { container: {} },
      { templateDefaults: { serviceAccountName: "deployer" }, serviceAccountName: "plain" },
    ],
    [
      "the workflow's account",
      "service account `deployer`",
      { script: { image: "x", source: "y" } },
      { serviceAccountName: "deployer" },
    ],
    [
      "its own account before the others",
      undefined,
      container({}),
      { templateDefaults: { serviceAccountName: "deployer" }, serviceAccountName: "deployer" },
    ],
    ["the namespace's own account", "service account `default`", { container: {} }],
    ["the account of what has no body here", "service account `default`", {}],
    ["no account while it only calls", undefined, { steps: [] }],
    ["no account while it only calls tasks", undefined, { dag: { tasks: [] } }],
    ["no account while it waits", undefined, { suspend: {} }],
    ["an account when it waits and runs", "service account `default`", { suspend: {}, container: {} }],
    [
      "an account when it calls and runs",
      "service account `default`",
      { steps: [], script: { image: "x", source: "" } },
    ],
    [
      "a Secret's key",
      "Secret `prod-a`",
      container({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "prod-a", key: "k" } } }] }),
    ],
    ["a Secret as variables", "Secret `prod-a`", container({ envFrom: [{ secretRef: { name: "prod-a" } }] })],
    [
      "a Secret of a volume of its own",
      "Secret `prod-a`",
      { ...container({}), volumes: [{ name: "v", secret: { secretName: "prod-a" } }] } as Template,
    ],
    [
      "a Secret of an artifact",
      "Secret `prod-a`",
      {
        ...container({}),
        inputs: { artifacts: [{ name: "a", git: { passwordSecret: { name: "prod-a", key: "k" } } }] },
      } as Template,
    ],
    [
      "a Secret of the workflow's arguments",
      "Secret `prod-a`",
      container({}),
      { arguments: { artifacts: [{ name: "a", s3: { secretKeySecret: { name: "prod-a", key: "k" } } }] } },
    ],
    [
      "a Secret of the defaults",
      "Secret `prod-a`",
      container({}),
      { templateDefaults: { container: { envFrom: [{ secretRef: { name: "prod-a" } }] } } },
    ],
    [
      "a Secret of a volume that it mounts",
      "Secret `prod-a`",
      container({ volumeMounts: [{ name: "v", mountPath: "/v" }] }),
      {
        volumes: [
          { name: "w", secret: { secretName: "x" } },
          { name: "v", secret: { secretName: "prod-a" } },
        ],
      },
    ],
    [
      "a Secret of a volume of the defaults that it mounts",
      "Secret `prod-a`",
      container({ volumeMounts: [{ name: "v", mountPath: "/v" }] }),
      { templateDefaults: { volumes: [{ name: "v", secret: { secretName: "prod-a" } }] } },
    ],
    [
      "a Secret of a volume that the defaults mount",
      "Secret `prod-a`",
      container({}),
      {
        templateDefaults: { container: { volumeMounts: [{ name: "v" }] } },
        volumes: [{ name: "v", secret: { secretName: "prod-a" } }],
      },
    ],
    [
      "no Secret of a volume that it does not mount",
      undefined,
      container({ volumeMounts: [{ name: "w", mountPath: "/w" }] }),
      { volumes: [{ name: "v", secret: { secretName: "prod-a" } }] },
    ],
    ["no other Secret", undefined, container({ envFrom: [{ secretRef: { name: "test-a" } }] })],
    [
      "the second of two Secrets",
      "Secret `prod-b`",
      container({ envFrom: [{ secretRef: { name: "test-a" } }, { secretRef: { name: "prod-b" } }] }),
    ],
    [
      "no text that only looks like one",
      undefined,
      container({ args: ["prod-a"], env: [{ name: "prod-a", value: "prod-a" }] }),
    ],
    [
      "no Secret that is only named like one elsewhere",
      undefined,
      container({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "prod-a", key: "k" } } }] }),
    ],
  ])("%s", (_what, use, template, spec) => {
    expect(uses(template, spec)).toBe(use);
  });
  it("leaves the Secrets of an inline template to that", () => {
    const inline = { container: { image: "x", envFrom: [{ secretRef: { name: "prod-a" } }] } };
    const both = { ...container({}), steps: [[{ name: "a", inline }]] } as Template;
    expect(uses(both)).toBeUndefined();
  });
});

describe("a template of the cluster", () => {
  it.each([
    [{ name: "apply" }, "template `apply`"],
    [{ name: "apply", clusterScope: true }, "template `cluster/apply`"],
    [{ name: "plan" }, undefined],
    [{ name: "plan", clusterScope: true }, undefined],
    [{}, undefined],
  ])("%j: %s", (reference, use) => {
    expect(protectedTemplate(reference, guarded)).toBe(use);
  });
  it("is told apart by where it lies", () => {
    const cluster = { ...guarded, templates: ["cluster/apply"] };
    expect(protectedTemplate({ name: "apply" }, cluster)).toBeUndefined();
    expect(protectedTemplate({ name: "apply", clusterScope: true }, cluster)).toBe(
      "template `cluster/apply`",
    );
  });
});
