import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines } from "../support/engines.js";
import { openStage, repository, type Stage } from "../support/stage.js";

/** Waits in the second after the plan appeared: GitHub's times have whole seconds. */
const nextSecond = () => sleep(1100);

const manifest = (name: string, on: string) => `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: '${on}'
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: gate, template: approval}
    - name: approval
      suspend: {}
`;

describe.each(engines)("the gate of a run without a pull request, with the engine %s", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    const files = {
      "README.md": "# Infra\n",
      ".workflows/deploy.yaml": manifest("deploy", 'push: {branches: [main], tags: ["**"]}'),
      ".workflows/ship.yaml": manifest("ship", "release: [published]"),
    };
    stage = await openStage(files, engine);
  });
  afterAll(async () => stage?.close());

  const waits = (sha: string, check: string) =>
    stage.observer.until(sha, check, "the gate", ({ conclusion }) => conclusion === "action_required");
  const press = async (login: string, sha: string, check = "deploy") => {
    const { id } = await waits(sha, check);
    await nextSecond();
    await stage.github.actAs(login).clickCheckAction(id, "approve");
  };
  const says = (sha: string, text: string, check = "deploy") =>
    stage.observer.until(sha, check, text, ({ output }) => (output.summary ?? "").includes(text));
  const opens = (sha: string, check = "deploy") =>
    stage.observer.until(sha, check, "the end", ({ conclusion }) => conclusion === "success");
  const push = (login: string, branch: string) =>
    stage.github.actAs(login).push(repository, branch, {
      files: { [`${login}-${branch}.txt`]: "new\n" },
      message: `Change of ${login}`,
    });

  it("is not opened by who merged, nor by who wrote what was merged", async () => {
    await push("alice", "topic");
    const { number } = await stage.github
      .actAs("alice")
      .openPullRequest({ repo: repository, head: "topic", base: "main", title: "t", body: "" });
    const sha = await stage.github.actAs("bob").merge(repository, number);
    await press("alice", sha);
    await says(sha, "wrote or committed one of the commits");
    await press("bob", sha);
    await says(sha, "- bob: wrote or committed");
    const [last] = stage.github.checkRuns(repository, sha).slice(-1);
    expect(last).toMatchObject({ conclusion: "action_required" });
  });

  it("of commits that somebody else pushed is not opened by who wrote them", async () => {
    const sha = await push("alice", "side");
    await stage.github.actAs("bob").pushRef(repository, "refs/heads/main", sha);
    await press("alice", sha);
    await says(sha, "wrote or committed one of the commits");
    await press("bob", sha);
    await says(sha, "pushed the newest commit");
  });

  it("of a tag is not opened by who wrote the commit that is tagged", async () => {
    const sha = await push("alice", "tagged");
    await stage.github.actAs("bob").pushRef(repository, "refs/tags/v1", sha);
    await press("alice", sha);
    await says(sha, "wrote or committed one of the commits");
  });

  it("needs one approval more where a bot pushed", async () => {
    const sha = await push("robot", "main");
    await press("alice", sha);
    await says(sha, "1 of 2 approvals given");
    await press("bob", sha);
    await opens(sha);
  });

  it("needs one approval more where a release's tag is of commits that the default branch does not hold", async () => {
    const sha = await push("alice", "beside");
    await stage.github.actAs("alice").pushRef(repository, "refs/tags/v2", sha);
    await stage.github.actAs("alice").publishRelease(repository, "v2");
    await press("bob", sha, "ship");
    await says(sha, "1 of 2 approvals given", "ship");
  });

  it("of a release of the default branch is opened by one person who neither wrote nor published", async () => {
    const sha = await push("alice", "main");
    await stage.github.actAs("alice").pushRef(repository, "refs/tags/v3", sha);
    await stage.github.actAs("alice").publishRelease(repository, "v3");
    await press("bob", sha, "ship");
    await opens(sha, "ship");
  });

  it("is decided on once while nobody has spoken: what the report writes on the run is no news", async () => {
    const sha = await push("alice", "main");
    await waits(sha, "deploy");
    await nextSecond();
    const compared = stage.sent.filter(
      ({ path }) => path.includes("/compare/") && path.includes(`...${sha}`),
    );
    expect(compared).toHaveLength(1);
  });

  it("is opened by one person who neither wrote nor pushed", async () => {
    const sha = await push("alice", "main");
    await press("bob", sha);
    await opens(sha);
    expect(stage.invalid).toEqual([]);
  });
});
