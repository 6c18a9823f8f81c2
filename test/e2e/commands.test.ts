import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines, image, patienceMs } from "../support/engines.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

/** Waits in the second after something was shown: GitHub's times have whole seconds. */
const nextSecond = () => sleep(1100);

const gated = (name: string, on: string, note: string, rules = "") => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: '${on}'
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: approval, template: approval}
        - - {name: apply, template: apply}
    - name: approval${rules}
      suspend: {}
    - name: apply
      container:
        image: ${image}
        command: [sh, -c, "${note}"]
`;
const two = `
      metadata:
        annotations:
          sluice.dev/approvals: '2'`;

const promote = (note: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: promote
  annotations:
    sluice.dev/on: 'dispatch: {}'
spec:
  entrypoint: main
  arguments:
    parameters:
      - {name: version, value: none}
      - {name: to, value: staging, enum: [staging, production]}
  templates:
    - name: main
      container:
        image: ${image}
        command: [sh, -c, '${note}; test "$VERSION" != broken']
        env:
          - {name: VERSION, value: "{{workflow.parameters.version}}"}
          - {name: TO, value: "{{workflow.parameters.to}}"}
`;

describe.each(engines)("commands with the engine %s", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ "README.md": "# Infra\n" }, engine);
    const note = (name: string) => stage.notes.command(name, "{{workflow.parameters.github-sha}}");
    stage.github.createUser("dave");
    await stage.github.actAs("bob").push(repository, "main", {
      files: {
        ".workflows/deploy.yaml": gated("deploy", "pull_request: {}", note("deploy")),
        ".workflows/twice.yaml": gated("twice", "pull_request: {labels: [twice]}", note("twice"), two),
        ".workflows/main.yaml": gated("on-main", "push: {branches: [main]}", note("on-main")),
        ".workflows/promote.yaml": promote(stage.notes.command("promote", '"$VERSION $TO"')),
      },
      message: "Add manifests",
    });
    await stage.github.idle();
  });
  afterAll(async () => stage?.close());

  const lines = (name: string) => stage.notes.lines(name);
  const waits = (sha: string, name = "deploy") =>
    stage.observer.until(sha, name, "the gate", ({ conclusion }) => conclusion === "action_required");
  const ends = (sha: string, conclusion: string, name = "deploy") =>
    stage.observer.until(sha, name, conclusion, (check) => check.conclusion === conclusion);
  /** What the App has answered in a pull request. */
  const replies = (number: number) =>
    stage.github
      .comments(repository, number)
      .filter(({ user }) => user?.type === "Bot")
      .map(({ body }) => body ?? "");
  const say = async (login: string, number: number, body: string): Promise<string | undefined> => {
    const before = replies(number).length;
    await stage.github.actAs(login).comment(repository, number, body);
    await stage.github.idle();
    const said = replies(number).slice(before);
    expect(said.length).toBeLessThan(2);
    return said[0];
  };

  it("/approve opens a gate as a review does; the author's and the pusher's do not", async () => {
    const { number, sha } = await openPullRequest(stage, "approves");
    await waits(sha);
    await nextSecond();
    expect(await say("alice", number, "/approve")).toMatch(/does not count[^]*wrote the pull request/);
    expect(await say("carol", number, "/approve")).toContain("needs write permission");
    expect(await lines("deploy")).not.toContain(sha);
    expect(await say("bob", number, "/approve")).toBeUndefined();
    await ends(sha, "success");
    expect((await lines("deploy")).filter((line) => line === sha)).toHaveLength(1);
  });

  it("an edited /approve counts no more", async () => {
    const alice = stage.github.actAs("alice");
    const { number, sha } = await openPullRequest(stage, "edits");
    await alice.label(repository, number, "twice");
    await waits(sha, "twice");
    await nextSecond();
    await say("bob", number, "/approve");
    const comment = stage.github.comments(repository, number).find(({ body }) => body === "/approve");
    await stage.github.actAs("bob").editComment(repository, number, comment?.id ?? 0, "/approve ?");
    const said = await say("alice", number, "/explain");
    expect(said).toContain("changed or deleted since");
  });

  it("counts to two with a review and a command of two people", async () => {
    const alice = stage.github.actAs("alice");
    const { number, sha } = await openPullRequest(stage, "counts");
    await alice.label(repository, number, "twice");
    await waits(sha, "twice");
    await nextSecond();
    await say("bob", number, "/approve");
    const check = await stage.observer.until(sha, "twice", "one of two", ({ output }) =>
      (output.title ?? "").includes("1 of 2"),
    );
    expect(check.output.summary).toContain("1 of 2 approvals given: bob");
    await stage.github.actAs("bob").review(repository, number, { state: "APPROVED" });
    await stage.github.idle();
    expect(await lines("twice")).not.toContain(sha);
  });

  it("the check's buttons approve and reject, under the same rules", async () => {
    const { sha } = await openPullRequest(stage, "buttons");
    const check = await waits(sha);
    await stage.github.actAs("alice").clickCheckAction(check.id, "approve");
    const refused = await stage.observer.until(sha, "deploy", "the reason", ({ output }) =>
      (output.summary ?? "").includes("wrote the pull request"),
    );
    expect(await lines("deploy")).not.toContain(sha);
    await stage.github.actAs("bob").clickCheckAction(refused.id, "reject");
    const rejected = await ends(sha, "failure");
    expect(rejected.output.title).toContain("Rejected at approval");
    expect(await lines("deploy")).not.toContain(sha);
  });

  it("/reject of an eligible approver ends the run", async () => {
    const { number, sha } = await openPullRequest(stage, "rejects");
    await waits(sha);
    await nextSecond();
    expect(await say("bob", number, "/reject")).toBeUndefined();
    await ends(sha, "failure");
    expect(await lines("deploy")).not.toContain(sha);
  });

  it("a push to main is approved from its check, by someone else than who pushed", async () => {
    const sha = await stage.github
      .actAs("alice")
      .push(repository, "main", { files: { "main.txt": "1\n" }, message: "Direct" });
    const check = await waits(sha, "on-main");
    expect(check.output.summary).toContain("nor who wrote its commits can approve it");
    await stage.github.actAs("alice").clickCheckAction(check.id, "approve");
    await stage.github.idle();
    expect(await lines("on-main")).not.toContain(sha);
    await stage.github.actAs("bob").clickCheckAction(check.id, "approve");
    await ends(sha, "success", "on-main");
    expect((await lines("on-main")).filter((line) => line === sha)).toHaveLength(1);
  });

  it("/run starts a manifest that listens, with its parameters; /retry takes them again", async () => {
    const { number, sha } = await openPullRequest(stage, "dispatches");
    await waits(sha);
    expect(await say("bob", number, "/run promote version=1.2 to=production")).toBeUndefined();
    await ends(sha, "success", "promote");
    expect(await lines("promote")).toEqual(["1.2 production"]);
    expect(await say("bob", number, "/run deploy")).toContain("does not listen to /run");
    expect(await say("bob", number, "/run nothing")).toContain("No manifest of this commit is named nothing");
    expect(await say("bob", number, "/run promote")).toBeUndefined();
    await say("bob", number, "/run promote version=broken");
    await ends(sha, "failure", "promote");
    expect(await say("bob", number, "/retry")).toBeUndefined();
    await expect
      .poll(async () => (await lines("promote")).filter((line) => line === "broken staging"), {
        timeout: patienceMs,
      })
      .toHaveLength(2);
  });

  it("/run refuses parameters that are not declared or not in their enum", async () => {
    const { number, sha } = await openPullRequest(stage, "arguments");
    await waits(sha);
    for (const given of ["image=evil", "to=moon", "version={{x}}"]) {
      expect(await say("bob", number, `/run promote ${given}`)).toContain("its check says what is wrong");
    }
    expect((await lines("promote")).join()).not.toMatch(/moon|evil/);
  });

  it("acts on the head that its author could see", async () => {
    const { number, sha } = await openPullRequest(stage, "moves");
    await waits(sha);
    stage.github.faults.next = ({ method, path }) =>
      method === "POST" && path.endsWith("/webhooks") ? "drop" : undefined;
    const before = replies(number).length;
    await stage.github.actAs("bob").comment(repository, number, "/run promote version=late");
    await stage.github.idle();
    stage.github.faults.next = undefined;
    await nextSecond();
    await stage.github
      .actAs("alice")
      .push(repository, "moves", { files: { "evil.txt": "x\n" }, message: "After the comment" });
    const lost = stage.github.deliveries.filter(({ event }) => event === "issue_comment").at(-1);
    stage.github.redeliver(lost?.guid ?? "");
    await stage.github.idle();
    expect(replies(number).slice(before)[0]).toContain("was pushed after your comment");
    expect((await lines("promote")).join()).not.toContain("late");
  });

  it("/explain says what each manifest does and what its gates wait for; /help lists the commands", async () => {
    const { number, sha } = await openPullRequest(stage, "explains");
    await waits(sha);
    const said = await say("carol", number, "/explain");
    expect(said).toContain("- deploy runs: the pull request into main matches");
    expect(said).toContain("- twice does not run: the pull request has none of the trigger");
    expect(said).toContain("0 of 1 needed approval given");
    const help = await say("carol", number, "/help");
    for (const name of ["apply", "run", "approve", "reject", "retry", "cancel", "ok-to-test", "explain"])
      expect(help).toContain(`\`/${name}`);
    expect(await say("bob", number, "/ok-to-test 0123abc")).toContain("not the head");
    expect(await say("bob", number, `/ok-to-test ${sha}`)).toContain("run without this");
    expect(await say("bob", number, "/aprove")).toContain("Did you mean `/approve`");
    expect(await say("bob", number, "> /approve")).toBeUndefined();
  });

  it("answers each comment once when its delivery comes again", async () => {
    const before = stage.sent.filter(({ method, path }) => method === "POST" && path.endsWith("/comments"));
    for (const { guid, event } of stage.github.deliveries.slice())
      if (event === "issue_comment") stage.github.redeliver(guid);
    await stage.github.idle();
    const after = stage.sent.filter(({ method, path }) => method === "POST" && path.endsWith("/comments"));
    expect(after).toHaveLength(before.length);
  });

  it("sent and got nothing that GitHub's own schemas refuse", () => {
    expect([...new Set(stage.invalid)]).toEqual([]);
  });
});
