import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GitHubError } from "../app/ports.js";
import { openUserAuthorization, webAddress } from "./user-authorization.js";

const api = "https://api.github.com";
const users = openUserAuthorization({ clientId: "Iv1.abc", clientSecret: "the-client-secret" });
const answer = {
  code: "the-code",
  verifier: "the-verifier",
  redirectUri: "https://sluice.test/sign-in/callback",
};

describe("user authorization", () => {
  beforeEach(() => nock.disableNetConnect());
  afterEach(() => {
    expect(nock.pendingMocks()).toEqual([]);
    nock.cleanAll();
    nock.enableNetConnect();
  });

  it("knows where people sign in to each kind of GitHub", () => {
    expect(webAddress("https://api.github.com")).toBe("https://github.com");
    expect(webAddress("https://api.acme.ghe.com")).toBe("https://acme.ghe.com");
    expect(webAddress("https://github.acme.example/api/v3")).toBe("https://github.acme.example");
    expect(webAddress("https://api.acme.example/api/v3")).toBe("https://api.acme.example");
  });

  it("asks with state and PKCE", () => {
    const url = new URL(users.authorizeUrl({ state: "s", challenge: "c", redirectUri: answer.redirectUri }));
    expect(url.origin + url.pathname).toBe("https://github.com/login/oauth/authorize");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: "Iv1.abc",
      state: "s",
      code_challenge: "c",
      code_challenge_method: "S256",
    });
  });

  it("exchanges a code with its verifier; a code that is not taken is no error", async () => {
    const exchange = (reply: object, status = 200) =>
      nock("https://github.com")
        .post(
          "/login/oauth/access_token",
          (body: Record<string, string>) =>
            body["code_verifier"] === "the-verifier" && body["code"] === "the-code",
        )
        .reply(status, reply);
    exchange({ access_token: "ghu_x", expires_in: 28800, token_type: "bearer" });
    expect(await users.exchange(answer)).toEqual({ value: "ghu_x", lifeSeconds: 28800 });
    exchange({ access_token: "ghu_x", token_type: "bearer" });
    expect(await users.exchange(answer)).toEqual({ value: "ghu_x", lifeSeconds: undefined });
    exchange({ error: "bad_verification_code" });
    expect(await users.exchange(answer)).toBeUndefined();
    exchange({ error: "incorrect_client_credentials" });
    await expect(users.exchange(answer)).rejects.toThrow("incorrect_client_credentials");
    exchange({}, 500);
    await expect(users.exchange(answer)).rejects.toThrow("HTTP 500");
  });

  const verdicts: [string, number, object, Record<string, string>, boolean | "signed-out" | "error"][] = [
    ["the repository", 200, { id: 7, permissions: { pull: true } }, {}, true],
    ["another repository", 200, { id: 8, permissions: { pull: true } }, {}, false],
    ["no permission to pull", 200, { id: 7, permissions: { pull: false } }, {}, false],
    ["no word on permissions", 200, { id: 7 }, {}, false],
    ["not found", 404, {}, {}, false],
    ["blocked", 451, {}, {}, false],
    ["a forbidding organization", 403, {}, { "x-github-sso": "required" }, false],
    ["a redirect", 301, {}, { location: "https://evil.test" }, false],
    ["a token that is no good", 401, {}, {}, "signed-out"],
    ["a used up limit", 403, {}, { "x-ratelimit-remaining": "0" }, "error"],
    ["a secondary limit", 403, {}, { "retry-after": "60" }, "error"],
    ["an outage", 502, {}, {}, "error"],
  ];
  it.each(verdicts)("takes %s for what it is", async (_name, status, body, headers, expected) => {
    nock(api, { reqheaders: { authorization: "Bearer ghu_x" } })
      .get("/repositories/7")
      .reply(status, body, headers);
    const asked = users.mayRead("ghu_x", 7);
    if (expected === "error") await expect(asked).rejects.toBeInstanceOf(GitHubError);
    else expect(await asked).toBe(expected);
  });

  it("says in no error what is secret", async () => {
    nock("https://github.com")
      .post("/login/oauth/access_token")
      .replyWithError("socket hang up the-client-secret");
    nock(api).get("/user").reply(500, "ghu_secret");
    nock(api).delete("/applications/Iv1.abc/token").replyWithError("the-client-secret ghu_secret");
    const calls = [users.exchange(answer), users.user("ghu_secret"), users.revoke("ghu_secret")];
    for (const result of await Promise.allSettled(calls)) {
      expect(result.status).toBe("rejected");
      const { message } = (result as PromiseRejectedResult).reason as Error;
      expect(message).not.toMatch(/ghu_|the-/);
    }
  });
});
