import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPrivateKey, openAcme, repository, sign } from "./acme.js";
import type { Json, Acme } from "./acme.js";
import type { Simulator } from "./simulator.js";
import { validateDelivery, validateExchange } from "../../test/support/github-schema/validate.js";

const validators = { exchange: validateExchange, delivery: validateDelivery };
let world: Acme;
let github: Simulator;
let sha: string;
let call: Acme["call"];
let jwt: Acme["jwt"];
let token: Acme["token"];

beforeEach(async () => {
  world = await openAcme(validators);
  ({ github, sha, call, jwt, token } = world);
});
afterEach(async () => {
  await world.close();
  expect([...world.invalid]).toEqual([]);
});

async function openPullRequest(): Promise<{ head: string; number: number }> {
  const alice = github.actAs("alice");
  const head = await alice.push(repository, "topic/x", { files: { "a.txt": "a\n" }, message: "Add a" });
  const opened = { repo: repository, head: "topic/x", base: "main", title: "A", body: "" };
  return { head, number: (await alice.openPullRequest(opened)).number };
}

function createCheck(fields: Json) {
  return token().then((value) =>
    call(value, `POST /repos/${repository}/check-runs`, { name: "plan", head_sha: sha, ...fields }),
  );
}

function receivedPayload(index: number): Json {
  return JSON.parse(world.received.at(index)?.text ?? "null") as Json;
}

describe("authentication", () => {
  it("refuses JWTs that are forged, expired, too long or of another App", async () => {
    const other = createPrivateKey();
    const seconds = world.now() / 1000;
    expect((await call(jwt(), "GET /app")).status).toBe(200);
    expect((await call(jwt({}, other), "GET /app")).status).toBe(401);
    expect((await call(jwt({ exp: seconds - 1 }), "GET /app")).body["message"]).toContain("'exp'");
    expect((await call(jwt({ exp: seconds + 601 }), "GET /app")).status).toBe(401);
    expect((await call(jwt({ iat: seconds + 60 }), "GET /app")).body["message"]).toContain("'iat'");
    expect((await call(jwt({ iss: 1 }), "GET /app")).status).toBe(404);
  });

  it("narrows tokens to permissions and repositories, never widens them", async () => {
    await github.createRepository({
      owner: "acme",
      name: "other",
      collaborators: {},
      files: { a: "" },
      defaultBranch: "main",
    });
    const narrow = await token({ permissions: { checks: "read" }, repositories: ["infra"] });
    expect((await call(narrow, `GET /repos/${repository}`)).status).toBe(200);
    expect((await call(narrow, "GET /repos/acme/other")).status).toBe(404);
    const refused = await call(narrow, `POST /repos/${repository}/check-runs`, {});
    expect([refused.status, refused.body["message"]]).toEqual([
      403,
      "Resource not accessible by integration",
    ]);
    expect((await world.grant({ permissions: { administration: "write" } })).status).toBe(422);
    expect((await world.grant({ permissions: { metadata: "write" } })).status).toBe(422);
    expect((await world.grant({ repositories: ["elsewhere"] })).status).toBe(422);
  });

  it("forgets tokens after an hour and when they are revoked", async () => {
    const [old, revoked] = [await token(), await token()];
    expect(old).toMatch(/^ghs_[A-Za-z0-9]{200}$/);
    expect((await call(revoked, "DELETE /installation/token")).status).toBe(204);
    expect((await call(revoked, "GET /installation/repositories")).body["message"]).toBe("Bad credentials");
    world.advance(59 * 60_000);
    expect((await call(old, "GET /installation/repositories")).status).toBe(200);
    world.advance(61_000);
    expect((await call(old, "GET /installation/repositories")).status).toBe(401);
  });
});

describe("check runs", () => {
  it.each<[string, Json]>([
    ["an unknown commit", { head_sha: "0".repeat(40) }],
    ["completed without conclusion", { status: "completed" }],
    ["a conclusion of GitHub's own", { conclusion: "stale" }],
    ["four actions", { actions: Array(4).fill({ label: "a", description: "b", identifier: "c" }) }],
    ["a long label", { actions: [{ label: "x".repeat(21), description: "b", identifier: "c" }] }],
    ["a summary of too many bytes", { output: { title: "t", summary: "é".repeat(32_768) } }],
    ["output without title", { output: { summary: "s" } }],
    [
      "51 annotations",
      {
        output: {
          title: "t",
          summary: "s",
          annotations: Array(51).fill({
            path: "a",
            start_line: 1,
            end_line: 1,
            annotation_level: "notice",
            message: "m",
          }),
        },
      },
    ],
  ])("refuses %s", async (_, fields) => {
    expect((await createCheck(fields)).status).toBe(422);
    expect(github.checkRuns(repository, sha)).toEqual([]);
  });

  it("appends annotations, completes by a conclusion, and never goes back", async () => {
    const annotation = { path: "a", start_line: 1, end_line: 2, annotation_level: "failure", message: "m" };
    const output = { title: "t", summary: "s", annotations: [annotation] };
    const { id } = (await createCheck({ status: "in_progress", output })).body;
    const path = `/repos/${repository}/check-runs/${String(id)}`;
    const done = await call(await token(), `PATCH ${path}`, { conclusion: "action_required", output });
    expect(done.body).toMatchObject({ status: "completed", completed_at: "2026-01-01T10:00:00Z" });
    expect(done.body["output"]).toMatchObject({ annotations_count: 2 });
    expect((await call(await token(), `PATCH ${path}`, { status: "in_progress" })).status).toBe(422);
    const listed = await call(await token(), `GET ${path}/annotations?per_page=1`);
    expect(listed.headers.get("link")).toMatch(/page=2>; rel="next"/);
  });

  it("lists the latest by name, and shows buttons once completed", async () => {
    const actions = [{ label: "Approve", description: "Go on", identifier: "approve" }];
    const { id: first } = (await createCheck({ actions })).body;
    const bob = github.actAs("bob");
    await expect(bob.clickCheckAction(first as number, "approve")).rejects.toThrow("no button");
    const { id } = (await createCheck({ actions, conclusion: "action_required" })).body;
    await bob.clickCheckAction(id as number, "approve");
    await expect(bob.clickCheckAction(id as number, "reject")).rejects.toThrow("no button");
    await expect(github.actAs("carol").rerequestCheck(id as number)).rejects.toThrow();
    await github.idle();
    expect(receivedPayload(-1)).toMatchObject({
      action: "requested_action",
      requested_action: { identifier: "approve" },
      sender: { login: "bob", type: "User" },
    });
    const path = `GET /repos/${repository}/commits/${sha}/check-runs`;
    const latest = (await call(await token(), path)).body["check_runs"] as Json[];
    expect(latest.map((each) => each["id"])).toEqual([id]);
    expect((await call(await token(), `${path}?filter=all`)).body["total_count"]).toBe(2);
  });
});

describe("webhooks", () => {
  it("signs, keeps the order, records attempts, and redelivers with the same guid", async () => {
    const { head } = await openPullRequest();
    await github.actAs("alice").push(repository, "topic/x", { files: { "a.txt": null }, message: "Undo" });
    await github.idle();
    const events = world.received.map(({ headers }) => headers["x-github-event"]);
    expect(events).toEqual(["push", "pull_request", "push", "pull_request"]);
    const { headers, text } = world.received[0]!;
    expect(headers["x-hub-signature-256"]).toBe(sign(text));
    expect(JSON.parse(text)).toMatchObject({
      ref: "refs/heads/topic/x",
      after: head,
      created: true,
      forced: false,
    });
    expect(receivedPayload(3)).toMatchObject({ action: "synchronize", before: head });
    github.faults.next = ({ path }) => (path === "/hook" ? "drop" : undefined);
    await expect(github.actAs("carol").comment(repository, 1, "x")).rejects.toMatchObject({ status: 404 });
    await github.actAs("bob").comment(repository, 1, "/apply");
    await github.idle();
    github.faults.next = undefined;
    const failed = (await call(jwt(), "GET /app/hook/deliveries?status=failure")).body as unknown as Json[];
    expect(failed).toMatchObject([{ event: "issue_comment", action: "created", status_code: 0 }]);
    expect(
      (await call(jwt(), `POST /app/hook/deliveries/${String(failed[0]?.["id"])}/attempts`)).status,
    ).toBe(202);
    await github.idle();
    expect(world.received.at(-1)!.headers["x-github-delivery"]).toBe(failed[0]?.["guid"]);
    const one = await call(jwt(), "GET /app/hook/deliveries?per_page=1");
    expect(one.headers.get("link")).toContain("cursor=");
    await call(jwt(), `GET /app/hook/deliveries/${String(failed[0]?.["id"])}`);
  });
});

describe("a fork", () => {
  it("brings its commits with the pull request, moves it along, and tells the App of nothing else", async () => {
    const [alice, dora] = [github.actAs("alice"), "dora"];
    github.createUser(dora);
    const { full_name: open } = await github.createRepository({
      owner: "acme",
      name: "open",
      private: false,
      collaborators: { alice: "write" },
      files: { "README.md": "# Open\n" },
      defaultBranch: "main",
    });
    const fork = await github.actAs(dora).fork(open);
    const first = await github.actAs(dora).push(fork, "main", { files: { "d.txt": "d\n" }, message: "D" });
    await github.idle();
    expect(world.received).toEqual([]);
    const given = { repo: open, head: `${dora}:main`, base: "main", title: "D", body: "" };
    const { number } = await github.actAs(dora).openPullRequest(given);
    const { head, base } = github.pullRequest(open, number);
    expect(head).toMatchObject({ sha: first, ref: "main", repo: { full_name: fork, fork: true } });
    expect(base.repo.full_name).toBe(open);
    const second = await github.actAs(dora).push(fork, "main", { files: { "d.txt": "e\n" }, message: "E" });
    // What is pushed to a branch of the same name here is another branch.
    await alice.push(open, "main", { files: { "a.txt": "a\n" }, message: "A" });
    await github.idle();
    expect(github.pullRequest(open, number).head.sha).toBe(second);
    const events = world.received.map(({ headers }) => headers["x-github-event"]);
    expect(events).toEqual(["pull_request", "pull_request", "push"]);
    expect(receivedPayload(1)).toMatchObject({ action: "synchronize", before: first, after: second });
  });
});

describe("the merge queue", () => {
  it("tells of a group that it drops, whose branch is then gone", async () => {
    const { number } = await openPullRequest();
    const bob = github.actAs("bob");
    const { sha: group, ref } = await bob.queueMerge(repository, number);
    await bob.leaveMergeQueue(repository, number);
    await github.idle();
    expect(receivedPayload(-1)).toMatchObject({
      action: "destroyed",
      reason: "dequeued",
      merge_group: { head_sha: group, head_ref: ref },
    });
    expect(receivedPayload(-2)).toMatchObject({ ref, deleted: true });
    await expect(bob.leaveMergeQueue(repository, number)).rejects.toMatchObject({ status: 404 });
  });
});
