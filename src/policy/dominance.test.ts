import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { compiled, head, input } from "./compile-maker.js";
import { RepositoryPolicy } from "./configuration.js";

const policy = RepositoryPolicy.parse({
  serviceAccounts: ["*"],
  secrets: ["*"],
  templates: ["cluster/*"],
  protected: { serviceAccounts: ["deployer"], secrets: ["prod-*"], templates: ["cluster/apply"] },
});

const templates = `
    - { name: plan, container: { image: x } }
    - { name: apply, serviceAccountName: deployer, container: { image: x } }
    - { name: gate, suspend: {} }
    - { name: delay, suspend: { duration: 1h } }
    - name: ask
      inputs: { parameters: [{ name: ok, default: "NO", enum: ["YES", "NO"] }] }
      outputs: { parameters: [{ name: ok, valueFrom: { supplied: {} } }] }
      suspend: {}
`.slice(1);
const workflow = (main: string, rest = "") =>
  `${head}spec:\n  entrypoint: main\n${rest}  templates:\n    - name: main\n      ${main}\n${templates}`;
const steps = (...groups: string[]) => `steps: [[${groups.map((group) => `{${group}}`).join("], [")}]]`;
const dag = (...tasks: string[]) => `dag: { tasks: [${tasks.map((task) => `{${task}}`).join(", ")}] }`;
const ok = "steps.a.outputs.parameters.ok";

function unguarded(text: string): string[] {
  const result = compile(input(text, { policy }));
  if ("workflow" in result) return [];
  return result.problems.map(({ position, rule, message }) => `${position.line} ${rule} ${message}`);
}

describe("a protected service account behind a gate", () => {
  it.each([
    ["a step after a gate", workflow(steps("name: a, template: gate", "name: b, template: apply"))],
    [
      "a task that depends on a gate",
      workflow(dag("name: a, template: gate", "name: b, template: apply, depends: a")),
    ],
    [
      "a task far behind a gate",
      workflow(
        dag(
          "name: a, template: gate",
          "name: p, template: plan, depends: a",
          "name: b, template: apply, dependencies: [p]",
        ),
      ),
    ],
    [
      "a `when` that demands the approving value",
      workflow(steps("name: a, template: ask", `name: b, template: apply, when: "{{${ok}}} == YES"`)),
    ],
    [
      "a `when` around the template that applies",
      workflow(
        steps(
          "name: a, template: ask",
          `name: b, when: "'{{${ok}}}' == 'YES'", inline: { ${steps("name: c, template: apply")} }`,
        ),
      ),
    ],
    [
      "a `when` around the gate and what it guards",
      workflow(
        steps(
          `name: x, when: "{{workflow.parameters.x}}", inline: { ${steps(
            "name: a, template: ask",
            `name: b, template: apply, when: "{{${ok}}} == YES"`,
          )} }`,
        ),
        "  arguments: { parameters: [{ name: x, value: yes please }] }\n",
      ),
    ],
    [
      "a gate with an output that a task depends on",
      workflow(
        dag(
          "name: a, template: ask",
          `name: b, template: apply, depends: a, when: "{{tasks.a.outputs.parameters.ok}} == YES"`,
        ),
      ),
    ],
    [
      "a gate inside another template",
      workflow(steps(`name: a, inline: { ${dag("name: g, template: gate")} }`, "name: b, template: apply")),
    ],
    [
      "a gate for each item of a list",
      workflow(steps("name: a, template: gate, withItems: [1, 2]", "name: b, template: apply")),
    ],
    [
      "a gate that is asked again",
      workflow(steps("name: a, template: gate", "name: b, template: apply")).replace(
        "{ name: gate,",
        "{ name: gate, retryStrategy: { limit: 3 },",
      ),
    ],
    [
      "an exit handler with a gate of its own",
      workflow("container: { image: x }", "  onExit: end\n") +
        `    - name: end\n      ${steps("name: a, template: gate", "name: b, template: apply")}\n`,
    ],
    [
      "the exit handler of a step behind a gate",
      workflow(steps("name: a, template: gate", "name: b, template: plan, onExit: apply")),
    ],
    [
      "a recursion behind a gate",
      workflow(steps("name: a, template: gate", "name: b, template: apply", "name: c, template: main")),
    ],
    ["nothing that is called", workflow("container: { image: x }")],
  ])("is accepted: %s", (_what, text) => {
    expect(unguarded(text)).toEqual([]);
  });
});

describe("a protected service account that can run without approval", () => {
  const inline = (body: string) => `inline: { ${body} }`;
  const ofCluster = "templateRef: { name: plan, template: t, clusterScope: true }";
  it.each([
    ["no gate at all", workflow(steps("name: b, template: apply"))],
    ["as the entrypoint", workflow("serviceAccountName: deployer\n      container: { image: x }"), 6],
    ["before the gate", workflow(steps("name: b, template: apply", "name: a, template: gate"))],
    ["beside the gate", workflow("steps: [[{name: a, template: gate}, {name: b, template: apply}]]")],
    ["a suspend with a duration", workflow(steps("name: a, template: delay", "name: b, template: apply"))],
    [
      "a gate that `when` can skip",
      workflow(
        steps(`name: a, template: gate, when: "{{workflow.parameters.x}} == 1"`, "name: b, template: apply"),
      ),
    ],
    [
      "a gate over no items",
      workflow(steps("name: a, template: gate, withItems: []", "name: b, template: apply")),
    ],
    [
      "a gate over items that a step gives",
      workflow(
        steps(`name: a, template: gate, withParam: "{{steps.p.outputs.result}}"`, "name: b, template: apply"),
      ),
    ],
    [
      "a gate on another branch",
      workflow(
        dag("name: a, template: gate", "name: p, template: plan", "name: b, template: apply, depends: p"),
      ),
    ],
    [
      "one of two branches",
      workflow(
        dag(
          "name: a, template: gate",
          "name: p, template: plan",
          "name: b, template: apply, depends: a || p",
        ),
      ),
    ],
    [
      "continueOn over a rejected gate",
      workflow(steps("name: a, template: gate, continueOn: { failed: true }", "name: b, template: apply")),
    ],
    [
      "continueOn of a task",
      workflow(
        dag(
          "name: a, template: gate, continueOn: { error: true }",
          "name: b, template: apply, dependencies: [a]",
        ),
      ),
    ],
    [
      "after a rejection",
      workflow(dag("name: a, template: gate", "name: b, template: apply, depends: a.Failed")),
    ],
    [
      "whatever the gate says",
      workflow(
        dag("name: a, template: gate", "name: b, template: apply, depends: a.Succeeded || !a.Succeeded"),
      ),
    ],
    ["a rejection that is an output", workflow(steps("name: a, template: ask", "name: b, template: apply"))],
    [
      "a `when` that does not demand the approval",
      workflow(steps("name: a, template: ask", `name: b, template: apply, when: "'{{${ok}}}' != 'NO'"`)),
    ],
    [
      "a gate that is skipped, whose output a step forges",
      workflow(
        steps(
          `name: a, template: ask, when: "{{workflow.parameters.x}}"`,
          `name: b, template: apply, when: "{{${ok}}} == YES"`,
        ),
      ),
    ],
    [
      "a gate that is rejected, whose output a step forges",
      workflow(
        steps(
          "name: a, template: ask, continueOn: { failed: true }",
          `name: b, template: apply, when: "{{${ok}}} == YES"`,
        ),
      ),
    ],
    [
      "a gate that failed, whose output a step forges",
      workflow(
        dag(
          "name: a, template: ask",
          `name: b, template: apply, depends: a.Succeeded || a.Failed, when: "{{tasks.a.outputs.parameters.ok}} == YES"`,
        ),
      ),
    ],
    [
      "an inner gate that has the name of an outer step",
      workflow(
        steps(
          "name: a, template: plan",
          `name: x, inline: { ${steps(
            `name: a, template: ask, when: "false"`,
            `name: b, template: apply, when: "{{${ok}}} == YES"`,
          )} }`,
        ),
      ),
    ],
    [
      "a `when` that is longer than Sluice reads",
      workflow(steps(`name: b, template: apply, when: "${"(".repeat(101)}true${")".repeat(101)}"`)),
    ],
    ["a `when` that is false", workflow(steps(`name: b, template: apply, when: "1 == 2"`))],
    [
      "a gate whose argument brings its own default",
      workflow(
        steps(
          `name: a, template: ask, arguments: {parameters: [{name: ok, value: '{"enum":["YES"]}'}]}`,
          `name: b, template: apply, when: "{{${ok}}} == YES"`,
        ),
      ),
    ],
    [
      "a `when` with a value that is not known",
      workflow(
        steps(
          "name: a, template: ask",
          `name: b, template: apply, when: "{{${ok}}} == YES || {{workflow.parameters.x}}"`,
        ),
      ),
    ],
    [
      "a `when` on a step that only has the gate's name",
      workflow(
        `steps: [[{name: a, template: ask}], [{name: a, template: plan}], [{name: b, template: apply, when: "{{${ok}}} == YES"}]]`,
      ),
    ],
    [
      "a `when` in an expression tag",
      workflow(steps("name: a, template: ask", `name: b, template: apply, when: "{{=${ok}}} == YES"`)),
    ],
    [
      "a `when` on the rejection",
      workflow(steps("name: a, template: ask", `name: b, template: apply, when: "{{${ok}}} == NO"`)),
    ],
    [
      "a gate in an inline template that the run may rewrite",
      workflow(
        steps(
          `name: x, arguments: {parameters: [{name: p, value: "{{workflow.outputs.parameters.p}}"}]}, inline: { ${steps(
            "name: a, template: gate",
            "name: b, template: apply",
          )} }`,
        ),
      ),
    ],
    [
      "a step whose own account a tag may take away",
      workflow(
        steps(
          `name: b, ${inline(`serviceAccountName: plain, container: { image: x, args: ["{{inputs.parameters.x}}"] }`)}`,
        ),
        "  serviceAccountName: deployer\n",
      ),
      10,
    ],
    [
      "a step whose own account and the defaults' a tag may take away",
      workflow(
        steps("name: b, template: plan"),
        `  serviceAccountName: deployer\n  templateDefaults: { activeDeadlineSeconds: "{{workflow.outputs.parameters.a", serviceAccountName: plain, timeout: "z}}" }\n`,
      ),
      11,
    ],
    [
      "a cluster's template that gets the run's account",
      workflow(steps(`name: b, ${ofCluster}`), "  serviceAccountName: deployer\n"),
      10,
    ],
    [
      "a cluster's template that gets the run's account where a tag takes the defaults' away",
      workflow(
        steps(`name: b, ${ofCluster}`),
        "  serviceAccountName: deployer\n  templateDefaults: { serviceAccountName: plain }\n",
      ),
      11,
    ],
    [
      "a cluster's template that gets the defaults' account",
      workflow(steps(`name: b, ${ofCluster}`), "  templateDefaults: { serviceAccountName: deployer }\n"),
      10,
    ],
    ["the exit handler", workflow("container: { image: x }", "  onExit: apply\n"), 7],
    [
      "a hook of the workflow",
      workflow("container: { image: x }", "  hooks: { running: { expression: 'true', template: apply } }\n"),
      7,
    ],
    [
      "the exit handler of a gate",
      workflow(steps("name: a, template: gate, onExit: apply", "name: b, template: plan")),
    ],
    [
      "a hook of a step that does not run",
      workflow(
        steps(
          `name: a, template: plan, when: "false", hooks: { never: { expression: 'true', template: apply } }`,
        ),
      ),
    ],
    [
      "a hook of a task that is left out",
      workflow(
        dag(
          "name: a, template: gate",
          "name: b, template: plan, depends: a, hooks: { x: { expression: 'true', template: apply } }",
        ),
      ),
    ],
    ["a template that the run chooses", workflow(steps(`name: b, template: "{{workflow.parameters.x}}"`))],
    [
      "an inline template",
      workflow(steps(`name: b, ${inline("serviceAccountName: deployer, container: { image: x }")}`)),
    ],
    [
      "a target that leaves the gate out",
      workflow(
        steps(
          `name: a, ${inline("dag: { target: p, tasks: [{ name: p, template: plan }, { name: g, template: gate }] }")}`,
          "name: b, template: apply",
        ),
      ),
    ],
    [
      "the defaults' account",
      workflow(steps("name: a, template: plan"), "  templateDefaults: { serviceAccountName: deployer }\n"),
      10,
    ],
    [
      "the workflow's account",
      workflow(steps("name: a, template: plan"), "  serviceAccountName: deployer\n"),
      10,
    ],
    [
      "a recursion that comes before its gate",
      workflow(
        steps(
          "name: c, template: main, when: '{{workflow.parameters.x}}'",
          "name: b, template: apply",
          "name: a, template: gate",
        ),
      ),
    ],
  ])("is refused at its line: %s", (_what, text, line = 9) => {
    expect(unguarded(text)).toContainEqual(
      expect.stringMatching(new RegExp(`^${line} unguarded .*\`deployer\``)),
    );
  });
});

describe("the proof", () => {
  const many = (what: string) =>
    dag(
      "name: g, template: gate",
      ...Array.from({ length: 12 }, (_, index) => `name: p${index}, template: plan`),
      `name: b, template: apply, depends: "g ${what} ${Array.from({ length: 12 }, (_, index) => `p${index}`).join(` ${what} `)}"`,
    );
  it("tells one of many from all of many", () => {
    expect(unguarded(workflow(many("&&")))).toEqual([]);
    expect(unguarded(workflow(many("||")))).toHaveLength(1);
  });
  it("ends on a large graph, too", () => {
    const task = (index: number) =>
      `name: p${index}, template: plan${index === 0 ? "" : `, depends: "p${index - 1} && p${Math.max(0, index - 2)}", when: "{{x}}"`}`;
    const tasks = Array.from({ length: 400 }, (_, index) => task(399 - index));
    expect(unguarded(workflow(dag(...tasks, "name: b, template: apply, depends: p399")))).toHaveLength(1);
  });
});

describe("a protected Secret or template", () => {
  const container = (fields: string) => workflow(`container: { image: x, ${fields} }`);
  it.each([
    [
      "in a variable",
      container("env: [{ name: A, valueFrom: { secretKeyRef: { name: prod-key, key: k } } }]"),
    ],
    ["as variables", container("envFrom: [{ secretRef: { name: prod-key } }]")],
    [
      "as a volume that is mounted",
      workflow(
        "container: { image: x, volumeMounts: [{ name: v, mountPath: /v }] }",
        "  volumes: [{ name: v, secret: { secretName: prod-key } }]\n",
      ),
      6,
    ],
    [
      "in the defaults",
      workflow(
        "container: { image: x }",
        "  templateDefaults: { container: { envFrom: [{ secretRef: { name: prod-key } }] } }\n",
      ),
      6,
    ],
  ])("is refused before a gate: a Secret %s", (_what, text, line = 6) => {
    expect(unguarded(text)).toEqual([expect.stringMatching(new RegExp(`^${line} unguarded .*\`prod-key\``))]);
  });
  it.each([
    ["the defaults", "  templateDefaults: { container: { envFrom: [{ secretRef: { name: prod-key } }] } }\n"],
    ["the run's volumes", "  volumes: [{ name: v, secret: { secretName: prod-key } }]\n"],
  ])("is refused before a gate: a Secret that a cluster's template gets from %s", (_what, rest) => {
    const call = "templateRef: { name: plan, template: t, clusterScope: true }";
    expect(unguarded(workflow(steps(`name: b, ${call}`), rest))).toEqual([
      expect.stringMatching(/^10 unguarded .*`prod-key`/),
    ]);
    expect(unguarded(workflow(steps("name: a, template: gate", `name: b, ${call}`), rest))).toEqual([]);
  });
  it("is not used by a step that does not mount it, nor is another Secret protected", () => {
    const other = container("envFrom: [{ secretRef: { name: test-key } }]");
    const unmounted = workflow(
      "container: { image: x }",
      "  volumes: [{ name: v, secret: { secretName: prod-key } }]\n",
    );
    expect([...unguarded(other), ...unguarded(unmounted)]).toEqual([]);
  });
  it("is refused before a gate: a template of the cluster", () => {
    const call = "templateRef: { name: apply, template: t, clusterScope: true }";
    expect(unguarded(workflow(steps(`name: b, ${call}`)))).toEqual([
      expect.stringMatching(/^9 unguarded .*`cluster\/apply`/),
    ]);
    expect(unguarded(workflow(steps("name: a, template: gate", `name: b, ${call}`)))).toEqual([]);
    expect(unguarded(workflow(steps(`name: b, ${call.replace("apply", "plan")}`)))).toEqual([]);
  });
  it("is refused before a gate: the namespace's own account, where none is named", () => {
    const own = RepositoryPolicy.parse({ protected: { serviceAccounts: ["default"] } });
    const result = compile(
      input(workflow(steps("name: a, template: plan")).replace(/ {4}- \{ name: apply.*\n/, ""), {
        policy: own,
      }),
    );
    expect("problems" in result && result.problems.map(({ rule }) => rule)).toEqual(["unguarded"]);
  });
  it("is free where nothing is protected", () => {
    const open = RepositoryPolicy.parse({ serviceAccounts: ["*"] });
    expect(
      compiled(workflow(steps("name: b, template: apply")), { policy: open }).spec.templates,
    ).toHaveLength(6);
  });
});
