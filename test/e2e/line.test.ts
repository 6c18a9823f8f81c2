import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfiguration } from "../../src/policy/configuration.js";
import { engines, onlyHere } from "../support/engines.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

/** Works until there is a file of its commit's name, or waits at a gate. */
const manifest = (
  name: string,
  on: string,
  shared: string,
  first: string,
) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: '${on}'
spec:
  entrypoint: ${first}
  templates:
    - name: gate
      steps: [[{name: approval, template: approval}], [{name: work, template: work}]]
    - name: approval
      suspend: {}
    - name: work
      container:
        image: busybox
        command: [sh, -c, "until [ -e ${shared}/{{workflow.parameters.github-sha}} ]; do sleep 0.1; done"]
`;

const leftOut = onlyHere("the line of runs", "its steps look at a folder of this machine");

describe.skipIf(leftOut).each(engines)("the line of runs of a repository, with the engine %s", (engine) => {
  let stage: Stage;
  let limits = "{ parallelRuns: 1, queuedRuns: 2 }";
  beforeAll(async () => {
    const source = {
      current: () => parseConfiguration(`repositories: [{ match: acme/*, limits: ${limits} }]`, "test"),
      follow: () => () => undefined,
    };
    stage = await openStage({ "README.md": "# Infra\n" }, engine, { configuration: source });
    await stage.github.actAs("bob").push(repository, "main", {
      files: {
        ".workflows/apply.yaml": manifest("apply", "comment: [apply]", stage.shared, "work"),
        ".workflows/run.yaml": manifest("run", "dispatch: {}", stage.shared, "gate"),
      },
      message: "Add manifests",
    });
  });
  afterAll(async () => stage?.close());

  const until = (sha: string, what: string, title: string) =>
    stage.observer.until(sha, "apply", what, ({ output }) => (output.title ?? "").includes(title));
  const finish = (sha: string) => writeFileSync(join(stage.shared, sha), "");
  const start = async (branch: string) => {
    const pull = await openPullRequest(stage, branch);
    await stage.github.actAs("alice").comment(repository, pull.number, "/apply");
    return pull;
  };
  const running = (sha: string) => until(sha, "its work", "running apply");
  const queued = (sha: string) =>
    until(sha, "its turn", "Queued: waits for the other run of this repository");
  const succeeded = (sha: string) => until(sha, "its end", "Succeeded");

  it("starts one when another has ended, the oldest first", async () => {
    const first = await start("first");
    await running(first.sha);
    const second = await start("second");
    expect(await queued(second.sha)).toMatchObject({ status: "queued", conclusion: null });
    const third = await start("third");
    const check = await queued(third.sha);
    expect(check.output.summary).toContain("starts by itself");
    const fourth = await start("fourth");
    const refused = await until(fourth.sha, "the refusal", "Not run");
    expect(refused.output.summary).toContain("2 that wait for their turn");

    finish(first.sha);
    await running(second.sha);
    await queued(third.sha);
    finish(second.sha);
    await running(third.sha);
    finish(third.sha);
    for (const { sha } of [first, second, third]) await succeeded(sha);
  });

  it("takes one out that is cancelled, and goes on", async () => {
    const first = await start("one");
    await running(first.sha);
    const second = await start("two");
    await queued(second.sha);
    const third = await start("three");
    await queued(third.sha);
    await stage.github.actAs("alice").comment(repository, second.number, "/cancel");
    const cancelled = await until(second.sha, "its cancellation", "Cancelled");
    expect(cancelled).toMatchObject({ status: "completed", conclusion: "cancelled" });
    await queued(third.sha);
    finish(first.sha);
    await running(third.sha);
    finish(third.sha);
    await succeeded(third.sha);
  });

  it("is not held up by a run that waits for people, and has more places when the configuration gives them", async () => {
    const gated = await openPullRequest(stage, "gated");
    limits = "{ parallelRuns: 1 }";
    await stage.github.actAs("alice").comment(repository, gated.number, "/run run");
    await stage.observer.until(
      gated.sha,
      "run",
      "the gate",
      (check) => check.conclusion === "action_required",
    );
    const first = await start("beside");
    await running(first.sha);
    const second = await start("behind");
    const third = await start("last");
    await queued(second.sha);
    await queued(third.sha);
    limits = "{ parallelRuns: 3 }";
    finish(first.sha);
    await running(second.sha);
    await running(third.sha);
    for (const { sha } of [second, third]) finish(sha);
    for (const { sha } of [second, third]) await succeeded(sha);
    expect(stage.invalid).toEqual([]);
  });
});
