import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Exchange } from "../simulator/simulator.js";
import { startSimulator, type Simulator } from "../simulator/simulator.js";
import { validateExchange } from "../../test/support/github-schema/validate.js";
import { doctor } from "./doctor.js";
import { missingPermissions, readWanted, surplusPermissions } from "./doctor/wanted.js";

type Check = { name: string; state: string; detail: string; mend?: string };

describe("sluice doctor", () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-doctor-"));
  const data = join(directory, "data");
  const invalid: string[] = [];
  let github: Simulator;
  let url: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    const onExchange = (exchange: Exchange) => void invalid.push(...validateExchange(exchange));
    github = await startSimulator({ directory: join(directory, "git"), onExchange });
  });
  afterAll(async () => {
    await github.close();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => {
    github.faults.next = undefined;
    url = "https://sluice.example.com/api/github/webhooks";
    github.setWebhook({ url, secret: "a-secret" });
    env = {
      APP_ID: String(github.app.id),
      PRIVATE_KEY: github.app.privateKey,
      WEBHOOK_SECRET: "a-secret",
      GITHUB_API_URL: github.url,
      SLUICE_DATA: data,
    };
  });

  async function examine(changed: Record<string, string> = {}, clock?: () => number) {
    let text = "";
    const code = await doctor({ ...env, ...changed }, { json: true }, (more) => void (text += more), clock);
    const { ok, checks } = JSON.parse(text) as { ok: boolean; checks: Check[] };
    expect(ok).toBe(code === 0);
    return { code, checks, of: (name: string) => checks.find((check) => check.name === name) };
  }

  /** Answers one path with this instead of what it would say. */
  function answer(path: string, body: unknown, status = 200) {
    github.faults.next = (request) => (request.path === path ? { status, body } : undefined);
  }

  it("finds nothing wrong where all is well, and leaves nothing behind", async () => {
    github.createOrganization("acme");
    const given = {
      owner: "acme",
      name: "infra",
      collaborators: {},
      files: { a: "" },
      defaultBranch: "main",
    };
    await github.createRepository(given);
    const { code, checks, of } = await examine();
    expect(checks.filter(({ state }) => state === "fail")).toEqual([]);
    expect(code).toBe(0);
    expect(checks.map(({ name }) => name)).toEqual(
      ["settings", "credentials", "clock", "permissions", "events", "installations"].concat([
        "webhook",
        "deliveries",
        "data folder",
        "isolation",
        "git",
      ]),
    );
    expect(of("permissions")).toMatchObject({ state: "ok" });
    expect(of("installations")?.detail).toBe("acme (1 repository)");
    expect(of("webhook")).toMatchObject({ state: "ok", detail: url });
    expect(readdirSync(data)).toEqual([]);
    expect(invalid).toEqual([]);
  });

  it("looks at how people sign in to the run pages", async () => {
    const config = join(directory, "pages.yaml");
    writeFileSync(config, "publicUrl: https://sluice.example.com\n");
    const { clientId, clientSecret } = github.app;
    const settings = { SLUICE_CONFIG: config, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret };
    const good = (await examine(settings)).of("sign-in");
    expect(good).toMatchObject({ state: "ok" });
    expect(good?.detail).toContain("https://sluice.example.com/sign-in/callback");
    const secret = (await examine({ ...settings, CLIENT_SECRET: "wrong" })).of("sign-in");
    expect(secret).toMatchObject({ state: "fail", mend: expect.stringContaining("CLIENT_SECRET") as string });
    const other = (await examine({ ...settings, CLIENT_ID: "Iv1.other" })).of("sign-in");
    expect(other).toMatchObject({ state: "fail", mend: `set CLIENT_ID to ${clientId}` });
    expect((await examine({ ...settings, SLUICE_CONFIG: "" })).of("sign-in")).toBeUndefined();
    const half = (await examine({ ...settings, CLIENT_SECRET: "" })).of("settings");
    expect(half).toMatchObject({ state: "fail", detail: expect.stringContaining("CLIENT_SECRET") as string });
  });

  it("names the setting that is missing, and asks GitHub nothing then", async () => {
    const { code, checks } = await examine({ WEBHOOK_SECRET: "" });
    expect(code).toBe(1);
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({ name: "settings", state: "fail" });
    expect(checks[0]?.detail).toContain("WEBHOOK_SECRET");
    const config = join(directory, "sluice.yaml");
    writeFileSync(config, "engin: local\n");
    expect((await examine({ SLUICE_CONFIG: config })).checks[0]?.detail).toContain("engin");
  });

  it("tells a key of another App from one that is broken, and from no answer", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const broken = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    const other = (await examine({ PRIVATE_KEY: privateKey })).of("credentials");
    expect(other?.detail).toContain("does not take this key");
    const unusable = (await examine({ PRIVATE_KEY: broken })).of("credentials");
    expect(unusable?.detail).toContain("cannot be used to sign");
    for (const check of [other, unusable]) {
      expect(check?.mend).toContain("PRIVATE_KEY_PATH");
      expect(check?.detail).not.toContain("PRIVATE KEY-----");
    }
    const gone = await examine({ GITHUB_API_URL: "http://127.0.0.1:9" });
    expect(gone.of("credentials")).toMatchObject({
      state: "fail",
      mend: expect.stringContaining("curl") as string,
    });
    expect(gone.of("webhook")).toBeUndefined();
    expect(gone.of("git")).toBeDefined();
  });

  it("fails for a clock that is minutes off", async () => {
    const { of } = await examine({}, () => Date.now() - 5 * 60_000);
    expect(of("clock")?.state).toBe("fail");
    expect(of("clock")?.detail).toMatch(/(299|300|301) s behind GitHub's/);
  });

  it("sees each wrong webhook setting", async () => {
    const good = { url, content_type: "json", insecure_ssl: "0", secret: "********" };
    const cases: [object, string, RegExp][] = [
      [{ ...good, url: undefined }, "fail", /no webhook URL/],
      [{ ...good, content_type: "form" }, "fail", /sends form/],
      [{ ...good, insecure_ssl: "1" }, "fail", /certificate/],
      [{ ...good, secret: undefined }, "fail", /no secret/],
      [{ ...good, url: "https://sluice.example.com/" }, "warn", /does not end/],
      [{ ...good, url: url.replace("https", "http") }, "warn", /not encrypted/],
    ];
    for (const [body, state, detail] of cases) {
      answer("/app/hook/config", body);
      const check = (await examine()).of("webhook");
      expect(check).toMatchObject({ state, detail: expect.stringMatching(detail) as string });
      expect(check?.mend).toMatch(/^(set|enable|unless|put)/);
    }
  });

  it("reads from the last deliveries what is wrong with the secret or the way to Sluice", async () => {
    const attempt = (id: number, status: string, code: number) => {
      const delivered = {
        delivered_at: "2026-01-01T00:00:00Z",
        redelivery: false,
        duration: 0.1,
        action: null,
      };
      return { id, guid: `g${id}`, ...delivered, status, status_code: code, event: "push" };
    };
    const bad = attempt(2, "Invalid HTTP Response: 400", 400);
    answer("/app/hook/deliveries", [bad, attempt(1, "OK", 202)]);
    expect((await examine()).of("deliveries")).toMatchObject({
      state: "fail",
      mend: expect.stringContaining("WEBHOOK_SECRET") as string,
    });
    answer("/app/hook/deliveries", [attempt(3, "OK", 202), attempt(2, "failed to connect to host", 0)]);
    const recovered = (await examine()).of("deliveries");
    expect(recovered?.state).toBe("warn");
    expect(recovered?.mend).toContain("reach the webhook's address");
  });

  it("fails where an owner has not accepted permissions, and where the App lacks them", async () => {
    const { permissions } = readWanted();
    const granted = Object.fromEntries(permissions);
    expect(missingPermissions(granted, permissions)).toEqual([]);
    expect(missingPermissions({ ...granted, checks: "read" }, permissions)).toEqual(["checks: write"]);
    expect(surplusPermissions({ ...granted, contents: "write" }, permissions)).toEqual(["contents: write"]);

    const account = { login: "acme", id: 1, type: "Organization" };
    const html_url = "https://github.com/organizations/acme/settings/installations/7";
    const installation = { id: 7, account, html_url, suspended_at: null, permissions: { metadata: "read" } };
    answer("/app/installations", [installation]);
    const check = (await examine()).of("installations");
    expect(check).toMatchObject({ state: "fail", mend: expect.stringContaining(html_url) as string });
    expect(check?.detail).toContain("checks: write");
  });

  it("prints one line a check, and what mends it under it", async () => {
    answer("/app/hook/config", { url, content_type: "form", insecure_ssl: "0", secret: "********" });
    let text = "";
    expect(await doctor(env, { json: false }, (more) => void (text += more))).toBe(1);
    expect(text).toMatch(/^ok {4}settings {7}App 4711 at http/m);
    expect(text).toMatch(/^fail {2}webhook {8}the webhook sends form.*\n {21}to mend: set its content type/m);
    expect(text).not.toContain("a-secret");
  });
});
