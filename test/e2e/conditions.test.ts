import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Workflow } from "../../src/manifest/argo.js";
import { parseConfiguration } from "../../src/policy/configuration.js";
import type { GateAudit } from "../../src/run/metadata.js";
import { engines, image } from "../support/engines.js";
import type { Notes } from "../support/notes.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

/** Waits in the second after the plan appeared: GitHub's times have whole seconds. */
const nextSecond = () => sleep(1100);

const manifest = (name: string, steps: string, notes: Notes, more = "") => `apiVersion: argoproj.io/v1alpha1
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
${steps}
    - name: approval${more}
      suspend: {}
    - name: apply
      serviceAccountName: deployer
      inputs: {parameters: [{name: what, value: applied}]}
      container:
        image: ${image}
        command: [sh, -c, "${notes.command(name, "{{inputs.parameters.what}} {{workflow.parameters.github-sha}}")}"]
`;
const gate = (name: string) => `        - - {name: ${name}, template: approval}`;
const apply = (what: string) =>
  `        - - {name: ${what}, template: apply, arguments: {parameters: [{name: what, value: ${what}}]}}`;
const annotated = (text: string) => `
      metadata: {annotations: {${text}}}`;

const given = "serviceAccounts: [deployer], protected: { serviceAccounts: [deployer] }";

describe.each(engines)("the conditions of gates with the engine %s", (engine) => {
  let stage: Stage;
  let policy = given;
  beforeAll(async () => {
    const source = {
      current: () => parseConfiguration(`repositories: [{ match: acme/*, ${policy} }]`, "test"),
      follow: () => () => undefined,
    };
    stage = await openStage({ "README.md": "# Infra\n" }, engine, { configuration: source });
    const { github, notes } = stage;
    github.createUser("dave");
    await github.actAs("bob").push(repository, "main", {
      files: {
        ".workflows/one.yaml": manifest("one", [gate("first"), apply("end")].join("\n"), notes),
        ".workflows/two.yaml": manifest(
          "two",
          [gate("first"), apply("middle"), gate("second"), apply("end")].join("\n"),
          notes,
        ),
      },
      message: "Add manifests",
    });
    await github.idle();
  });
  afterEach(() => {
    policy = given;
    stage.github.faults.next = undefined;
  });
  afterAll(async () => stage?.close());

  const lines = async (name: string, sha: string) =>
    (await stage.notes.lines(name)).filter((line) => line.endsWith(sha)).map((line) => line.split(" ")[0]);
  const waits = (sha: string, name = "one") =>
    stage.observer.until(sha, name, "the gate", (check) => check.conclusion === "action_required");
  const says = (sha: string, text: string, name = "one") =>
    stage.observer.until(sha, name, text, (check) => (check.output.summary ?? "").includes(text));
  const approve = (login: string, number: number) =>
    stage.github.actAs(login).review(repository, number, { state: "APPROVED" });
  const storedOf = async (sha: string, name = "one"): Promise<Workflow> => {
    const found = (await stage.workflows()).find(({ metadata: { annotations } }) => {
      const facts = annotations?.["sluice.dev/facts"] ?? "";
      return facts.includes(sha) && facts.includes(`"manifest":"${name}"`);
    });
    if (found === undefined) throw new Error(`no run of ${name} at ${sha}`);
    return found;
  };
  /** In the order of the decisions: an API server gives the annotations sorted by their names. */
  const audits = (workflow: Workflow) =>
    Object.entries(workflow.metadata.annotations ?? {})
      .flatMap(([key, text]) => (key.startsWith("sluice.dev/gate.") ? [JSON.parse(text) as GateAudit] : []))
      .sort((one, other) => Date.parse(one.decidedAt) - Date.parse(other.decidedAt));

  it("1: holds a pull request to the server's floor, and shows that it changes its own gate", async () => {
    policy = `${given}, gates: { approvals: 2 }`;
    const lax = manifest(
      "one",
      [gate("first"), apply("end")].join("\n"),
      stage.notes,
      annotated("sluice.dev/approvals: '1'"),
    );
    const { number, sha } = await openPullRequest(stage, "lowers", { ".workflows/one.yaml": lax });
    await waits(sha);
    await nextSecond();
    await approve("bob", number);
    const { output } = await says(sha, "1 of 2");
    expect(output.summary).toContain(".workflows/one.yaml");
    expect(output.summary).toMatch(/changes what an approval lets run/);
    expect(await lines("one", sha)).toEqual([]);
  });

  it("1: refuses a pull request that takes the gate before what is protected away, at the line", async () => {
    const open = manifest("one", apply("end"), stage.notes);
    const { sha } = await openPullRequest(stage, "removes", { ".workflows/one.yaml": open });
    await stage.observer.until(sha, "one", "the refusal", (check) => check.conclusion === "failure");
    const [check] = stage.github.checkRuns(repository, sha).filter(({ name }) => name === "one");
    expect(check?.annotations).toContainEqual(
      expect.objectContaining({ path: ".workflows/one.yaml", start_line: 12, annotation_level: "failure" }),
    );
    expect(await lines("one", sha)).toEqual([]);
  });

  it("1, 13: counts nobody whom the server's configuration does not name, and reads it at each decision", async () => {
    const { number, sha } = await openPullRequest(stage, "names");
    await waits(sha);
    policy = `${given}, gates: { approvers: [dave] }`;
    await nextSecond();
    await approve("bob", number);
    await says(sha, "server's configuration names");
    expect(await lines("one", sha)).toEqual([]);
    policy = given;
    await stage.github.actAs("bob").comment(repository, number, "/apply");
    await stage.observer.until(sha, "one", "the end", (check) => check.conclusion === "success");
    expect(await lines("one", sha)).toEqual(["end"]);
  });

  it("11, 17: waits for another person than who began it, and for a check of the right App", async () => {
    const { number, sha } = await openPullRequest(stage, "strict");
    await waits(sha);
    await nextSecond();
    policy = `${given}, gates: { fourEyes: true, checks: [{ name: one, app: 1 }] }`;
    await approve("bob", number);
    const { output } = await says(sha, "needs these checks to succeed first: one");
    expect(output.summary).not.toContain("approved by");
    expect(await lines("one", sha)).toEqual([]);
  });

  it("18: opens one gate of two with one approval, however often its deliveries come", async () => {
    const { number, sha } = await openPullRequest(stage, "doubles");
    await waits(sha, "two");
    await nextSecond();
    await approve("bob", number);
    await says(sha, "reviewed before", "two");
    // A delivery can come again once it has come.
    await stage.github.idle();
    for (const { guid } of stage.github.deliveries.slice(-4)) stage.github.redeliver(guid);
    await stage.github.idle();
    await nextSecond();
    expect(await lines("two", sha)).toEqual(["middle"]);
    await approve("bob", number);
    await stage.observer.until(sha, "two", "the end", (check) => check.conclusion === "success");
    expect(await lines("two", sha)).toEqual(["middle", "end"]);
    expect(audits(await storedOf(sha, "two")).map(({ nodeName }) => nodeName)).toEqual(["first", "second"]);
  });

  it("2, 18: opens the gate of one pull request of two with the same head", async () => {
    const { number, sha } = await openPullRequest(stage, "shared-head");
    const alice = stage.github.actAs("alice");
    await alice.push(repository, "release", { files: { "r.txt": "r\n" }, message: "Release" });
    await alice.openPullRequest({
      repo: repository,
      head: "shared-head",
      base: "release",
      title: "b",
      body: "",
    });
    await waits(sha);
    await nextSecond();
    await approve("bob", number);
    await stage.observer.until(sha, "one", "the end", (check) => check.conclusion === "success");
    await stage.github.idle();
    expect(await lines("one", sha)).toEqual(["end"]);
  });

  it("5, 19: does not count a review of the page from before a push", async () => {
    const { number, sha } = await openPullRequest(stage, "lands");
    await waits(sha);
    await nextSecond();
    const alice = stage.github.actAs("alice");
    const pushed = alice.push(repository, "lands", { files: { "x.txt": "x\n" }, message: "Slip in" });
    const second = await pushed;
    await stage.github.actAs("bob").review(repository, number, { state: "APPROVED", commitId: sha });
    await waits(second);
    await nextSecond();
    await stage.github.idle();
    expect([...(await lines("one", sha)), ...(await lines("one", second))]).toEqual([]);
    await says(second, "reviewed");
  });

  it("19: does not open for an approval that is withdrawn between the evaluation and the release", async () => {
    const { number, sha } = await openPullRequest(stage, "withdrawn");
    await waits(sha);
    await waits(sha, "two");
    await nextSecond();
    let id = 0;
    let reads = 0;
    const withdrawn: Promise<void>[] = [];
    const readsOfReviews = new RegExp(`/pulls/${number}/reviews$`);
    stage.github.faults.next = ({ method, path }) => {
      if (method !== "GET" || !readsOfReviews.test(path) || id === 0) return undefined;
      reads += 1;
      // Both runs read once to decide; whoever reads again does so to release.
      if (reads === 3) withdrawn.push(stage.github.actAs("bob").dismissReview(repository, number, id));
      return undefined;
    };
    // The webhook comes after this call has returned.
    ({ id } = await approve("bob", number));
    await says(sha, "was dismissed");
    await Promise.all(withdrawn);
    expect(reads).toBeGreaterThanOrEqual(3);
    expect(await lines("one", sha)).toEqual([]);
  });

  it("19: stops a run whose head moved while its release was written", async () => {
    const slow = manifest("one", [gate("first"), apply("end")].join("\n"), stage.notes);
    const { number, sha } = await openPullRequest(stage, "moves", {
      ".workflows/one.yaml": slow.replace('"echo', '"sleep 30; echo'),
    });
    await waits(sha);
    await nextSecond();
    const seen = stage.github.pullRequest(repository, number);
    stage.github.faults.next = async ({ method, path }) => {
      if (method !== "GET" || !path.endsWith(`/pulls/${number}`)) return undefined;
      if (audits(await storedOf(sha)).length === 0) return undefined;
      return { status: 200, body: { ...seen, head: { ...seen.head, sha: "f".repeat(40) } } };
    };
    await approve("bob", number);
    await stage.observer.until(sha, "one", "its stop", (check) => check.conclusion === "cancelled");
    expect(await lines("one", sha)).toEqual([]);
  });

  it("21: takes back what a dismissal or a push withdraws while the gate waits", async () => {
    policy = `${given}, gates: { approvals: 2 }`;
    const { number, sha } = await openPullRequest(stage, "revoked");
    await waits(sha);
    await nextSecond();
    const { id } = await approve("bob", number);
    await says(sha, "1 of 2");
    await stage.github.actAs("bob").dismissReview(repository, number, id);
    await says(sha, "0 of 2");
    const second = await stage.github
      .actAs("alice")
      .push(repository, "revoked", { files: { "z.txt": "z\n" }, message: "More" });
    await stage.observer.until(sha, "one", "its stop", (check) => check.conclusion === "cancelled");
    await waits(second);
    expect([...(await lines("one", sha)), ...(await lines("one", second))]).toEqual([]);
  });

  it("22: writes who, which review, which commit and why on the run", async () => {
    const { number, sha } = await openPullRequest(stage, "audited");
    await waits(sha);
    await nextSecond();
    const { id } = await approve("bob", number);
    await stage.observer.until(sha, "one", "the end", (check) => check.conclusion === "success");
    const [audit, ...more] = audits(await storedOf(sha));
    expect(more).toEqual([]);
    expect(audit).toMatchObject({
      decision: "approved",
      nodeName: "first",
      headSha: sha,
      people: [{ login: "bob", reviewId: id }],
      reasons: ["approved by @bob"],
    });
  });

  it("sent and got nothing that GitHub's own schemas refuse", () => {
    expect([...new Set(stage.invalid)]).toEqual([]);
  });
});
