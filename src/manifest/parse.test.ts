import { describe, expect, it } from "vitest";
import type { ManifestFile } from "./manifest.js";
import { parseManifests } from "./parse.js";

const HEAD = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { name: a }\n";
const SPEC = "spec:\n  entrypoint: main\n  templates:\n    - name: main\n      suspend: {}\n";

function file(text: string): ManifestFile {
  return { path: ".workflows/a.yaml", text };
}

function parse(text: string): ReturnType<typeof parseManifests> {
  return parseManifests(file(text));
}

/** What is wrong, as `line:column rule`. */
function faults(text: string): string[] {
  return parse(text).problems.map(({ position, rule }) => `${position.line}:${position.column} ${rule}`);
}

describe("parseManifests", () => {
  it("reads the documents of a file and skips empty ones", () => {
    const { manifests, problems } = parse(
      `---\n${HEAD}${SPEC}---\n---\n# nothing\n---\n${HEAD.replace("name: a", "generateName: b-")}${SPEC}`,
    );
    expect(problems).toEqual([]);
    expect(manifests.map(({ name, document, kind }) => ({ name, document, kind }))).toEqual([
      { name: "a", document: 0, kind: "Workflow" },
      { name: "b", document: 3, kind: "Workflow" },
    ]);
  });

  it("says where a value stands, its key, or the nearest parent of what is absent", () => {
    const [manifest] = parse(HEAD + SPEC).manifests;
    const at = { file: ".workflows/a.yaml", line: 7, endLine: 7 };
    expect(manifest?.positionOf(["spec", "templates", 0, "name"])).toEqual({
      ...at,
      column: 13,
      endColumn: 17,
    });
    expect(manifest?.positionOf(["spec", "templates", 0, "name"], "key")).toEqual({
      ...at,
      column: 7,
      endColumn: 11,
    });
    expect(manifest?.positionOf(["spec", "templates", 0, "dag", "tasks"])).toMatchObject({
      line: 7,
      column: 7,
    });
  });

  it("leaves out a document with a syntax error and keeps the others", () => {
    const { manifests, problems } = parse(`${HEAD}spec: [a\n---\n${HEAD}${SPEC}`);
    expect(manifests.map(({ document }) => document)).toEqual([1]);
    expect(problems.every(({ rule, severity }) => rule === "yaml-syntax" && severity === "error")).toBe(true);
  });

  it("hints at tabs and at tags without quotes", () => {
    const [tab] = parse(`${HEAD}spec:\n\tentrypoint: main\n`).problems;
    expect(tab).toMatchObject({
      rule: "yaml-syntax",
      position: { line: 5 },
      hint: expect.stringContaining("tabs"),
    });
    const [flow] = parse(`${HEAD}${SPEC}  onExit: {{workflow.parameters.x}}\n`).problems;
    expect(flow).toMatchObject({ position: { line: 9 }, hint: expect.stringContaining("in quotes") });
    const [mixed] = parse(`${HEAD}${SPEC}  onExit: {{workflow.parameters.x}}-done\n`).problems;
    expect(mixed).toMatchObject({ position: { line: 9 }, hint: expect.stringContaining("in quotes") });
  });

  it("names the kinds when a document has another one", () => {
    const [problem] = parse("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n").problems;
    expect(problem).toMatchObject({ rule: "unknown-kind", position: { line: 2, column: 7 } });
    expect(problem?.hint).toContain("Workflow, WorkflowTemplate, CronWorkflow");
  });

  it("reports each of two equal keys, and keys that reach into objects", () => {
    const text = `${HEAD}${SPEC}  entrypoint: other\n  __proto__: { polluted: true }\n  constructor: 1\n`;
    expect(faults(text)).toEqual(["9:3 duplicate-key", "10:3 forbidden-key", "11:3 forbidden-key"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("what Go's YAML reads", () => {
  it("knows booleans and octal numbers of YAML 1.1, and warns where a text was meant", () => {
    const text = `${HEAD}${SPEC}  suspend: no\n  arguments:\n    parameters:\n      - { name: p, value: YES, enum: [YES, "NO"] }\n    artifacts:\n      - { name: a, mode: 0755 }\n`;
    const { manifests, problems } = parse(text);
    expect(manifests[0]?.object.spec).toMatchObject({
      suspend: false,
      arguments: { parameters: [{ value: true, enum: [true, "NO"] }], artifacts: [{ mode: 0o755 }] },
    });
    expect(problems.map(({ rule, severity, text: written }) => [rule, severity, written])).toEqual([
      ["unquoted-text", "warning", "YES"],
      ["unquoted-text", "warning", "YES"],
    ]);
  });

  it("takes lines of a quoted text that are indented too little", () => {
    const args = `      container:\n        image: sh\n        args: ["\n    echo {{inputs.parameters.x}}\n  echo 2\n      "]\n`;
    const { manifests, problems } = parse(HEAD + SPEC.replace("      suspend: {}\n", args));
    expect(problems.map(({ rule, severity, position }) => [rule, severity, position.line])).toEqual([
      ["under-indented-scalar", "notice", 10],
    ]);
    expect(manifests[0]?.object.spec).toMatchObject({
      templates: [{ container: { args: [" echo {{inputs.parameters.x}} echo 2 "] } }],
    });
    expect(manifests[0]?.positionOf(["spec", "templates", 0, "container", "args"])).toMatchObject({
      line: 10,
      endLine: 10,
      column: 15,
    });
  });

  it("takes brackets that are closed too far left", () => {
    const text = `${HEAD}spec:\n  entrypoint: main\n  templates: [{\n  name: main,\n  suspend: {}\n }]\n  priority: 1\n`;
    const { manifests, problems } = parse(text);
    expect(problems.map(({ rule, severity, position }) => [rule, severity, position.line])).toEqual([
      ["under-indented-flow", "notice", 6],
    ]);
    expect(manifests[0]?.object.spec).toMatchObject({
      templates: [{ name: "main", suspend: {} }],
      priority: 1,
    });
  });

  it("merges mappings and expands aliases", () => {
    const text = `${HEAD}spec:\n  templates:\n    - &a { name: x, container: { image: i } }\n    - { <<: *a, name: z }\n  entrypoint: x\n`;
    const { manifests, problems } = parse(text);
    expect(problems).toEqual([]);
    expect(manifests[0]?.object.spec).toMatchObject({
      templates: [{ name: "x" }, { name: "z", container: { image: "i" } }],
    });
    expect(manifests[0]?.positionOf(["spec", "templates", 1, "container", "image"])).toMatchObject({
      line: 6,
    });
  });
});

describe("faults of indentation", () => {
  it("are found where they are made, and what follows is looked at too", () => {
    const text = `${HEAD}spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - name: a
    template: leaf
    arguments: {}
    - - name: b
        template: leaf
  - name: leaf
    container:
      args: [x]
        - name: TOKEN
          value: y

  onExti: main
`;
    const { manifests, problems } = parse(text);
    expect(manifests).toEqual([]);
    expect(
      problems.map(({ rule, position, text: written }) => [rule, position.line, position.column, written]),
    ).toEqual([
      ["yaml-syntax", 10, 5, "template"],
      ["yaml-syntax", 17, 9, "- name: TOKEN"],
      ["unknown-field", 20, 3, "onExti"],
    ]);
    expect(problems[0]?.hint).toContain("lines 10 to 11 by 4 more spaces");
  });
});

describe("Helm", () => {
  it("undoes escapes, with one notice and positions in the original text", () => {
    const text = `${HEAD}spec:\n  entrypoint: {{ "{{a}}" }}x\n  onExit: "{{\`{{workflow.status}}\`}}" # {{\`b\`}}\n  nonsense: 1\n`;
    const { manifests, problems } = parse(text.replace('{{ "{{a}}" }}x', '"{{ "{{a}}" }}x"'));
    expect(manifests[0]?.object.spec).toMatchObject({ entrypoint: "{{a}}x", onExit: "{{workflow.status}}" });
    expect(
      problems.map(({ rule, position, text: written }) => [rule, position.line, position.column, written]),
    ).toEqual([
      ["helm-escape", 5, 16, '{{ "{{a}}" }}'],
      ["unknown-field", 7, 3, "nonsense"],
    ]);
    expect(problems[0]?.message).toContain("3 Helm escapes");
    const onExit = text.split("\n")[5]!;
    expect(manifests[0]?.positionOf(["spec", "onExit"])).toMatchObject({
      line: 6,
      column: 11,
      endColumn: onExit.indexOf(" #") + 1,
    });
  });

  it("refuses templates of charts, and leaves Go templates in scripts alone", () => {
    expect(faults(`${HEAD}${SPEC}  onExit: {{ .Values.exit }} # {{ .Values.comment }}\n`)).toEqual([
      "9:11 helm-template",
    ]);
    expect(faults(`${HEAD}{{- if true }}\n${SPEC}{{- end }}\n`)).toEqual([
      "4:1 helm-template",
      "10:1 helm-template",
    ]);
    const script =
      "      script:\n        image: sh\n        source: |\n          docker inspect -f '{{.Id}}'\n          {{ range x }}\n";
    expect(faults(HEAD + SPEC.replace("      suspend: {}\n", script))).toEqual([]);
  });
});

describe("limits", () => {
  it.each([
    ["a bomb of aliases", "too-many-aliases", bomb()],
    ["an alias of itself", "too-deep", `${HEAD}spec: &a { x: *a }\n`],
    ["deep flow nesting", "too-deep", `${HEAD}spec: ${"[".repeat(50_000)}`],
    ["deep block nesting", "too-deep", `${HEAD}spec:\n  ${"- ".repeat(50_000)}x\n`],
    ["many keys of braces", "too-deep", `${HEAD}spec: ${"{a: ".repeat(20_000)}`],
    ["a huge file", "too-large", `${HEAD}# ${"x".repeat(1024 * 1024)}`],
    ["many documents", "too-many-documents", "---\na: 1\n".repeat(101)],
  ])("stops at %s", (_what, rule, text) => {
    const { manifests, problems } = parse(text);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
    expect(manifests).toEqual([]);
    expect(problems.length).toBeLessThan(300);
  });

  it("survives what is no YAML at all", () => {
    for (const text of [
      "",
      "\u0000\u0001",
      "}}}}",
      "*x",
      "&a",
      "? ? ?",
      "- - -\n:",
      "\ufeff",
      "'",
      '"\\',
      "%YAML 9\n---\na",
    ]) {
      expect(() => parse(text)).not.toThrow();
    }
  });
});

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = level === 0 ? "lol" : `*a${level - 1}`;
    return `  a${level}: &a${level} [${Array.from({ length: 9 }, () => items).join(", ")}]\n`;
  });
  return `${HEAD}spec:\n${levels.join("")}`;
}
