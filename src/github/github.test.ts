import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { GitHubError } from "../app/ports.js";
import type { CheckPayload } from "../report/check.js";
import { openGitHub } from "./github.js";
import { excess } from "../app/start-runs.js";

const api = "https://github.example.invalid";
const token = `ghs_${"a".repeat(36)}`;
const repository = { installationId: 42, id: 7, slug: "acme/infra" };
const eve = { id: 4, login: "eve" };
const meg = { id: 5, login: "meg" };
const check: CheckPayload = {
  name: "plan",
  externalId: "sluice/plan#0",
  status: "queued",
  title: "Queued",
  summary: "Queued",
  annotations: [],
  actions: [],
};

describe("GitHub behind the ports", () => {
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
    const hour = new Date(Date.now() + 3_600_000).toISOString();
    return nock(api)
      .post("/app/installations/42/access_tokens")
      .reply(201, {
        token,
        expires_at: hour,
        permissions: { contents: "read" },
        repository_selection: "all",
      });
  }

  it("takes a 404 for no permission, and nothing else", async () => {
    scope()
      .get("/repos/acme/infra/collaborators/eve/permission")
      .reply(404, { message: "Not Found" })
      .get("/repos/acme/infra/collaborators/mallory/permission")
      .reply(422, { message: "Unprocessable" });
    const github = open();
    expect(await github.permissions.of(repository, eve)).toBe("none");
    await expect(github.permissions.of(repository, { id: 6, login: "mallory" })).rejects.toThrow(GitHubError);
  });

  it("counts an organization's own role as its base, whatever its name", async () => {
    scope()
      .get("/repos/acme/infra/collaborators/eve/permission")
      .reply(200, { permission: "read", role_name: "admin", user: eve })
      .get("/repos/acme/infra/collaborators/meg/permission")
      .reply(200, { permission: "write", role_name: "maintain", user: meg });
    const github = open();
    expect(await github.permissions.of(repository, eve)).toBe("read");
    expect(await github.permissions.of(repository, meg)).toBe("maintain");
  });

  it("gives nobody the permission of who took over the login", async () => {
    scope()
      .get("/repos/acme/infra/collaborators/eve/permission")
      .reply(200, { permission: "admin", role_name: "admin", user: { ...eve, id: 77 } });
    expect(await open().permissions.of(repository, eve)).toBe("none");
  });

  it("says that it does not know all changed files when the list is full", async () => {
    const file = (index: number) => ({ filename: `f${index}`, status: "modified" });
    scope()
      .get("/repos/acme/infra/compare/a...b")
      .reply(200, { files: Array.from({ length: 300 }, (_, index) => file(index)) })
      .get("/repos/acme/infra/compare/a...c")
      .reply(200, { files: [{ filename: "new", previous_filename: "old", status: "renamed" }] });
    const github = open();
    expect(await github.contents.changedFiles(repository, "a", "b")).toBeUndefined();
    expect(await github.contents.changedFiles(repository, "a", "c")).toEqual(["new", "old"]);
  });

  it("does not send a check run's creation twice by itself", async () => {
    let posts = 0;
    scope()
      .post("/repos/acme/infra/check-runs", () => (posts += 1) > 0)
      .times(2)
      .reply(502, { message: "Server Error" });
    const failure = await open()
      .checkRuns.create(repository, "a".repeat(40), check)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "GitHubError", retryable: true, status: 502 });
    expect(posts).toBe(1);
    expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain(token);
  });

  it("answers a comment once, though the answer to the first reply was lost", async () => {
    const written: { body: string; user: { id: number; login: string } }[] = [];
    const bot = { id: 1, login: "sluice[bot]" };
    nock(api).get("/app").times(2).reply(200, { slug: "sluice" });
    scope()
      .get(/^\/repos\/acme\/infra\/issues\/7\/comments/)
      .times(3)
      .reply(200, () => written)
      .post("/repos/acme/infra/issues/7/comments", (body: { body: string }) => {
        written.push({ body: body.body, user: bot });
        return true;
      })
      .replyWithError("connection reset")
      .post("/repos/acme/infra/issues/7/comments", (body: { body: string }) => {
        written.push({ body: body.body, user: bot });
        return true;
      })
      .reply(201, {});
    const { comments } = open();
    const since = "2026-01-01T00:00:00Z";
    const first = { to: 5, since, markdown: "No." };
    await expect(comments.reply(repository, 7, first)).rejects.toThrow(GitHubError);
    await comments.reply(repository, 7, first);
    expect(written.map(({ body }) => body.split("\n")[0])).toEqual(["No."]);
    await comments.reply(repository, 7, { to: 6, since, markdown: "Neither." });
    expect(written.map(({ body }) => body.split("\n")[0])).toEqual(["No.", "Neither."]);
  });

  it("does not take a commit that GitHub does not have yet for one without manifests", async () => {
    scope()
      .post("/graphql")
      .reply(200, { data: { repository: { commit: null, object: null } } })
      .post("/graphql")
      .reply(200, { data: { repository: { commit: { __typename: "Commit" }, object: null } } });
    const { contents } = open();
    const failure = await contents.manifests(repository, "a".repeat(40)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "GitHubError", retryable: true });
    expect(await contents.manifests(repository, "a".repeat(40))).toEqual([]);
  });

  it("reads no link, folder or module as a manifest, and nothing of files that are too large together", async () => {
    const blob = (text: string, byteSize = text.length) => ({
      __typename: "Blob",
      text,
      isTruncated: byteSize > 1000,
      byteSize,
    });
    const entry = (path: string, rest: object) => ({
      path: `.workflows/${path}`,
      type: "blob",
      mode: 33188,
      ...rest,
    });
    const entries = [
      entry("a.yaml", { object: blob("a: 1") }),
      entry("link.yaml", { mode: 40960, object: blob("../../../etc/passwd") }),
      entry("folder.yaml", { type: "tree", mode: 16384, object: { __typename: "Tree" } }),
      entry("module.yaml", { type: "commit", mode: 57344, object: null }),
    ];
    const large = [1, 2].map((each) => entry(`${each}.yaml`, { object: blob("a", 3_000_000_000) }));
    const answer = (all: object[]) => ({
      data: {
        repository: { commit: { __typename: "Commit" }, object: { __typename: "Tree", entries: all } },
      },
    });
    // What is asked for besides fails: nothing else is expected.
    scope()
      .post("/graphql")
      .reply(200, answer(entries))
      .post("/graphql")
      .reply(200, answer([...entries, ...large]));
    const { contents } = open();
    expect(await contents.manifests(repository, "a".repeat(40))).toEqual([
      { path: ".workflows/a.yaml", text: "a: 1" },
    ]);
    const files = await contents.manifests(repository, "b".repeat(40));
    expect(files.map(({ path }) => path)).toEqual([
      ".workflows/a.yaml",
      ".workflows/1.yaml",
      ".workflows/2.yaml",
    ]);
    expect(files.every(({ text }) => text.trim() === "")).toBe(true);
    expect(excess(files)).toMatch(/characters of manifests/);
  });

  it("mints tokens for one repository, anew each time", async () => {
    const asked: unknown[] = [];
    const hour = new Date(Date.now() + 3_600_000).toISOString();
    nock(api)
      .post("/app/installations/42/access_tokens", (body) => asked.push(body) > 0)
      .times(2)
      .reply(201, { token, expires_at: hour, permissions: {}, repository_selection: "selected" });
    const github = open();
    for (let times = 0; times < 2; times++) {
      expect(await github.tokens.mint(repository, { contents: "read" })).toEqual({
        value: token,
        expiresAt: hour,
      });
    }
    expect(asked).toEqual([
      { repository_ids: [7], permissions: { contents: "read" } },
      { repository_ids: [7], permissions: { contents: "read" } },
    ]);
  });
});
