import { describe, expect, it } from "vitest";
import { lintPolicy } from "./lint-policy.js";
import { makeManifest } from "./manifest-maker.js";

const on = 'sluice.dev/on: "push"';
function lint(templates: string, annotations = "", kind = "WorkflowTemplate"): ReturnType<typeof lintPolicy> {
  const body = `  entrypoint: main\n  templates:\n${templates}`;
  const spec =
    kind === "CronWorkflow" ? `  schedule: '@daily'\n  workflowSpec:\n${body.replaceAll(/^/gm, "  ")}` : body;
  const text = `kind: ${kind}\nmetadata:\n  name: x\n  annotations: {${annotations}}\nspec:\n${spec}`;
  return lintPolicy([makeManifest(text)]);
}
const gate = (annotations: string, more = "suspend: {}"): string =>
  `    - name: gate\n      metadata:\n        annotations:\n          ${annotations}\n      ${more}\n`;

describe("what a gate with a fault is answered", () => {
  it.each([
    ["sluice.dev/approvals: 'two'", 'sluice.dev/approvals must be a whole number from 1 to 99, not "two"'],
    ["sluice.dev/approvals: '0'", 'sluice.dev/approvals must be a whole number from 1 to 99, not "0"'],
    ["sluice.dev/approvals: '100'", 'sluice.dev/approvals must be a whole number from 1 to 99, not "100"'],
    ["sluice.dev/approvals: 2", "sluice.dev/approvals must be a text: put it in quotes"],
    ["sluice.dev/approvers: ' , '", "sluice.dev/approvers names nobody"],
    ["sluice.dev/approvers: 'a/b'", 'sluice.dev/approvers must hold logins and @org/team, not "a/b"'],
    [
      "sluice.dev/reject-on-changes: 'maybe'",
      'sluice.dev/reject-on-changes must be true or false, not "maybe"',
    ],
  ])("%s", (annotation, fault) => {
    expect(lint(gate(annotation))).toMatchObject([
      {
        severity: "error",
        rule: "gate",
        message: `${fault}; until then nothing opens this gate.`,
        position: { line: 11 },
      },
    ]);
  });
  it("of two faults each at its line", () => {
    const two = gate("sluice.dev/approvals: 'two'\n          sluice.dev/approvers: 'a/b'");
    expect(lint(two).map(({ position }) => position.line)).toEqual([11, 12]);
  });
  it.each([
    "sluice.dev/approvals: '2'",
    "sluice.dev/approvers: alice",
    "sluice.dev/approve: 'a=b'",
    "sluice.dev/reject-on-changes: 'true'",
  ])("a warning where it is no gate: %s", (annotation) => {
    const [name] = annotation.split(": ");
    for (const body of ["suspend: { duration: 5m }", "container: { image: x }"]) {
      expect(lint(gate(annotation, body))).toMatchObject([
        {
          severity: "warning",
          rule: "gate",
          message: `\`${name}\` has no effect here: only a suspend template without a duration is a gate.`,
          position: { line: 11 },
        },
      ]);
    }
  });
  it("that an approval cannot be told to it: an error only where Sluice is meant", () => {
    const mute = "suspend: {}\n      outputs: { parameters: [{ name: a, valueFrom: { supplied: {} } }] }";
    const fault = 'the output "a" has no enum, so sluice.dev/approve must say what an approval sets';
    const problem = {
      rule: "gate",
      message: `An approval cannot be told to this gate: ${fault}.`,
      hint: "Give the input an enum of two values with the refusal as its default, or write sluice.dev/approve: 'name=value'.",
      position: expect.objectContaining({ line: 12 }),
    };
    expect(lint(gate("note: x", mute))).toEqual([{ severity: "warning", ...problem }]);
    expect(lint(gate("note: x", mute), on)).toEqual([{ severity: "error", ...problem }]);
    expect(lint(gate("sluice.dev/approvals: '2'", mute))).toEqual([{ severity: "error", ...problem }]);
    expect(lint(gate("sluice.dev/approve: 'a='", mute))).toEqual([]);
    expect(lint(gate("sluice.dev/approve: 'b=1'", mute))).toMatchObject([
      { severity: "error", position: { line: 11 } },
    ]);
  });
  it("that a retry asks again after a rejection", () => {
    const retried = "suspend: {}\n      retryStrategy: { limit: 2 }";
    expect(lint(gate("note: x", retried))).toMatchObject([
      {
        severity: "warning",
        rule: "gate",
        message: "A gate with `retryStrategy` asks again after a rejection.",
        position: { line: 13 },
      },
    ]);
  });
  it.each([
    ["approval", 1],
    ["wait-for-approval", 1],
    ["prod-gate", 1],
    ["Sign-Off", 1],
    ["investigate", 0],
    ["delegated", 0],
    ["pause", 0],
  ])("that a duration opens what is named %s by itself", (name, warnings) => {
    const timer = `    - name: ${name}\n      suspend: { duration: 1h }\n`;
    const expected = {
      severity: "warning",
      rule: "gate",
      message: `\`${name}\` is no gate: it ends well by itself when its \`duration\` is over, whoever approves.`,
      hint: "Take `duration` out, so that it waits for an approval; or give a pause another name.",
      position: { line: 9 },
    };
    expect(lint(timer)).toMatchObject(warnings === 0 ? [] : [expected]);
    expect(lint(`    - name: ${name}\n      container: { image: x }\n`)).toEqual([]);
  });
  it("that a retry of the whole workflow or of the defaults holds for it, too", () => {
    const wide = "    []\n  retryStrategy: { limit: 2 }\n  templateDefaults: { retryStrategy: {} }\n";
    const templates = `${gate("note: x")}  retryStrategy: { limit: 2 }\n  templateDefaults: { retryStrategy: {} }\n`;
    const message = "This `retryStrategy` holds for the gates, too: they ask again after a rejection.";
    expect(lint(templates)).toMatchObject([
      { severity: "warning", rule: "gate", message, position: { line: 13 } },
      { severity: "warning", rule: "gate", message, position: { line: 14 } },
    ]);
    expect(lint(wide)).toEqual([]);
  });
  it("also in an inline template and in a CronWorkflow", () => {
    const inline =
      "    - name: main\n      steps:\n        - - name: a\n            inline:\n              suspend: {}\n              metadata: { annotations: { sluice.dev/approvals: none } }\n";
    expect(lint(inline).map(({ position }) => position.line)).toEqual([13]);
    const cron = lint(gate("sluice.dev/approvals: 'two'"), "", "CronWorkflow");
    expect(cron.map(({ position }) => position.line)).toEqual([13]);
  });
  it("nothing while the list of templates itself is broken, which was said before", () => {
    expect(lint(`    - text\n${gate("sluice.dev/approvals: 'two'")}`)).toEqual([]);
    const text = "kind: Workflow\nmetadata: { name: x }\nspec: { entrypoint: main }\n";
    expect(lintPolicy([makeManifest(text)])).toEqual([]);
  });
});

describe("code that strangers write into", () => {
  const direct = (body: string): string => `    - name: main\n      ${body}\n`;
  const message =
    "A value that anyone can choose (a branch or user name) is put into a script, where it can run as code.";
  const hint = 'Pass it in `env` and use it quoted in the script, e.g. "$HEAD_REF".';
  it.each(["github-head-ref", "github-ref", "github-ref-name", "github-actor"])(
    "is warned of: %s",
    (name) => {
      expect(lint(direct(`script: { image: x, source: "echo {{workflow.parameters.${name}}}" }`))).toEqual([
        {
          severity: "warning",
          rule: "untrusted-code",
          message,
          hint,
          position: expect.objectContaining({ line: 9 }),
        },
      ]);
    },
  );
  it.each([
    "sh",
    "/bin/bash",
    "ash",
    "dash",
    "zsh",
    "ksh",
    "python",
    "python3",
    "/usr/bin/python3.12",
    "node",
    "perl",
    "ruby",
    "eval",
  ])("is what %s is given", (command) => {
    const value = '"x {{workflow.parameters.github-actor}}"';
    for (const body of [
      `container: { image: x, command: [${command}, -c], args: [${value}] }`,
      `container: { image: x, command: [${command}, -c, ${value}] }`,
      `script: { image: x, command: [${command}], args: [${value}], source: "y" }`,
      `container: { image: x, args: [${command}, -c, ${value}] }`,
    ])
      expect(lint(direct(body)).map(({ rule }) => rule)).toEqual(["untrusted-code"]);
  });
  it.each(["echo", "bashful", "my-sh", "nodes", "pythonx", "sh.exe"])(
    "is not what %s is given",
    (command) => {
      const body = `container: { image: x, command: [${command}], args: ["{{workflow.parameters.github-actor}}"] }`;
      expect(lint(direct(body))).toEqual([]);
    },
  );
  it("is a parameter that a comment sets to any text", () => {
    const source =
      "    - name: main\n      script: { image: x, source: 'echo {{workflow.parameters.to}}' }\n";
    const declaring = (more: string) => `${source}  arguments: { parameters: [{ name: to${more} }] }\n`;
    const message = "A value that a comment can set is put into a script, where it can run as code.";
    for (const event of ["dispatch", "{comment: [apply]}"])
      expect(lint(declaring(""), `sluice.dev/on: "${event}"`)).toMatchObject([
        { severity: "warning", rule: "untrusted-code", message, position: { line: 9 } },
      ]);
    expect(lint(declaring(", enum: [a, b]"), 'sluice.dev/on: "dispatch"')).toEqual([]);
    expect(lint(declaring(""), on)).toEqual([]);
    expect(lint(source, 'sluice.dev/on: "dispatch"')).toEqual([]);
  });
  it("is not a value that strangers cannot choose", () => {
    for (const name of ["github-sha", "github-repository", "github-base-ref", "mine"])
      expect(lint(direct(`script: { image: x, source: "echo {{workflow.parameters.${name}}}" }`))).toEqual(
        [],
      );
  });
});

describe("the token in a place that does not hide it", () => {
  const given = (body: string): string => `    - name: main
      steps:
        - - { name: github-authorize, template: github-authorize }
        - - name: a
            template: run
            arguments: { parameters: [{ name: t, value: "{{steps.github-authorize.outputs.parameters.github-token}}" }] }
    - name: run
      inputs: { parameters: [{ name: t }] }
      ${body}
`;
  const hint = "Pass it in `env`, e.g. GITHUB_TOKEN, and read it from there.";
  const inSource = "The GitHub token does not reach `source`: a shell would take it for a command to run.";
  const inArguments = "The GitHub token in `args` can be read in the machine's list of processes.";
  it.each([
    ['script: { image: x, source: "curl {{inputs.parameters.t}}" }', inSource],
    ['script: { image: x, source: y, args: ["{{inputs.parameters.t}}"] }', inArguments],
    ['container: { image: x, args: [a, "{{inputs.parameters.t}}"] }', inArguments],
  ])("is warned of: %s", (body, message) => {
    expect(lint(given(body))).toEqual([
      {
        severity: "warning",
        rule: "token-reach",
        message,
        hint,
        position: expect.objectContaining({ line: 16 }),
      },
    ]);
  });
  it("is fine in a variable", () => {
    const env = 'env: [{ name: GITHUB_TOKEN, value: "{{inputs.parameters.t}}" }]';
    expect(lint(given(`container: { image: x, args: [a], ${env} }`))).toEqual([]);
  });
});

describe("keys with Sluice's prefix that mean nothing where they stand", () => {
  const message = (name: string) => `\`${name}\` means nothing here, and would be ignored.`;
  it.each([
    [
      "sluice.dev/approvers: alice",
      "It belongs into `metadata.annotations` of a suspend template.",
      "sluice.dev/approvers",
    ],
    ["sluice.dev/onn: push", "Did you mean `sluice.dev/on`?", "sluice.dev/onn"],
    [
      "sluice.dev/something-else-entirely: x",
      "Known here: sluice.dev/on, sluice.dev/token-permissions, sluice.dev/comment.",
      "sluice.dev/something-else-entirely",
    ],
  ])("are answered on the manifest: %s", (annotation, hint, name) => {
    expect(lint("    []", annotation)).toEqual([
      {
        severity: "error",
        rule: "unknown-annotation",
        message: message(name),
        hint,
        text: name,
        position: expect.objectContaining({ line: 4 }),
      },
    ]);
  });
  it("are found beside fields that are left empty", () => {
    expect(
      lint("    - name: main\n      container:\n      suspend: {}\n", "note: , sluice.dev/onn: push"),
    ).toMatchObject([{ rule: "unknown-annotation" }]);
  });
  it("are answered on a gate, an inline gate and elsewhere", () => {
    const known =
      "Known here: sluice.dev/approvals, sluice.dev/approvers, sluice.dev/approve, sluice.dev/reject-on-changes, sluice.dev/code-owners, sluice.dev/environment.";
    expect(lint(gate("sluice.dev/something-else-entirely: x"))[0]).toMatchObject({
      hint: known,
      position: { line: 11 },
    });
    const inline = (name: string) =>
      `    - name: main\n      steps:\n        - - { name: a, inline: { suspend: {}, metadata: { annotations: { ${name}: '2' } } } }\n`;
    expect(lint(inline("sluice.dev/something-else-entirely"))[0]?.hint).toBe(known);
    expect(lint(inline("sluice.dev/approvals"))).toEqual([]);
    const label =
      "    - name: main\n      container: { image: x }\n      metadata: { labels: { sluice.dev/something-else-entirely: x } }\n";
    expect(lint(label)[0]?.hint).toBe("Known here: none.");
    expect(lint(gate("note: sluice.dev/approvals"))).toEqual([]);
    expect(lint(gate("x.sluice.dev/something-else-entirely: x"))).toEqual([]);
  });
});

describe("two manifests of one name", () => {
  const named = (file: string, name: string, annotation = "") =>
    makeManifest(`kind: Workflow\nmetadata:\n  name: ${name}${annotation}\nspec: {}\n`, file);
  it("are told of each other, each at its name", () => {
    const all = [
      named(".workflows/a.yaml", "one"),
      named(".workflows/b.yaml", "one"),
      named(".workflows/c.yaml", "two"),
    ];
    expect(lintPolicy(all)).toEqual(
      [
        [".workflows/a.yaml", ".workflows/b.yaml"],
        [".workflows/b.yaml", ".workflows/a.yaml"],
      ].map(([file, other]) => ({
        severity: "error",
        rule: "duplicate-manifest",
        message: `The manifest at ${other}:3 has the name \`one\` too.`,
        hint: "Give each manifest its own `metadata.name`: it names the check.",
        position: expect.objectContaining({ file, line: 3 }),
      })),
    );
  });
  it("are fine in different folders, and where one is a library or no folder is Sluice's", () => {
    for (const [first, second] of [
      [".workflows/a.yaml", "infra/.workflows/a.yaml"],
      ["x.workflows/a.yaml", "x.workflows/b.yaml"],
      ["workflows/a.yaml", "workflows/b.yaml"],
      [".workflows/old/a.yaml", ".workflows/old/b.yaml"],
      ["a.yaml", "b.yaml"],
    ] as const)
      expect(lintPolicy([named(first, "one"), named(second, "one")])).toEqual([]);
    const twice = ["infra/.workflows/a.yaml", "infra/.workflows/b.yaml"].map((file) => named(file, "one"));
    expect(lintPolicy(twice)).toHaveLength(2);
    const library = makeManifest(
      "kind: WorkflowTemplate\nmetadata: { name: one }\nspec: {}\n",
      ".workflows/l.yaml",
    );
    expect(lintPolicy([named(".workflows/a.yaml", "one"), library])).toEqual([]);
  });
});
