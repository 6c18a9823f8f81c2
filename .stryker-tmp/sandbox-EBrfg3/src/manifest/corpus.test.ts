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
