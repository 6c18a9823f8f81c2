import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkManifests } from "./check.js";

const CORPUS = "../shared/argo-corpus";
const MANIFESTS = join(CORPUS, "manifests");

/** What Argo itself refuses before anything runs, and the rule that refuses it here. */
const REFUSED: Readonly<Record<string, string>> = {
  "test/e2e/expectedfailures/empty-parameter-dag.yaml": "missing-argument",
  "test/e2e/expectedfailures/empty-parameter-steps.yaml": "missing-argument",
  "test/e2e/expectedfailures/misreference-template-name.yaml": "unknown-template",
  "test/e2e/smoke/basic-invalid.yaml": "yaml-syntax",
  "test/e2e/testdata/malformed/malformed-cronworkflow.yaml": "wrong-type",
  "test/e2e/testdata/malformed/malformed-workflow.yaml": "wrong-type",
};
/** Kinds that a repository does not run: the cluster has them, or they are not Argo's. */
const OTHER_KIND = /^kind: (?:ClusterWorkflowTemplate|ConfigMap)$/m;

describe.skipIf(!existsSync(MANIFESTS))(
  "Argo's own manifests (skipped where the corpus is not at hand)",
  () => {
    const paths = existsSync(MANIFESTS)
      ? readdirSync(MANIFESTS, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".yaml"))
      : [];

    it.each(paths)("%s", (path) => {
      const text = readFileSync(join(MANIFESTS, path), "utf8");
      const rules = checkManifests([{ path, text }])
        .problems.filter(({ severity }) => severity === "error")
        .map(({ rule }) => rule);
      const refusal = REFUSED[path];
      if (refusal !== undefined) expect(rules).toContain(refusal);
      else expect(rules).toEqual(OTHER_KIND.test(text) ? ["unknown-kind"] : []);
    });
  },
);

it("finds nothing to say about the examples", () => {
  const paths = readdirSync("workflows-examples").filter((path) => /\.ya?ml$/.test(path));
  const files = paths.map((path) => ({ path, text: readFileSync(join("workflows-examples", path), "utf8") }));
  expect(files.length).toBeGreaterThan(0);
  expect(checkManifests(files).problems).toEqual([]);
});

const SEED = "../shared/seed";

describe.skipIf(!existsSync(SEED))(
  "the workflow of a platform team (skipped where it is not at hand)",
  () => {
    const faults = (name: string): string[] =>
      checkManifests([{ path: name, text: readFileSync(join(SEED, name), "utf8") }]).problems.map(
        ({ severity, rule, position }) => `${position.line}:${position.column} ${severity} ${rule}`,
      );

    it("as written: each fault at its line", () => {
      expect(faults("pulumi-preview-update.as-written.yaml")).toEqual([
        "16:5 error yaml-syntax",
        "20:17 notice helm-escape",
        "61:9 error yaml-syntax",
        "89:1 error unknown-field",
      ]);
    });

    it("mended: accepted, with a notice of the Helm escapes", () => {
      expect(faults("pulumi-preview-update.mended.helm.yaml")).toEqual(["17:21 notice helm-escape"]);
    });
  },
);
