import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GitHubError } from "../app/ports.js";
import { openGitHub } from "./github.js";

const repository = { installationId: 42, id: 7, slug: "acme/infra" };
const user = { id: 2, login: "bob", type: "User" };
const review = { id: 1, user, body: "", state: "CHANGES_REQUESTED", commit_id: "a", submitted_at: "" };
const whole = JSON.stringify([review]);

/** A GitHub whose first answers to a list of reviews are spoilt. */
describe("an answer of GitHub that does not arrive whole", () => {
  let server: Server;
  let spoilt: ((response: ServerResponse) => void)[] = [];
  let asked = 0;
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader("content-type", "application/json; charset=utf-8");
      if (request.url?.endsWith("/access_tokens")) {
        const expires_at = new Date(Date.now() + 3_600_000).toISOString();
        const permissions = { contents: "read" };
        response.writeHead(201);
        response.end(JSON.stringify({ token: "t", expires_at, permissions, repository_selection: "all" }));
        return;
      }
      asked += 1;
      const spoil = spoilt.shift();
      if (spoil === undefined) response.end(whole);
      else spoil(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  beforeEach(() => {
    [spoilt, asked] = [[], 0];
  });

  const reviews = () => {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const github = openGitHub({ appId: 1, privateKey, baseUrl }, pino({ level: "silent" }));
    return github.pullRequests.reviews(repository, 7);
  };
  const half = (response: ServerResponse) => {
    response.setHeader("content-length", whole.length);
    response.write(whole.slice(0, 20), () => response.destroy());
  };
  const chunk = (response: ServerResponse) => void response.write("[", () => response.destroy());
  const cutShort = (response: ServerResponse) => void response.end(whole.slice(0, 20));

  it.each([
    ["breaks off", half],
    ["breaks off in chunks", chunk],
    ["is cut short by a proxy", cutShort],
  ])("is asked for again when it %s", async (_how, spoil) => {
    spoilt = [spoil];
    expect(await reviews()).toMatchObject([{ id: 1, state: "CHANGES_REQUESTED" }]);
    expect(asked).toBe(2);
  });

  it("is an error to try again when it never comes, not a list of nothing", async () => {
    spoilt = Array.from({ length: 20 }, () => half);
    const failure = reviews();
    await expect(failure).rejects.toThrow(GitHubError);
    await expect(failure).rejects.toMatchObject({ retryable: true });
  });
});
