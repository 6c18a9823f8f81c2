import { describe, expect, it } from "vitest";
import type { WorkflowSpec } from "../manifest/argo.js";
import { compile } from "./compile.js";
import { head, input } from "./compile-maker.js";
import { RepositoryPolicy } from "./configuration.js";
import { findUnguarded } from "./dominance.js";
import { makeManifest } from "./manifest-maker.js";

const guarded = { serviceAccounts: ["deployer"], secrets: [], templates: ["cluster/apply"] };
const apply = { name: "apply", serviceAccountName: "deployer", container: { image: "x" } };
const gate = { name: "gate", suspend: {} };
const plan = { name: "plan", serviceAccountName: "plain", container: { image: "x" } };
function found(spec: object): string[] {
  const whole = { entrypoint: "main", templates: [], ...spec } as unknown as WorkflowSpec;
  return findUnguarded(whole, guarded).map(
    ({ path, template, uses }) => `${path.join(".")} ${template}: ${uses}`,
  );
}
const main = (body: object, ...more: object[]) => ({
  templates: [{ name: "main", ...body }, apply, gate, plan, ...more],
});
const account = "service account `deployer`";

describe("where something protected runs unapproved", () => {
  it.each<[where: string, spec: object]>([
    [`spec.entrypoint apply: ${account}`, { ...main({ steps: [] }), entrypoint: "apply" }],
    [`spec.onExit apply: ${account}`, { ...main({ steps: [] }), onExit: "apply" }],
    [
      `spec.hooks.running apply: ${account}`,
      { ...main({ steps: [] }), hooks: { running: { expression: "true", template: "apply" } } },
    ],
    [
      `spec.templates.0.steps.0.1 apply: ${account}`,
      main({
        steps: [
          [
            { name: "a", template: "plan" },
            { name: "b", template: "apply" },
          ],
        ],
      }),
    ],
    [
      `spec.templates.0.dag.tasks.1 apply: ${account}`,
      main({
        dag: {
          tasks: [
            { name: "a", template: "plan" },
            { name: "b", template: "apply" },
          ],
        },
      }),
    ],
    [
      `spec.templates.0.steps.0.0.onExit apply: ${account}`,
      main({ steps: [[{ name: "a", template: "plan", onExit: "apply" }]] }),
    ],
    [
      `spec.templates.0.steps.0.0.hooks.exit apply: ${account}`,
      main({ steps: [[{ name: "a", template: "plan", hooks: { exit: { template: "apply" } } }]] }),
    ],
    [
      `spec.templates.0.steps.0.0 inline: ${account}`,
      main({ steps: [[{ name: "a", inline: { serviceAccountName: "deployer", container: {} } }]] }),
    ],
    [
      `spec.templates.0.steps.0.0.inline.steps.0.0 apply: ${account}`,
      main({ steps: [[{ name: "a", inline: { steps: [[{ name: "b", template: "apply" }]] } }]] }),
    ],
    [
      "spec.templates.0.steps.0.0 t: template `cluster/apply`",
      main({ steps: [[{ name: "a", templateRef: { name: "apply", template: "t", clusterScope: true } }]] }),
    ],
  ])("%s", (where, spec) => {
    expect(found(spec)).toEqual([where]);
  });
  it("is each call that reaches it, once", () => {
    const twice = main(
      {
        steps: [[{ name: "a", template: "apply" }], [{ name: "b", template: "inner" }]],
        onExit: "x",
      },
      {
        name: "inner",
        steps: [
          [
            { name: "c", template: "apply" },
            { name: "d", template: "main" },
          ],
        ],
      },
    );
    expect(found(twice)).toEqual([
      `spec.templates.0.steps.0.0 apply: ${account}`,
      `spec.templates.4.steps.0.0 apply: ${account}`,
    ]);
  });
  it("is nowhere when nothing is reached, or nothing is protected", () => {
    expect(
      found(main({ steps: [[{ name: "a", template: "gate" }], [{ name: "b", template: "apply" }]] })),
    ).toEqual([]);
    expect(found({ ...main({ steps: [] }), entrypoint: "gone" })).toEqual([]);
    const open = { serviceAccounts: [], secrets: [], templates: [] };
    const spec = { entrypoint: "apply", templates: [apply] } as unknown as WorkflowSpec;
    expect(findUnguarded(spec, open)).toEqual([]);
    for (const key of ["serviceAccounts", "secrets", "templates"] as const)
      expect(findUnguarded(spec, { ...open, [key]: ["deployer"] })).toHaveLength(
        key === "serviceAccounts" ? 1 : 0,
      );
  });
});

describe("an exit hook", () => {
  const exit = { hooks: { exit: { template: "apply" } } };
  it("runs after what may start, and not after what a gate left out", () => {
    for (const when of ["{{x}}", "false"])
      expect(found(main({ steps: [[{ name: "a", template: "plan", when, ...exit }]] }))).toHaveLength(1);
    const task = { name: "b", template: "plan", depends: "g", ...exit };
    expect(found(main({ dag: { tasks: [{ name: "g", template: "gate" }, task] } }))).toEqual([]);
  });
});

describe("what is no gate", () => {
  const behind = (template: object, spec: object = {}) =>
    found({
      ...main(
        { steps: [[{ name: "a", template: "it" }], [{ name: "b", template: "apply" }]] },
        { name: "it", serviceAccountName: "plain", ...template },
      ),
      ...spec,
    });
  it.each<[what: string, template: object, spec?: object]>([
    ["a delay", { suspend: { duration: "1h" } }],
    [
      "a suspend that defaults may give a duration",
      { suspend: {} },
      { templateDefaults: { suspend: { duration: "1" } } },
    ],
    ["a suspend that runs something besides", { suspend: {}, container: {} }],
    ["a suspend with a script", { suspend: {}, script: { source: "" } }],
    ["a suspend with steps", { suspend: {}, steps: [] }],
    ["a suspend with a DAG", { suspend: {}, dag: { tasks: [] } }],
    [
      "a gate whose output may say no",
      {
        suspend: {},
        inputs: { parameters: [{ name: "ok", default: "NO", enum: ["YES", "NO"] }] },
        outputs: { parameters: [{ name: "ok", valueFrom: { supplied: {} } }] },
      },
    ],
  ])("%s", (_what, template, spec) => {
    expect(behind(template, spec)).toEqual([`spec.templates.0.steps.1.0 apply: ${account}`]);
  });
  it("is unlike a suspend alone, whatever else its defaults are", () => {
    expect(behind({ suspend: {} }, { templateDefaults: { timeout: "1m" } })).toEqual([]);
  });
  it("is one of two templates of one name", () => {
    const spec = main(
      { steps: [[{ name: "a", template: "gate" }], [{ name: "b", template: "apply" }]] },
      { ...plan, name: "gate" },
    );
    expect(found(spec)).toHaveLength(1);
  });
  it("is a template of the cluster, or one that the run chooses", () => {
    for (const call of [
      { templateRef: { name: "x", template: "gate" } },
      { template: "{{x}}" },
      { template: "gone" },
    ])
      expect(
        found(main({ steps: [[{ name: "a", ...call }], [{ name: "b", template: "apply" }]] })),
      ).toContain(`spec.templates.0.steps.1.0 apply: ${account}`);
  });
  it("is seen through templates in any order, however often they call each other", () => {
    const spec = {
      templates: [
        { name: "outer", steps: [[{ name: "a", template: "inner" }]] },
        { name: "main", steps: [[{ name: "a", template: "outer" }], [{ name: "b", template: "apply" }]] },
        { name: "inner", steps: [[{ name: "a", template: "wait" }]] },
        { name: "wait", steps: [[{ name: "a", template: "gate" }]] },
        apply,
        gate,
      ],
    };
    expect(found(spec)).toEqual([]);
    const open = {
      ...spec,
      templates: spec.templates.map((each) => (each === gate ? { ...plan, name: "gate" } : each)),
    };
    expect(found(open)).toEqual([`spec.templates.1.steps.1.0 apply: ${account}`]);
  });
});

describe("the problem that says so", () => {
  const policy = RepositoryPolicy.parse({
    serviceAccounts: ["*"],
    protected: { serviceAccounts: ["deployer"] },
  });
  const hint =
    "Put an approval (a suspend template without `duration`, `when` and loop) before it on every way here, without `continueOn`; where the gate has an output, add `when: '{{steps.GATE.outputs.parameters.NAME}} == APPROVED'` to the step after it. To leave both out, put them into one template and the `when` on its call. A template that holds a gate must hold no `{{=...}}` and no `{{workflow.outputs...}}`, and with `inline` or `retryStrategy` none but of its own steps. Exit handlers and hooks run without approval.";
  const problems = (text: string, library: ReturnType<typeof makeManifest>[] = []) => {
    const result = compile(input(text, { policy, library }));
    return "problems" in result ? result.problems : [];
  };
  it("names the template, what it uses and what to do", () => {
    const text = `${head}spec:\n  entrypoint: main\n  onExit: main\n  templates:\n    - name: main\n      serviceAccountName: deployer\n      container: { image: x }\n`;
    expect(problems(text)).toEqual(
      [6, 7].map((line) => ({
        severity: "error",
        rule: "unguarded",
        message:
          "`main` uses the protected service account `deployer`, and can run here before any gate of this run was approved.",
        hint,
        position: expect.objectContaining({ file: ".workflows/test.yaml", line }),
      })),
    );
  });
  it("stands at the call in the manifest that makes it", () => {
    const library = [
      makeManifest(
        "kind: WorkflowTemplate\nmetadata: { name: lib }\nspec:\n  templates:\n    - name: t\n      steps:\n        - - { name: a, template: apply }\n    - { name: apply, serviceAccountName: deployer, container: { image: x } }\n",
        ".workflows/lib.yaml",
      ),
    ];
    const text = `${head}spec:\n  entrypoint: main\n  templates:\n    - { name: main, steps: [[{ name: a, templateRef: { name: lib, template: t } }]] }\n`;
    expect(problems(text, library).map(({ position }) => [position.file, position.line])).toEqual([
      [".workflows/lib.yaml", 7],
    ]);
  });
});
