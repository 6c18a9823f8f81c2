import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines, image } from "../support/engines.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

/** Waits in the second after the plan appeared: GitHub's times have whole seconds. */
const nextSecond = () => sleep(1100);

function gated(name: string, on: string, note: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: |
      ${on}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: approval, template: approval}
        - - {name: apply, template: apply}
    - name: approval
      suspend: {}
    - name: apply
      container:
        image: ${image}
        command: [sh, -c, "${note}"]
`;
}

const simple = (name: string, on: string, command: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: '${on}'
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: "${image}", command: [sh, -c, "${command}"]}
`;

describe.each(engines)("the App with the engine %s", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ "README.md": "# Infra\n" }, engine);
    const note = (name: string) => stage.notes.command(name, "{{workflow.parameters.github-sha}}");
    await stage.github.actAs("bob").push(repository, "main", {
      files: {
        ".workflows/gated.yaml": gated("gated", "pull_request: {branches: [main]}", note("gated")),
        ".workflows/on-apply.yaml": simple("on-apply", "comment: [apply]", note("on-apply")),
        ".workflows/docs.yaml": simple("docs", "pull_request: {paths: [docs/**]}", "true"),
        ".workflows/fails.yaml": simple(
          "fails",
          "push: {branches: [failing]}",
          "echo broken pipe >&2; exit 3",
        ),
      },
      message: "Add manifests",
    });
    await stage.github.idle();
  });
  afterAll(async () => stage?.close());

  const applied = (name: string) => stage.notes.lines(name);

  it("reports a manifest that only its paths ruled out as skipped", async () => {
    const { sha } = await openPullRequest(stage, "no-docs");
    const check = await stage.observer.until(sha, "docs", "the skipped check", () => true);
    expect(check.conclusion).toBe("skipped");
  });

  it("says why /apply opens nothing, to someone who may not and while no one has approved", async () => {
    const { number, sha } = await openPullRequest(stage, "asks");
    await stage.observer.until(sha, "gated", "the gate", (check) => check.conclusion === "action_required");
    await stage.github.actAs("carol").comment(repository, number, "/apply");
    await stage.github.actAs("bob").comment(repository, number, "/apply");
    await stage.github.idle();
    const replies = stage.github
      .comments(repository, number)
      .map(({ body }) => body)
      .filter((body) => !body.startsWith("/"));
    expect(replies).toHaveLength(2);
    expect(replies[0]).toContain("write permission");
    expect(replies[1]).toContain("The gate stays closed");
    expect(await applied("gated")).not.toContain(sha);
  });

  it("applies once when an approval and /apply come together", async () => {
    const { number, sha } = await openPullRequest(stage, "together");
    await stage.observer.until(sha, "gated", "the gate", (check) => check.conclusion === "action_required");
    await nextSecond();
    const bob = stage.github.actAs("bob");
    await Promise.all([
      bob.review(repository, number, { state: "APPROVED" }),
      bob.comment(repository, number, "/apply"),
      bob.comment(repository, number, "/apply"),
    ]);
    await stage.observer.until(sha, "gated", "the end", (check) => check.conclusion === "success");
    await stage.github.idle();
    expect((await applied("gated")).filter((line) => line === sha)).toHaveLength(1);
  });

  it("starts what listens to /apply when no gate waits", async () => {
    const { number, sha } = await openPullRequest(stage, "listens");
    const check = await stage.observer.until(
      sha,
      "gated",
      "the gate",
      (seen) => seen.conclusion === "action_required",
    );
    await stage.github.actAs("bob").clickCheckAction(check.id, "cancel");
    await stage.observer.until(
      sha,
      "gated",
      "the cancelled check",
      (seen) => seen.conclusion === "cancelled",
    );
    await stage.github.actAs("bob").comment(repository, number, "/apply");
    await stage.observer.until(sha, "on-apply", "the run", (seen) => seen.conclusion === "success");
    expect((await applied("on-apply")).filter((line) => line === sha)).toHaveLength(1);
  });

  it("keeps the gate closed for a reader's approval and for a dismissed one, and says so", async () => {
    const { number, sha } = await openPullRequest(stage, "readers");
    await stage.observer.until(sha, "gated", "the gate", (check) => check.conclusion === "action_required");
    await nextSecond();
    await stage.github.actAs("carol").review(repository, number, { state: "APPROVED" });
    const check = await stage.observer.until(sha, "gated", "the reason", (seen) =>
      (seen.output.summary ?? "").includes("carol"),
    );
    expect(check.output.summary).toContain("no write permission");
    expect(await applied("gated")).not.toContain(sha);
  });

  it("stops the runs of older commits when a newer one is pushed", async () => {
    const { sha } = await openPullRequest(stage, "moves");
    await stage.observer.until(sha, "gated", "the gate", (check) => check.conclusion === "action_required");
    const second = await stage.github
      .actAs("alice")
      .push(repository, "moves", { files: { "b.txt": "b\n" }, message: "More" });
    await stage.observer.until(
      second,
      "gated",
      "the second gate",
      (check) => check.conclusion === "action_required",
    );
    const first = await stage.observer.until(
      sha,
      "gated",
      "the first to end",
      (check) => check.conclusion === "cancelled",
    );
    expect(first.output.title).toContain("uperseded");
  });

  it("shows what failed with the end of its log, and runs it again when asked", async () => {
    const sha = await stage.github
      .actAs("alice")
      .push(repository, "failing", { files: { "c.txt": "c\n" }, message: "Fail" });
    const check = await stage.observer.until(
      sha,
      "fails",
      "the failure",
      (seen) => seen.conclusion === "failure",
    );
    expect(`${check.output.title}${check.output.summary}`).toContain("exit code 3");
    expect(check.output.summary).toContain("broken pipe");
    await stage.github.actAs("alice").rerequestCheck(check.id);
    const again = await stage.observer.until(
      sha,
      "fails",
      "the second failure",
      (seen) => seen.id !== check.id && seen.conclusion === "failure",
    );
    expect(again.id).toBeGreaterThan(check.id);
  });

  it("changes nothing when every delivery comes a second time", async () => {
    // What has not come once cannot come again.
    await stage.github.idle();
    const before = stage.sent.filter(
      ({ method, path }) => method === "POST" && path.endsWith("/check-runs"),
    ).length;
    for (const { guid } of stage.github.deliveries.slice()) stage.github.redeliver(guid);
    await stage.github.idle();
    await nextSecond();
    const after = stage.sent.filter(
      ({ method, path }) => method === "POST" && path.endsWith("/check-runs"),
    ).length;
    expect(after).toBe(before);
    const lines = await applied("gated");
    expect(lines).toHaveLength(new Set(lines).size);
  });

  it("sent and got nothing that GitHub's own schemas refuse, and no token", async () => {
    expect([...new Set(stage.invalid)]).toEqual([]);
    expect(stage.sent.map(({ body }) => body).join("\n")).not.toMatch(/ghs_[A-Za-z0-9._-]{20,}/);
    for (const { where, text } of await stage.written())
      expect(/ghs_[A-Za-z0-9._-]{20,}/.test(text), where).toBe(false);
  });
});
