import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { lacksCredentials, readSettings } from "./settings.js";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const good = { APP_ID: "12", PRIVATE_KEY: privateKey, WEBHOOK_SECRET: "one,two" };

describe("the settings of serve", () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-settings-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("reads Probot's variables and has defaults for the rest", () => {
    expect(readSettings(good)).toMatchObject({
      github: { appId: 12, privateKey },
      secrets: ["one", "two"],
      port: 3000,
      host: "localhost",
      logLevel: "info",
      namespace: "sluice",
    });
  });

  it("has run pages with the App's client and a public address, and only with all of it", () => {
    const client = { CLIENT_ID: "Iv1.a", CLIENT_SECRET: "s" };
    const config = join(directory, "public.yaml");
    writeFileSync(config, "publicUrl: https://from.example.com\n");
    const pages = { clientId: "Iv1.a", clientSecret: "s" };
    expect(readSettings({ ...good, ...client, PUBLIC_URL: "https://a.example.com/" }).pages).toEqual({
      ...pages,
      publicUrl: "https://a.example.com",
    });
    expect(readSettings({ ...good, ...client, SLUICE_CONFIG: config }).pages).toEqual({
      ...pages,
      publicUrl: "https://from.example.com",
    });
    expect(readSettings({ ...good, ...client }).pages).toBeUndefined();
    expect(readSettings({ ...good, PUBLIC_URL: "https://a.example.com" }).pages).toBeUndefined();
    expect(() => readSettings({ ...good, CLIENT_ID: "Iv1.a" })).toThrow("CLIENT_SECRET");
    for (const PUBLIC_URL of [
      "http://a.example.com",
      "https://a.example.com/path",
      "a.example.com",
      "https://u@a.example.com",
    ])
      expect(() => readSettings({ ...good, ...client, PUBLIC_URL })).toThrow("PUBLIC_URL");
  });

  it("takes the key from one line, from base64 and from a file", () => {
    const oneLine = privateKey.replaceAll("\n", "\\n");
    expect(readSettings({ ...good, PRIVATE_KEY: oneLine }).github.privateKey).toBe(privateKey);
    const base64 = Buffer.from(privateKey).toString("base64");
    expect(readSettings({ ...good, PRIVATE_KEY: base64 }).github.privateKey).toBe(privateKey);
    const path = join(directory, "key.pem");
    writeFileSync(path, privateKey);
    expect(readSettings({ ...good, PRIVATE_KEY: "", PRIVATE_KEY_PATH: path }).github.privateKey).toBe(
      privateKey,
    );
  });

  it.each([
    [{ WEBHOOK_SECRET: "" }, /WEBHOOK_SECRET is missing/],
    [{ WEBHOOK_SECRET: "good,,other" }, /WEBHOOK_SECRET is missing/],
    [{ WEBHOOK_SECRET: "development" }, /everybody knows/],
    [{ APP_ID: "my-app" }, /APP_ID must be the App's number/],
    [{ PRIVATE_KEY: "", PRIVATE_KEY_PATH: "/nowhere/key.pem" }, /PRIVATE_KEY_PATH: ENOENT/],
    [{ PRIVATE_KEY: "secret-that-is-no-key" }, /no PEM private key/],
    [{ PORT: "eighty" }, /PORT must be a port number/],
    [{ LOG_LEVEL: "loud" }, /LOG_LEVEL must be one of/],
    [{ GITHUB_API_URL: "github" }, /GITHUB_API_URL must be an address/],
    [{ SLUICE_CONFIG: "/nowhere/sluice.yaml" }, /SLUICE_CONFIG: ENOENT/],
  ])("refuses %j and says what to set", (wrong, message) => {
    const read = () => readSettings({ ...good, ...wrong });
    expect(read).toThrow(message);
    expect(read).not.toThrow(/secret-that-is-no-key/);
  });

  it("finds GitHub Enterprise Server's API as Probot does", () => {
    expect(readSettings({ ...good, GHE_HOST: "git.acme.invalid" }).github.baseUrl).toBe(
      "https://git.acme.invalid/api/v3",
    );
    expect(readSettings({ ...good, GITHUB_API_URL: "http://127.0.0.1:1/" }).github.baseUrl).toBe(
      "http://127.0.0.1:1",
    );
  });

  it("takes half a set of credentials for a mistake, not for set-up mode", () => {
    expect(lacksCredentials({})).toBe(true);
    expect(lacksCredentials({ PRIVATE_KEY_PATH: "key.pem" })).toBe(false);
  });
});
