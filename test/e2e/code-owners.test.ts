import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfiguration } from "../../src/policy/configuration.js";
import { engines } from "../support/engines.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

/** Waits in the second after the plan appeared: GitHub's times have whole seconds. */
const nextSecond = () => sleep(1100);

const manifest = (name: string, annotations: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: 'pull_request: {branches: [main]}'
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: gate, template: approval}
    - name: approval
      metadata: {annotations: {${annotations}}}
      suspend: {}
`;

describe.each(engines)("code owners with the engine %s", (engine) => {
  let stage: Stage;
  let floor = "{}";
  beforeAll(async () => {
    const source = {
      current: () => parseConfiguration(`repositories: [{ match: acme/*, gates: ${floor} }]`, "test"),
      follow: () => () => undefined,
    };
    const files = {
      "README.md": "# Infra\n",
      ".github/CODEOWNERS": "* @bob\n/network/ @acme/sre\n",
    };
    stage = await openStage(files, engine, { configuration: source });
    stage.github.createUser("dave");
    stage.github.createTeam("acme", "sre", ["dave"]);
    await stage.github.actAs("bob").push(repository, "main", {
      files: {
        ".workflows/owned.yaml": manifest("owned", "sluice.dev/code-owners: 'true'"),
        ".workflows/plain.yaml": manifest("plain", "sluice.dev/code-owners: 'false'"),
      },
      message: "Add manifests",
    });
    await stage.github.idle();
  });
  afterAll(async () => stage?.close());

  const waits = (sha: string, name: string) =>
    stage.observer.until(sha, name, "the gate", (check) => check.conclusion === "action_required");
  const says = (sha: string, name: string, text: string) =>
    stage.observer.until(sha, name, text, (check) => (check.output.summary ?? "").includes(text));
  const opens = (sha: string, name: string) =>
    stage.observer.until(sha, name, "the end", (check) => check.conclusion === "success");
  const approve = (number: number) =>
    stage.github.actAs("bob").review(repository, number, { state: "APPROVED" });

  it("are asked through GitHub's own decision, where the branch demands them", async () => {
    const { number, sha } = await openPullRequest(stage, "topic");
    await waits(sha, "owned");
    await nextSecond();
    await approve(number);
    await opens(sha, "plain");
    await says(sha, "owned", "Require review from Code Owners");
    stage.github.protectBranch(repository, "main", { approvals: 1, codeOwners: true, as: "protection" });
    await nextSecond();
    await approve(number);
    await opens(sha, "owned");
    expect(stage.invalid).toEqual([]);
  });

  it("of the base branch count, not those that the pull request names; a ruleset will do", async () => {
    stage.github.protectBranch(repository, "main", { approvals: 1, codeOwners: true, as: "ruleset" });
    const { number, sha } = await openPullRequest(stage, "own-owners", {
      "network/a.tf": "a\n",
      ".github/CODEOWNERS": "* @bob\n",
    });
    await waits(sha, "owned");
    await nextSecond();
    await approve(number);
    await says(sha, "owned", "such as that of a code owner");
    await opens(sha, "plain");
  });

  it("are asked by the server's floor, whatever the manifest says", async () => {
    floor = "{ codeOwners: true }";
    const { number, sha } = await openPullRequest(stage, "floor", { "network/b.tf": "b\n" });
    await waits(sha, "plain");
    await nextSecond();
    await approve(number);
    await says(sha, "plain", "such as that of a code owner");
    floor = "{}";
  });

  it("who approved an earlier commit do not carry the newer one", async () => {
    const { number } = await openPullRequest(stage, "stale");
    await approve(number);
    const alice = stage.github.actAs("alice");
    const sha = await alice.push(repository, "stale", { files: { "more.txt": "more\n" }, message: "More" });
    await waits(sha, "owned");
    await says(sha, "owned", "may rest on the approval of");
    await nextSecond();
    await approve(number);
    await opens(sha, "owned");
    const [check] = stage.github
      .checkRuns(repository, sha)
      .filter(({ name }) => name === "owned")
      .slice(-1);
    expect(check?.output.summary).not.toContain("may rest on");
  });
});
