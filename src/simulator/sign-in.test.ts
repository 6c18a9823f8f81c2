import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validateDelivery, validateExchange } from "../../test/support/github-schema/validate.js";
import { openAcme, repository, type Acme } from "./acme.js";

const callback = "https://sluice.test/sign-in/callback";
const verifier = "a-verifier-of-this-test";
const challenge = createHash("sha256").update(verifier).digest("base64url");

/** GitHub's web flow, and what a user access token reaches. */
describe("signing in to the simulated GitHub", () => {
  let world: Acme;
  beforeAll(async () => {
    world = await openAcme({ exchange: validateExchange, delivery: validateDelivery });
    world.github.createUser("stranger");
    world.github.setCallback(callback);
  });
  afterAll(() => world.close());

  /** The code that GitHub sends the browser back with. */
  async function authorize(login: string, change: Record<string, string> = {}): Promise<string> {
    const query = new URLSearchParams({
      client_id: world.github.app.clientId,
      redirect_uri: callback,
      state: "s",
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...change,
    });
    const url = `${world.github.url}/login/oauth/authorize?${query.toString()}`;
    const body = new URLSearchParams({ login });
    const { status, headers } = await fetch(url, { method: "POST", body, redirect: "manual" });
    if (status !== 302) return `HTTP ${status}`;
    const back = new URL(headers.get("location") ?? "");
    expect([back.origin + back.pathname, back.searchParams.get("state")]).toEqual([callback, "s"]);
    return back.searchParams.get("code") ?? "";
  }

  async function exchange(
    code: string,
    change: Record<string, string> = {},
  ): Promise<Record<string, unknown>> {
    const { clientId, clientSecret } = world.github.app;
    const body = {
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: callback,
      code_verifier: verifier,
    };
    const url = `${world.github.url}/login/oauth/access_token`;
    const response = await fetch(url, { method: "POST", body: new URLSearchParams({ ...body, ...change }) });
    return (await response.json()) as Record<string, unknown>;
  }
  const tokenOf = async (login: string) => String((await exchange(await authorize(login)))["access_token"]);

  it("sends back only to what the App has registered", async () => {
    expect(await authorize("bob", { redirect_uri: `${callback}/more` })).toBe("HTTP 404");
    expect(await authorize("bob", { client_id: "another" })).toBe("HTTP 404");
  });

  it("gives a token once for a code, its verifier, its redirect and the client's secret", async () => {
    const code = await authorize("bob");
    expect(await exchange(code)).toMatchObject({ token_type: "bearer", expires_in: 28800 });
    expect(await exchange(code)).toMatchObject({ error: "bad_verification_code" });
    const refused: [Record<string, string>, string][] = [
      [{ code_verifier: "another" }, "bad_verification_code"],
      [{ client_secret: "another" }, "incorrect_client_credentials"],
      [{ redirect_uri: "https://sluice.test/" }, "redirect_uri_mismatch"],
    ];
    for (const [change, error] of refused) {
      expect(await exchange(await authorize("bob"), change)).toMatchObject({ error });
    }
    const late = await authorize("bob");
    world.advance(10 * 60_000);
    expect(await exchange(late)).toMatchObject({ error: "bad_verification_code" });
  });

  it("shows with the token what its user and the App both reach, as GitHub's schemas have it", async () => {
    const { id } = (await world.call(await world.token(), `GET /repos/${repository}`)).body;
    const [bob, stranger] = [await tokenOf("bob"), await tokenOf("stranger")];
    expect((await world.call(bob, "GET /user")).body).toMatchObject({ login: "bob" });
    const { body } = await world.call(bob, "GET /user/installations");
    const [installation] = body["installations"] as { id: number }[];
    const listed = await world.call(bob, `GET /user/installations/${installation?.id}/repositories`);
    expect(listed.body).toMatchObject({ total_count: 1, repositories: [{ full_name: repository }] });
    for (const path of [`/repositories/${String(id)}`, `/repos/${repository}`]) {
      expect((await world.call(bob, `GET ${path}`)).body).toMatchObject({ permissions: { pull: true } });
      expect((await world.call(stranger, `GET ${path}`)).status).toBe(404);
    }
    expect((await world.call(stranger, "GET /user/installations")).body).toMatchObject({ total_count: 0 });
    expect([...world.invalid]).toEqual([]);
  });

  it("forgets a token that its App gives back, and one that is eight hours old", async () => {
    const { url, app } = world.github;
    const bob = await tokenOf("bob");
    const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
    const revoke = (authorization: string) =>
      fetch(`${url}/applications/${app.clientId}/token`, {
        method: "DELETE",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ access_token: bob }),
      });
    expect((await revoke("Basic bm9ib2R5")).status).toBe(404);
    expect((await revoke(`Basic ${basic}`)).status).toBe(204);
    expect((await world.call(bob, "GET /user")).status).toBe(401);
    const other = await tokenOf("bob");
    world.advance(8 * 3_600_000);
    expect((await world.call(other, "GET /user")).status).toBe(401);
  });
});
