import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseManifests } from "../parse.js";
import type { Problem } from "../problem.js";
import { ARTIFACT_TABLES } from "./artifact.js";
import { CONTAINER_TABLES } from "./container.js";
import { fieldType } from "./field-type.js";
import type { FieldType, Table } from "./field-type.js";
import { POD_TABLES } from "./pod.js";
import { TEMPLATE_TABLES } from "./template.js";
import { WORKFLOW_TABLES } from "./workflow.js";

const TABLES: Record<string, Table> = {
  ...WORKFLOW_TABLES,
  ...TEMPLATE_TABLES,
  ...CONTAINER_TABLES,
  ...POD_TABLES,
  ...ARTIFACT_TABLES,
};
const ARGO_SCHEMA = "../shared/argo-corpus/argo-jsonschema-v4.1.2.json";

function check(spec: string): Problem[] {
  const text = `apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { name: a }\nspec:\n${spec}`;
  return parseManifests({ path: "a.yaml", text }).problems;
}

function tableNames(type: FieldType): string[] {
  if (type.is === "list" || type.is === "map") return tableNames(type.of);
  return type.is === "table" ? [type.name] : [];
}

it("names no table that there is not", () => {
  const named = Object.values(TABLES).flatMap((table) =>
    Object.values(table).flatMap((row) => tableNames(fieldType(row))),
  );
  expect(named.filter((name) => TABLES[name] === undefined)).toEqual([]);
});

describe.skipIf(!existsSync(ARGO_SCHEMA))(
  "the tables and Argo's own schema (skipped where it is not at hand)",
  () => {
    const definitions = existsSync(ARGO_SCHEMA)
      ? (
          JSON.parse(readFileSync(ARGO_SCHEMA, "utf8")) as {
            definitions: Record<string, { properties?: object }>;
          }
        ).definitions
      : {};

    it.each(Object.keys(TABLES))("%s has the same fields", (name) => {
      const found = [
        "io.argoproj.workflow.v1alpha1",
        "io.k8s.api.core.v1",
        "io.k8s.apimachinery.pkg.apis.meta.v1",
      ]
        .map((group) => definitions[`${group}.${name}`])
        .find((definition) => definition !== undefined);
      expect(Object.keys(TABLES[name] ?? {}).toSorted()).toEqual(
        Object.keys(found?.properties ?? {}).toSorted(),
      );
    });
  },
);

describe("checkSchema", () => {
  it.each([
    ["  template: []\n", "unknown-field", "Did you mean `templates`?"],
    ["  arguments: { parameters: [{ name: p, valu: 1 }] }\n", "unknown-field", "Did you mean `value`?"],
    [
      "  container: { image: sh }\n",
      "unknown-field",
      "`container` belongs in a template: check the indentation.",
    ],
    [
      "  templates: [{ name: a, retryStrategy: { retryPolicy: onFailure } }]\n",
      "unknown-value",
      "Did you mean `OnFailure`?",
    ],
    ["  templates: { name: a }\n", "wrong-type", "Begin each item with `- `."],
    ["  templates: [{ name: a, container: { env: [{ value: x }] } }]\n", "missing-field", undefined],
  ])("%s%s", (spec, rule, hint) => {
    expect(check(spec).map((problem) => [problem.rule, problem.hint])).toEqual([[rule, hint]]);
  });

  it("says what was expected and what stands there", () => {
    const [problem] = check('  parallelism: "2"\n');
    expect(problem).toMatchObject({
      rule: "wrong-type",
      message: '`parallelism` must be a whole number, and is the text "2".',
      text: '"2"',
      position: { line: 5, column: 16 },
    });
  });

  it("explains that steps are lists of lists", () => {
    const [problem] = check(
      "  templates:\n    - name: a\n      steps:\n        - name: b\n          template: c\n",
    );
    expect(problem).toMatchObject({
      rule: "wrong-type",
      position: { line: 8 },
      hint: expect.stringContaining("- - name"),
    });
  });

  it("takes what Argo takes: numbers as values, limits as texts, and with a warning numbers as texts", () => {
    const lenient =
      "  arguments: { parameters: [{ name: p, value: 1, default: true, enum: [1, true] }] }\n  templates: [{ name: a, activeDeadlineSeconds: '{{x}}', retryStrategy: { limit: '2' } }]\n";
    expect(check(lenient)).toEqual([]);
    expect(check("  entrypoint: 5\n").map(({ severity, rule }) => [severity, rule])).toEqual([
      ["warning", "unquoted-text"],
    ]);
  });
});
