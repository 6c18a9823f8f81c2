/** For tests: runs of small manifests through `compile`. */
import type { Workflow } from "../manifest/argo.js";
import type { RunFacts } from "../run/metadata.js";
import { compile, type CompileInput } from "./compile.js";
import { makeManifest } from "./manifest-maker.js";

export const sha = "c".repeat(40);
export const facts: RunFacts = {
  installationId: 1,
  repositoryId: 10,
  repository: "acme/infra",
  manifest: "deploy/it",
  manifestFile: ".workflows/test.yaml",
  checkName: "deploy",
  title: "Deploy",
  event: "pull_request",
  headSha: sha,
  ref: "refs/pull/7/merge",
  actor: { id: 1, login: "alice" },
  pullRequest: { number: 7, baseRef: "main", baseSha: sha, headRef: "topic", fork: false },
  attempt: 1,
  trigger: "pull_request:7",
  cloneUrl: "https://github.test/acme/infra.git",
  tokenPermissions: { contents: "read" },
  htmlUrl: "https://github.test/acme/infra",
};
export function input(text: string, change: Partial<CompileInput> = {}): CompileInput {
  return {
    manifest: makeManifest(text),
    library: [],
    facts,
    namespace: "sluice",
    name: "deploy-1",
    ...change,
  };
}
export function compiled(text: string, change: Partial<CompileInput> = {}): Workflow {
  const result = compile(input(text, change));
  if ("problems" in result) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.workflow;
}
export function problemsOf(text: string, change: Partial<CompileInput> = {}): string[] {
  const result = compile(input(text, change));
  return "problems" in result
    ? result.problems.map((problem) => `${problem.position.line}: ${problem.message}`)
    : [];
}
export const head = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata:\n  name: deploy\n";
const leaf = "    - name: main\n      container: { image: busybox, command: [echo] }\n";
export const simple = `${head}spec:\n  entrypoint: main\n  templates:\n${leaf}`;
