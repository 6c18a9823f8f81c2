import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { input, problemsOf, simple } from "./compile-maker.js";

describe("a field that could reach further", () => {
  const inSpec = (line: string): string =>
    simple.replace("  entrypoint: main\n", `  entrypoint: main\n  ${line}\n`);
  const inTemplate = (line: string): string =>
    simple.replace("    - name: main\n", `    - name: main\n      ${line}\n`);
  const inContainer = (field: string): string => simple.replace("image: busybox", `image: busybox, ${field}`);
  it.each([
    ["hostNetwork", inSpec("hostNetwork: true"), 7],
    ["podSpecPatch", inSpec("podSpecPatch: '{}'"), 7],
    ["workflowMetadata", inSpec("workflowMetadata: { labels: { a: b } }"), 7],
    ["hostPath", inSpec("volumes: [{ name: root, hostPath: { path: / } }]"), 7],
    ["suspend", inSpec("templateDefaults: { suspend: { duration: '0' } }"), 7],
    ["imagePullSecrets", inSpec("imagePullSecrets: [{ name: x }]"), 7],
    ["executor", inSpec("executor: { serviceAccountName: x }"), 7],
    ["status", inSpec("status: {}"), 7],
    ["__proto__", inSpec("__proto__: { a: 1 }"), 7],
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
    ["securityContext", inContainer("securityContext: { privileged: true }"), 9],
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
