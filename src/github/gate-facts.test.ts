import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openGitHub } from "./github.js";

const api = "https://github.example.invalid";
const repository = { installationId: 42, id: 7, slug: "acme/infra" };
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const open = () => openGitHub({ appId: 1, privateKey, baseUrl: api }, pino({ level: "silent" }));

beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());
afterAll(() => nock.enableNetConnect());

function scope() {
  return nock(api)
    .post("/app/installations/42/access_tokens")
    .reply(201, {
      token: `ghs_${"a".repeat(36)}`,
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      permissions: {},
      repository_selection: "all",
    });
}
const commit = (sha: string) => ({
  sha,
  author: { id: 1, login: "alice", type: "User" },
  committer: null,
  commit: { message: "Change\n\nCo-authored-by: Bob <2+bob@users.noreply.github.com>" },
});

describe("the commits that an event brought", () => {
  const compare = "/repos/acme/infra/compare/b...h?per_page=250&page=";
  const known = {
    author: { id: 1 },
    committer: undefined,
    coAuthorEmails: ["2+bob@users.noreply.github.com"],
  };

  it("are all pages of the comparison", async () => {
    scope()
      .get(`${compare}1`)
      .reply(200, { total_commits: 2, commits: [commit("x")] })
      .get(`${compare}2`)
      .reply(200, { total_commits: 2, commits: [commit("h")] });
    const found = await open().contents.commitsSince(repository, "b", "h");
    expect(found).toMatchObject({
      known: true,
      complete: true,
      commits: [{ sha: "x", ...known }, { sha: "h" }],
    });
    expect(found).not.toHaveProperty("isOld");
  });
  it("are incomplete where there are more than are asked for", async () => {
    const asked = scope();
    for (let page = 1; page <= 4; page += 1)
      asked.get(`${compare}${page}`).reply(200, { total_commits: 9, commits: [commit("h")] });
    expect(await open().contents.commitsSince(repository, "b", "h")).toMatchObject({ complete: false });
  });
  it("hold the head where it is nothing new", async () => {
    scope()
      .get(`${compare}1`)
      .reply(200, { total_commits: 0, commits: [] })
      .get("/repos/acme/infra/commits/h")
      .reply(200, commit("h"));
    const found = await open().contents.commitsSince(repository, "b", "h");
    expect(found).toMatchObject({ known: true, complete: true, isOld: true, commits: [{ sha: "h" }] });
  });
  it.each(["b", undefined])("are not known without what they came on top of (%s)", async (since) => {
    const asked = scope();
    if (since !== undefined) asked.get(`${compare}1`).reply(404, { message: "Not Found" });
    asked.get("/repos/acme/infra/commits/h").reply(200, commit("h"));
    const found = await open().contents.commitsSince(repository, since, "h");
    expect(found).toMatchObject({ known: false, commits: [{ sha: "h" }] });
  });
  it("throw where GitHub could not be asked", async () => {
    scope().get(`${compare}1`).reply(403, { message: "Forbidden" });
    await expect(open().contents.commitsSince(repository, "b", "h")).rejects.toThrow(
      "failed to list the commits",
    );
  });
});

describe("the pushes to a branch", () => {
  const path = "/repos/acme/infra/activity?ref=refs%2Fheads%2Ftopic&per_page=100";
  const pushed = (after: string, id: number) => ({
    after,
    before: "0".repeat(40),
    timestamp: "2026-01-01T00:00:00Z",
    actor: { id, login: `user${id}`, type: "User" },
  });
  const answering = (pages: number) => {
    const asked = scope();
    for (let page = 1; page <= pages; page += 1) {
      const next = { link: `<${api}${path}&after=${page}>; rel="next"` };
      asked
        .get(page === 1 ? path : `${path}&after=${page - 1}`)
        .reply(200, [pushed(page === 1 ? "h" : `older${page}`, page)], page === pages ? {} : next);
    }
    return open().pullRequests.lastPush(repository, "topic", "h");
  };

  it("are those of all pages", async () => {
    expect((await answering(3))?.all).toEqual([
      { sha: "h", by: 1 },
      { sha: "older2", by: 2 },
      { sha: "older3", by: 3 },
    ]);
  });
  it("are not all known where there may be more than are asked for", async () => {
    const all = (await answering(5))?.all;
    expect(all).toHaveLength(6);
    expect(all?.at(-1)).toEqual({ sha: "h", by: undefined });
  });
});

describe("GitHub's review decision", () => {
  const answering = (pullRequest: object | null) => {
    scope()
      .post("/graphql", ({ variables }: { variables: object }) => {
        return JSON.stringify(variables) === '{"owner":"acme","repo":"infra","number":7}';
      })
      .reply(200, { data: { repository: { pullRequest } } });
    return open().pullRequests.ownerReview(repository, 7);
  };
  const pull = (reviewDecision: string | null, baseRef: object | null = null) => ({
    headRefOid: "h",
    reviewDecision,
    baseRef,
  });
  const owners = { parameters: { requireCodeOwnerReview: true } };
  const lax = {
    refUpdateRule: { requiresCodeOwnerReviews: false },
    rules: { nodes: [{ parameters: null }, null] },
  };

  it.each<[what: string, answer: object, read: object]>([
    ["none", pull(null), { headSha: "h", decision: undefined, ownersRequired: false }],
    ["a word that is not known", pull("WAIVED"), { decision: undefined }],
    ["approved by anybody", pull("APPROVED", lax), { decision: "APPROVED", ownersRequired: false }],
    ["a ruleset's", pull("APPROVED", { ...lax, rules: { nodes: [null, owners] } }), { ownersRequired: true }],
    [
      "branch protection's",
      pull("REVIEW_REQUIRED", { ...lax, refUpdateRule: { requiresCodeOwnerReviews: true } }),
      { decision: "REVIEW_REQUIRED", ownersRequired: true },
    ],
    ["hidden rules", pull("APPROVED", { refUpdateRule: null, rules: null }), { ownersRequired: false }],
  ])("is read: %s", async (_what, answer, read) => {
    expect(await answering(answer)).toMatchObject(read);
  });
  it("is no decision where there is no such pull request", async () => {
    await expect(answering(null)).rejects.toThrow("no such pull request");
  });
});
