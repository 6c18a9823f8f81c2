import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines, image, patienceMs } from "../support/engines.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

/** A manifest that notes down what started it. */
const traced = (name: string, on: string, note: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: |
      ${on.replaceAll("\n", "\n      ")}
spec:
  entrypoint: main
  templates:
    - name: main
      container:
        image: ${image}
        command: [sh, -c, '${note}']
        env:
          - {name: EVENT, value: "{{workflow.parameters.github-event-name}}"}
          - {name: REF, value: "{{workflow.parameters.github-ref}}"}
          - {name: SHA, value: "{{workflow.parameters.github-sha}}"}
`;

describe.each(engines)("triggers with the engine %s", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ "README.md": "# Infra\n" }, engine);
    const of = (name: string, on: string) => ({
      [`.workflows/${name}.yaml`]: traced(name, on, stage.notes.command(name, '"$EVENT $REF $SHA"')),
    });
    await stage.github.actAs("bob").push(repository, "main", {
      files: {
        ...of("both", "push: {branches: ['one-**']}\npull_request: {}"),
        ...of("branches", "push: {branches: ['same-*']}"),
        ...of("tags", "push: {tags: ['v*']}"),
        ...of("queue", "merge_group: {branches: [main]}"),
        ...of("released", "release: [published]"),
        ...of("labelled", "pull_request: {labels: [deploy]}"),
        ...of("ready", "pull_request: {drafts: false}"),
        ...of("docs", "push: {branches: ['forced-*'], paths: [docs/**]}"),
        ...of("pushed", "push: {branches: ['skips-*', 'gone-*']}"),
      },
      message: "Add manifests",
    });
    await stage.github.idle();
  });
  afterAll(async () => stage?.close());

  const runs = (name: string) => stage.notes.lines(name);
  const done = (sha: string, name: string) =>
    stage.observer.until(sha, name, "its end", ({ conclusion }) => conclusion === "success");
  const checks = (sha: string, name: string) =>
    stage.github.checkRuns(repository, sha).filter((check) => check.name === name);

  it("runs once for the push and the pull request of one commit, whichever is told first", async () => {
    const { number, sha } = await openPullRequest(stage, "one-a");
    await stage.github.idle();
    await done(sha, "both");
    const second = await stage.github
      .actAs("alice")
      .push(repository, "one-a", { files: { "b.txt": "b\n" }, message: "More" });
    await stage.github.idle();
    await done(second, "both");
    // The push again, now that the pull request's run has ended; and the other way round: its event first.
    const pushes = stage.github.deliveries.filter(
      ({ event, payload }) => event === "push" && payload["after"] === second,
    );
    for (const { guid } of pushes) stage.github.redeliver(guid);
    await stage.github.idle();
    expect((await runs("both")).filter((line) => line.endsWith(second))).toEqual([
      `pull_request refs/heads/one-a ${second}`,
    ]);
    expect(stage.github.pullRequest(repository, number).head.sha).toBe(second);
  });

  it("runs for each of two branches that are pushed at one commit", async () => {
    const alice = stage.github.actAs("alice");
    const sha = await alice.push(repository, "same-a", { files: { "a.txt": "a\n" }, message: "Same" });
    await alice.pushRef(repository, "refs/heads/same-b", sha);
    await stage.github.idle();
    await expect
      .poll(async () => (await runs("branches")).toSorted(), { timeout: patienceMs })
      .toEqual([`push refs/heads/same-a ${sha}`, `push refs/heads/same-b ${sha}`]);
  });

  it("runs for a tag by its name, and for a release at the tag's commit", async () => {
    const alice = stage.github.actAs("alice");
    const sha = await alice.push(repository, "tagged", { files: { "t.txt": "t\n" }, message: "Release" });
    await alice.pushRef(repository, "refs/tags/v1.0", sha);
    await alice.pushRef(repository, "refs/tags/other", sha);
    await alice.publishRelease(repository, "v1.0");
    await done(sha, "tags");
    await done(sha, "released");
    await stage.github.idle();
    expect(await runs("tags")).toEqual([`push refs/tags/v1.0 ${sha}`]);
    expect(await runs("released")).toEqual([`release refs/tags/v1.0 ${sha}`]);
  });

  it("runs for a merge group under the check's own name, and not for the queue's branch", async () => {
    const { number } = await openPullRequest(stage, "queued");
    await stage.github.idle();
    const { sha } = await stage.github.actAs("bob").queueMerge(repository, number);
    await done(sha, "queue");
    await stage.github.idle();
    expect(await runs("queue")).toHaveLength(1);
    expect((await runs("queue"))[0]).toMatch(
      new RegExp(`^merge_group refs/heads/gh-readonly-queue/main/.* ${sha}$`),
    );
    expect(new Set(stage.github.checkRuns(repository, sha).map(({ name }) => name))).toEqual(
      new Set(["queue"]),
    );
  });

  it("waits for a label and for a draft to become ready", async () => {
    const alice = stage.github.actAs("alice");
    const sha = await alice.push(repository, "drafted", { files: { "d.txt": "d\n" }, message: "Draft" });
    const { number } = await alice.openPullRequest({
      repo: repository,
      head: "drafted",
      base: "main",
      title: "Draft",
      body: "",
      draft: true,
    });
    await stage.github.idle();
    expect([checks(sha, "labelled"), checks(sha, "ready")]).toEqual([[], []]);
    await alice.label(repository, number, "deploy");
    await done(sha, "labelled");
    expect(checks(sha, "ready")).toEqual([]);
    await alice.markReady(repository, number);
    await done(sha, "ready");
    await stage.github.idle();
    expect((await runs("labelled")).filter((line) => line.endsWith(sha))).toHaveLength(1);
  });

  it("starts nothing for [skip ci], in a push and in a pull request's head", async () => {
    const alice = stage.github.actAs("alice");
    const sha = await alice.push(repository, "skips-a", {
      files: { "s.txt": "s\n" },
      message: "Typo [skip ci]",
    });
    await alice.openPullRequest({ repo: repository, head: "skips-a", base: "main", title: "s", body: "" });
    await stage.github.idle();
    expect(stage.github.checkRuns(repository, sha)).toEqual([]);
  });

  it("starts nothing for a deleted branch", async () => {
    const alice = stage.github.actAs("alice");
    const sha = await alice.push(repository, "gone-a", { files: { "g.txt": "g\n" }, message: "Gone" });
    await done(sha, "pushed");
    await alice.pushRef(repository, "refs/heads/gone-a", null);
    await stage.github.idle();
    expect((await runs("pushed")).filter((line) => line.endsWith(sha))).toHaveLength(1);
  });

  it("looks at what a forced push took away, too", async () => {
    const alice = stage.github.actAs("alice");
    const main = stage.github.deliveries.find(({ payload }) => payload["ref"] === "refs/heads/main")?.payload;
    const base = String(main?.["after"]);
    await alice.pushRef(repository, "refs/heads/forced-a", base);
    const docs = await alice.push(repository, "forced-a", { files: { "docs/a.md": "a\n" }, message: "Docs" });
    await done(docs, "docs");
    // A commit beside it that lacks the document: nothing under docs/ is in its own changes.
    const other = await alice.push(repository, "beside", { files: { "x.txt": "x\n" }, message: "Beside" });
    await alice.pushRef(repository, "refs/heads/forced-a", other);
    await done(other, "docs");
  });

  it("runs a reopened pull request's commit no second time", async () => {
    const { number, sha } = await openPullRequest(stage, "reopened");
    await done(sha, "both");
    const alice = stage.github.actAs("alice");
    await alice.closePullRequest(repository, number);
    await alice.reopenPullRequest(repository, number);
    await stage.github.idle();
    expect((await runs("both")).filter((line) => line.endsWith(sha))).toHaveLength(1);
  });

  it("runs all of a commit again when asked to", async () => {
    const alice = stage.github.actAs("alice");
    const sha = await alice.push(repository, "same-c", { files: { "c.txt": "c\n" }, message: "Again" });
    await done(sha, "branches");
    await alice.rerequestChecks(repository, sha);
    await expect
      .poll(async () => (await runs("branches")).filter((line) => line.endsWith(sha)), {
        timeout: patienceMs,
      })
      .toHaveLength(2);
  });

  it("sent and got nothing that GitHub's own schemas refuse", () => {
    expect([...new Set(stage.invalid)]).toEqual([]);
  });
});
