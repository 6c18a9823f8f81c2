import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { GitHubError } from "../app/ports.js";
import type { CheckPayload } from "../report/check.js";
import { openGitHub } from "./github.js";

const api = "https://github.example.invalid";
const token = `ghs_${"a".repeat(36)}`;
const repository = { installationId: 42, id: 7, slug: "acme/infra" };
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
    expect(await github.permissions.of(repository, "eve")).toBe("none");
    await expect(github.permissions.of(repository, "mallory")).rejects.toThrow(GitHubError);
  });

  it("counts an organization's own role as its base, whatever its name", async () => {
    scope()
      .get("/repos/acme/infra/collaborators/eve/permission")
      .reply(200, { permission: "read", role_name: "admin" })
      .get("/repos/acme/infra/collaborators/meg/permission")
      .reply(200, { permission: "write", role_name: "maintain" });
    const github = open();
    expect(await github.permissions.of(repository, "eve")).toBe("read");
    expect(await github.permissions.of(repository, "meg")).toBe("maintain");
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
