import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAcme, repository, type Acme } from "./acme.js";
import type { Exchange } from "./simulator.js";
import { validateDelivery, validateExchange } from "../../test/support/github-schema/validate.js";

const validators = {
  /** The slice of the schemas has no activity. */
  exchange: (exchange: Exchange) => (exchange.path.endsWith("/activity") ? [] : validateExchange(exchange)),
  delivery: validateDelivery,
};
const base = `/repos/${repository}`;

/** Answers and events are as GitHub's published schemas have them. */
describe("the simulated GitHub", () => {
  let world: Acme;
  let head: string;
  let deployment: string;

  beforeAll(async () => {
    world = await openAcme(validators);
    const { github } = world;
    const [alice, bob] = [github.actAs("alice"), github.actAs("bob")];
    github.createTeam("acme", "platform", ["alice", "bob"]);
    head = await alice.push(repository, "topic/x", {
      files: { "b.md": "# Infra\n", "README.md": null },
      message: "x",
    });
    await alice.openPullRequest({ repo: repository, head: "topic/x", base: "main", title: "X", body: "Why" });
    await expect(alice.review(repository, 1, { state: "APPROVED" })).rejects.toMatchObject({ status: 422 });
    await alice.review(repository, 1, { state: "APPROVED", force: true });
    const { id } = await bob.review(repository, 1, { state: "APPROVED" });
    await bob.dismissReview(repository, 1, id);
    await bob.closePullRequest(repository, 1);
    await bob.reopenPullRequest(repository, 1);
    await createChecks();
    const { id: comment } = await bob.comment(repository, 1, "/apply");
    const value = await world.token({ permissions: { issues: "write" } });
    await world.call(value, `POST ${base}/issues/comments/${comment}/reactions`, { content: "eyes" });
    const { body: said } = await world.call(value, `POST ${base}/issues/1/comments`, { body: "Done" });
    await world.call(value, `PATCH ${base}/issues/comments/${String(said["id"])}`, { body: "Done, really" });
    await createDeployment();
    await bob.merge(repository, 1);
    await github.idle();
  });
  afterAll(() => world.close());

  async function createChecks(): Promise<void> {
    const annotation = {
      path: "a",
      start_line: 1,
      end_line: 1,
      annotation_level: "failure",
      message: "m",
      title: "t",
    };
    const { body } = await world.call(await world.token(), `POST ${base}/check-runs`, {
      name: "plan",
      head_sha: head,
      external_id: "x",
      status: "completed",
      conclusion: "failure",
      output: { title: "t", summary: "s", annotations: [annotation] },
    });
    await world.github.actAs("alice").rerequestCheck(body["id"] as number);
  }

  async function createDeployment(): Promise<void> {
    const value = await world.token();
    const wanted = {
      ref: head,
      environment: "production",
      payload: { run: "a" },
      description: "d",
      auto_merge: false,
    };
    const refused = await world.call(value, `POST ${base}/deployments`, wanted);
    expect(refused.status).toBe(409);
    const { body } = await world.call(value, `POST ${base}/deployments`, {
      ...wanted,
      required_contexts: [],
    });
    const statuses = `${base}/deployments/${String(body["id"])}/statuses`;
    for (const state of ["pending", "success"]) {
      const status = { state, description: "d", log_url: "https://example.invalid/1" };
      expect((await world.call(value, `POST ${statuses}`, status)).status).toBe(201);
    }
    expect((await world.call(value, `POST ${statuses}`, { state: "waiting" })).status).toBe(422);
    deployment = statuses.slice(base.length);
  }

  it("answers every route it has", async () => {
    const value = await world.token({ repositories: ["infra"] });
    const [check] = world.github.checkRuns(repository, head);
    const { body: blobs } = await world.call(value, `GET ${base}/git/trees/${head}?recursive=1`);
    const entries = blobs["tree"] as { sha: string; type: string }[];
    const blob = entries.find(({ type }) => type === "blob")?.sha;
    const { id } = (await world.call(world.jwt(), `GET ${base}/installation`)).body;
    const paths = [
      "",
      "/contents/b.md?ref=topic%2Fx",
      "/contents/.workflows?ref=main",
      "/contents",
      `/git/blobs/${blob}`,
    ]
      .concat([
        "/compare/main~1...topic%2Fx",
        "/commits/main",
        `/git/commits/${head}`,
        `/commits/${head}/pulls`,
      ])
      .concat([
        "/pulls?state=all&base=main&head=acme:topic/x",
        "/pulls/1",
        "/pulls/1/files",
        "/pulls/1/commits",
      ])
      .concat([`/deployments?environment=production&sha=${head}`, deployment])
      .concat(["/pulls/1/reviews", "/issues/1/comments", "/collaborators/alice/permission"])
      .concat([
        `/commits/${head}/check-runs?check_name=plan`,
        `/check-runs/${check?.id}/annotations`,
        `/check-runs/${check?.id}`,
      ])
      .map((path) => base + path)
      .concat(["/installation/repositories", "/rate_limit", "/orgs/acme/teams/platform/members"])
      .concat(`/repositories/${world.github.pullRequest(repository, 1).base.repo.id}`);
    for (const path of paths)
      expect([path, (await world.call(value, `GET ${path}`)).status]).toEqual([path, 200]);
    for (const path of [
      "/app",
      "/app/installations",
      `/app/installations/${String(id)}`,
      "/app/hook/config",
      "/app/hook/deliveries",
    ])
      expect([path, (await world.call(world.jwt(), `GET ${path}`)).status]).toEqual([path, 200]);
    expect(world.github.unknownRequests).toEqual([]);
  });

  it("finds a rename, and what a pull request brought", async () => {
    const { body } = await world.call(await world.token(), `GET ${base}/pulls/1/files`);
    expect(body).toMatchObject([
      { status: "renamed", filename: "b.md", previous_filename: "README.md", changes: 0 },
    ]);
    const merged = world.github.pullRequest(repository, 1);
    expect(merged).toMatchObject({
      state: "closed",
      merged: true,
      changed_files: 1,
      commits: 1,
      comments: 2,
    });
  });

  it("tells who moved a branch to a commit", async () => {
    const { body } = await world.call(await world.token(), `GET ${base}/activity?ref=refs/heads/topic/x`);
    expect(body).toMatchObject([
      { activity_type: "branch_creation", after: head, actor: { login: "alice" } },
    ]);
  });

  it("sends every event, all of them valid", async () => {
    await world.github.idle();
    const sent = world.github.deliveries.map(({ event, action }) =>
      action === null ? event : `${event}.${action}`,
    );
    expect(sent).toEqual([
      "push",
      "pull_request.opened",
      "pull_request_review.submitted",
      "pull_request_review.submitted",
      "pull_request_review.dismissed",
      "pull_request.closed",
      "pull_request.reopened",
      "check_run.created",
      "check_run.completed",
      "check_run.rerequested",
      "issue_comment.created",
      "issue_comment.created",
      "pull_request.closed",
      "push",
    ]);
    expect(world.github.deliveries.every(({ attempts }) => attempts[0]?.status === "OK")).toBe(true);
    expect([...world.invalid]).toEqual([]);
  });
});
