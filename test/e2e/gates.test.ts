import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines, image } from "../support/engines.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

const nextSecond = () => sleep(1100);

const twoGates = (note: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: two-gates
  annotations:
    sluice.dev/on: 'pull_request: {}'
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: first, template: gate}
        - - {name: staging, template: apply, arguments: {parameters: [{name: to, value: staging}]}}
        - - {name: second, template: gate}
        - - {name: production, template: apply, arguments: {parameters: [{name: to, value: production}]}}
    - name: gate
      suspend: {}
    - name: apply
      inputs: {parameters: [{name: to}]}
      container:
        image: ${image}
        command: [sh, -c, "${note}"]
`;

const noWebhooks: Stage["github"]["faults"]["next"] = ({ method, path }) =>
  method === "POST" && path.endsWith("/webhooks") ? "drop" : undefined;

describe.each(engines)("gates with the engine %s", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ "README.md": "# Infra\n" }, engine);
    const bob = stage.github.actAs("bob");
    const said = "{{workflow.parameters.github-base-ref}} {{workflow.parameters.github-sha}}";
    const note = stage.notes.command("{{inputs.parameters.to}}", said);
    const manifest = { ".workflows/two-gates.yaml": twoGates(note) };
    const sha = await bob.push(repository, "main", { files: manifest, message: "Add manifests" });
    await bob.pushRef(repository, "refs/heads/lax", sha);
    await stage.github.idle();
  });
  afterAll(async () => stage?.close());

  const lines = (name: string) => stage.notes.lines(name);
  const waits = (sha: string, gate: string, name = "two-gates") =>
    stage.observer.until(
      sha,
      name,
      `the gate ${gate}`,
      ({ conclusion, output }) =>
        conclusion === "action_required" && (output.title ?? "").endsWith(`approval at ${gate}`),
    );

  it("two gates of one run: what opened the first, told twice, leaves the second closed", async () => {
    const { number, sha } = await openPullRequest(stage, "two");
    const check = await waits(sha, "first");
    await nextSecond();
    const bob = stage.github.actAs("bob");
    await bob.clickCheckAction(check.id, "approve");
    await bob.comment(repository, number, "/approve");
    await stage.github.idle();
    await waits(sha, "second");
    for (const { guid, event } of stage.github.deliveries.slice())
      if (event === "check_run" || event === "issue_comment") stage.github.redeliver(guid);
    await stage.github.idle();
    await nextSecond();
    expect(await lines("staging")).toContain(`main ${sha}`);
    expect(await lines("production")).not.toContain(`main ${sha}`);
    const second = await waits(sha, "second");
    await bob.clickCheckAction(second.id, "approve");
    await stage.observer.until(sha, "two-gates", "its end", ({ conclusion }) => conclusion === "success");
    expect((await lines("production")).filter((line) => line === `main ${sha}`)).toHaveLength(1);
  });

  it("two pull requests with one head: an approval of one opens nothing of the other", async () => {
    const { number, sha } = await openPullRequest(stage, "shared-head");
    await stage.github.actAs("alice").openPullRequest({
      repo: repository,
      head: "shared-head",
      base: "lax",
      title: "The same commits into another branch",
      body: "",
    });
    await waits(sha, "first");
    await waits(sha, "first", "two-gates (lax)");
    await nextSecond();
    await stage.github.actAs("bob").comment(repository, number, "/approve");
    await waits(sha, "second");
    await stage.github.idle();
    expect((await lines("staging")).filter((line) => line.endsWith(sha))).toEqual([`main ${sha}`]);
  });

  it("a review while a push lands: the gate of the older commit stays closed", async () => {
    const { number, sha } = await openPullRequest(stage, "lands");
    await waits(sha, "first");
    await nextSecond();
    // GitHub has the push already, and the App is not told of it before the review.
    stage.github.faults.next = noWebhooks;
    const second = await stage.github
      .actAs("alice")
      .push(repository, "lands", { files: { "b.txt": "b\n" }, message: "Lands" });
    await stage.github.idle();
    stage.github.faults.next = undefined;
    await stage.github.actAs("bob").review(repository, number, { state: "APPROVED", commitId: sha });
    await stage.github.idle();
    await stage.observer.until(sha, "two-gates", "the reason", ({ output }) =>
      (output.summary ?? "").includes("has moved on"),
    );
    for (const { guid, payload } of stage.github.deliveries.slice())
      if (payload["after"] === second) stage.github.redeliver(guid);
    await stage.observer.until(sha, "two-gates", "its end", ({ conclusion }) => conclusion === "cancelled");
    await waits(second, "first");
    expect((await lines("staging")).filter((line) => line.endsWith(sha) || line.endsWith(second))).toEqual(
      [],
    );
  });

  it("stops a run that waits at its second gate when a newer commit comes", async () => {
    const { number, sha } = await openPullRequest(stage, "older");
    await waits(sha, "first");
    await nextSecond();
    await stage.github.actAs("bob").comment(repository, number, "/approve");
    await waits(sha, "second");
    await stage.github
      .actAs("alice")
      .push(repository, "older", { files: { "b.txt": "b\n" }, message: "Newer" });
    await stage.observer.until(sha, "two-gates", "its end", ({ conclusion }) => conclusion === "cancelled");
  });

  it("a closed pull request's gate is given up, and asked anew when it is opened again", async () => {
    const { number, sha } = await openPullRequest(stage, "closed");
    await waits(sha, "first");
    const alice = stage.github.actAs("alice");
    await alice.closePullRequest(repository, number);
    const closed = await stage.observer.until(
      sha,
      "two-gates",
      "its end",
      ({ conclusion }) => conclusion === "cancelled",
    );
    expect(closed.output.title).toBe("Cancelled: the pull request was closed");
    await alice.reopenPullRequest(repository, number);
    await waits(sha, "first");
    await nextSecond();
    await stage.github.actAs("bob").comment(repository, number, "/approve");
    await waits(sha, "second");
  });

  it("an approval withdrawn before enough are given does not count", async () => {
    const { number, sha } = await openPullRequest(stage, "withdrawn");
    await waits(sha, "first");
    await nextSecond();
    const bob = stage.github.actAs("bob");
    // The approval is told to nobody before it is taken back.
    stage.github.faults.next = noWebhooks;
    const { id } = await bob.review(repository, number, { state: "APPROVED" });
    await bob.dismissReview(repository, number, id);
    await stage.github.idle();
    stage.github.faults.next = undefined;
    for (const { guid, event } of stage.github.deliveries.slice())
      if (event === "pull_request_review") stage.github.redeliver(guid);
    await stage.github.idle();
    await stage.observer.until(sha, "two-gates", "the reason", ({ output }) =>
      (output.summary ?? "").includes("was dismissed"),
    );
    expect(await lines("staging")).not.toContain(`main ${sha}`);
  });

  it("sent and got nothing that GitHub's own schemas refuse", () => {
    expect([...new Set(stage.invalid)]).toEqual([]);
  });
});
