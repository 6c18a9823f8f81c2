import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCheckout, type Checkout } from "../../src/cli/checkout.js";
import { explain, explainPayload } from "../../src/cli/explain.js";
import { UnreadableDelivery } from "../../src/server/events/parse-event.js";

interface Examples {
  name: string;
  examples: (Record<string, unknown> & { action?: string })[];
}
const file = createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json");
const all = JSON.parse(readFileSync(file, "utf8")) as Examples[];

const manifest = (name: string, on: string) => `apiVersion: argoproj.io/v1alpha1
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
      container: {image: busybox, command: [echo, hello]}
`;
const manifests: Record<string, string> = {
  branches: manifest("branches", "push: {branches: [master]}"),
  tags: manifest("tags", "push: {tags: ['simple-*']}"),
  pulls: manifest("pulls", "pull_request: {branches: [master]}"),
  labels: manifest("labels", "pull_request: {labels: [deploy]}"),
  ready: manifest("ready", "pull_request: {drafts: false, types: [opened, ready_for_review]}"),
  queue: manifest("queue", "merge_group: {branches: [main]}"),
  released: manifest("released", "release: [published]"),
  docs: manifest("docs", "push: {paths: [docs/**]}"),
  library: manifest("library", "push: {}").replace(/ {2}annotations:\n.*\n.*\n/, ""),
};

let directory: string;
let checkout: Checkout;
const git = (...args: string[]) =>
  execFileSync("git", ["-C", directory, "-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    encoding: "utf8",
  }).trim();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-explain-"));
  mkdirSync(join(directory, ".workflows"));
  for (const [name, text] of Object.entries(manifests))
    writeFileSync(join(directory, ".workflows", `${name}.yaml`), text);
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "-m", "First");
  checkout = openCheckout(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const example = (name: string, wanted: (payload: Examples["examples"][number]) => boolean) => {
  const found = all.find((each) => each.name === name)?.examples.find(wanted);
  if (found === undefined) throw new Error(`there is no such example of ${name}`);
  return found;
};
const opened = (action: string) => (payload: { action?: string }) => payload.action === action;
const starts = async (name: string, payload: object) =>
  (await explainPayload(payload, name, checkout)).manifests
    .filter(({ result }) => result === "run")
    .map((each) => each.manifest);

describe("explain, on GitHub's own example payloads", () => {
  it("has an answer for each, with the event named and with it guessed", async () => {
    let seen = 0;
    for (const { name, examples } of all) {
      for (const payload of examples) {
        const said = await explainPayload(payload, name, checkout);
        expect(said.heading).not.toBe("");
        expect(said.notes.length + said.manifests.length).toBeGreaterThan(0);
        await explainPayload(payload, undefined, checkout);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(300);
  }, 120_000);

  it("refuses a payload that is not of the event", async () => {
    for (const name of ["push", "pull_request", "release", "check_run", "merge_group", "issue_comment"]) {
      for (const { examples } of all.slice(0, 20)) {
        const result = await explainPayload(examples[0] ?? {}, name, checkout).catch(
          (error: unknown) => error,
        );
        if (result instanceof Error) expect(result).toBeInstanceOf(UnreadableDelivery);
      }
    }
  });

  const to = (ref: string, deleted: boolean) => (payload: Record<string, unknown>) =>
    payload["ref"] === ref && payload["deleted"] === deleted;
  it.each([
    ["a push to a branch", "push", to("refs/heads/master", false), ["branches", "docs"]],
    ["a push of a tag", "push", to("refs/tags/simple-tag", false), ["docs", "tags"]],
    ["a deleted tag", "push", to("refs/tags/simple-tag", true), []],
    ["an opened pull request", "pull_request", opened("opened"), ["pulls", "ready"]],
    ["a synchronized pull request", "pull_request", opened("synchronize"), ["pulls"]],
    ["a closed pull request", "pull_request", opened("closed"), []],
    ["an assigned pull request", "pull_request", opened("assigned"), []],
    ["a pull request ready for review", "pull_request", opened("ready_for_review"), ["ready"]],
    ["a merge group", "merge_group", opened("checks_requested"), ["queue"]],
    ["a published release", "release", opened("published"), ["released"]],
    ["an edited release", "release", opened("edited"), []],
    ["a review", "pull_request_review", opened("submitted"), []],
    ["a rerequested check run", "check_run", opened("rerequested"), []],
    ["a comment on an issue", "issue_comment", opened("created"), []],
  ] as const)("is right about %s", async (_what, name, wanted, expected) => {
    expect(await starts(name, example(name, wanted))).toEqual(expected);
  });

  it("gives a reason for each that does not start", async () => {
    const said = await explainPayload(example("push", to("refs/heads/master", false)), undefined, checkout);
    expect(Object.fromEntries(said.manifests.map((each) => [each.manifest, each.reason]))).toMatchObject({
      branches: "the push to master matches",
      tags: "branch master is not in the trigger",
      pulls: "the manifest does not listen to pushes",
      library: "it has no trigger: it is a library for the other manifests",
    });
  });
});

describe("explain, on commits of the checkout", () => {
  const push = (before: string, after: string) => ({
    ...example("push", (payload) => payload["ref"] === "refs/heads/master"),
    before,
    after,
    created: false,
  });
  it("takes the manifests and the changed files from local git", async () => {
    const before = git("rev-parse", "HEAD");
    writeFileSync(join(directory, "other.txt"), "x\n");
    git("add", ".");
    git("commit", "--quiet", "-m", "Other");
    const after = git("rev-parse", "HEAD");
    writeFileSync(join(directory, ".workflows", "later.yaml"), manifest("later", "push: {}"));
    const said = await explainPayload(push(before, after), undefined, checkout);
    expect(said.manifests.find((each) => each.manifest === "docs")).toMatchObject({ result: "skipped" });
    expect(said.manifests.map((each) => each.manifest)).not.toContain("later");
    expect(said.notes.join()).not.toContain("working tree");
  });
  it("takes no revision for an option", async () => {
    await expect(
      explainPayload(push("--output=x", "--output=y"), undefined, checkout),
    ).resolves.toBeDefined();
  });
  it("prints a line for each manifest, and exits 2 when the file holds no JSON", async () => {
    const out: string[] = [];
    const err: string[] = [];
    const io = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
    const path = join(directory, "event.json");
    writeFileSync(path, JSON.stringify(example("release", opened("published"))));
    expect(await explain(path, { repo: directory, json: false }, io)).toBe(0);
    expect(out.join("")).toMatch(/^release\.published of tag 0\.0\.1[^]*\n {2}runs {6}released +the release/);
    writeFileSync(path, "{");
    expect(await explain(path, { repo: directory, json: false }, io)).toBe(2);
    expect(err.join("")).toContain("not JSON");
    expect(err.join("")).toContain("hint: Give it a webhook's payload as GitHub sent it");
  });
});
