import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openLocalApp, type LocalApp } from "../../src/compose.js";
import { sessionCookie } from "../../src/server/page/sign-in.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";
import { validateExchange } from "../support/github-schema/validate.js";
import { hasChromium, openBrowser, openTab, patience, whySkipped } from "./chromium.js";

const secret = "a-secret-for-this-test";
const manifest = `
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: slow
  annotations: { sluice.dev/on: "pull_request: {}" }
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - [{ name: work, template: work }]
        - [{ name: gate, template: gate }]
    - name: work
      script: { image: alpine, command: [sh], source: "for i in 1 2 3 4 5 6 7 8; do echo line $i of 8; sleep 1; done" }
    - name: gate
      suspend: {}
`;

/** The App with its pages against a simulated GitHub; bob reads acme/infra, mallory does not. */
describe.skipIf(!hasChromium)(`signing in to a run's page${whySkipped}`, patience, () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-pages-"));
  const invalid: string[] = [];
  let now = () => Date.now();
  let browser: Browser;
  let github: Simulator;
  let app: LocalApp;
  let publicUrl: string;

  beforeAll(async () => {
    browser = await openBrowser();
    github = await startSimulator({
      directory: join(directory, "git"),
      clock: () => now(),
      onExchange: (exchange) => void invalid.push(...validateExchange(exchange)),
    });
    const port = await freePort();
    publicUrl = `http://localhost:${port}`;
    github.setCallback(`${publicUrl}/sign-in/callback`);
    const { id, privateKey, clientId, clientSecret } = github.app;
    app = await openLocalApp({
      directory: join(directory, "engine"),
      github: { appId: id, privateKey, baseUrl: github.url },
      secrets: [secret],
      port,
      host: "localhost",
      mounts: [],
      isolation: "auto",
      hidden: [],
      logLevel: "silent",
      pages: { publicUrl, clientId, clientSecret },
    });
    github.setWebhook({ url: `http://localhost:${port}/api/github/webhooks`, secret });
    github.createOrganization("acme");
    for (const login of ["alice", "bob", "mallory"]) github.createUser(login);
    await github.createRepository({
      owner: "acme",
      name: "infra",
      collaborators: { alice: "write", bob: "write" },
      files: { ".workflows/slow.yaml": manifest },
      defaultBranch: "main",
    });
  }, 120_000);
  beforeEach(() => {
    now = () => Date.now();
    github.faults.next = undefined;
  });
  afterAll(async () => {
    await app?.close();
    await github?.close();
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  let opened = 0;
  /** A new run; the address in its check's details. */
  async function startRun(): Promise<string> {
    const branch = `change-${(opened += 1)}`;
    const alice = github.actAs("alice");
    const sha = await alice.push("acme/infra", branch, { files: { "a.txt": branch }, message: branch });
    await alice.openPullRequest({ repo: "acme/infra", head: branch, base: "main", title: branch, body: "" });
    for (;;) {
      const [check] = github.checkRuns("acme/infra", sha);
      if (check?.details_url) return check.details_url;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async function signIn(page: Page, address: string, login: string): Promise<void> {
    await page.goto(address);
    await page.getByRole("button", { name: login, exact: true }).click();
    await page.waitForURL(`${publicUrl}/**`);
  }

  it("leads from the check through GitHub to the page, which follows the run and its log without a reload", async () => {
    const { page, problems } = await openTab(browser);
    const address = await startRun();
    expect(address).toMatch(/^http:\/\/localhost:\d+\/runs\/sluice\/slow-[0-9a-f]{15}$/);
    await signIn(page, address, "bob");
    expect(page.url()).toBe(address);
    expect(await page.locator(".account").innerText()).toContain("@bob");
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([
      { name: sessionCookie, httpOnly: true, secure: true, sameSite: "Lax", path: "/" },
    ]);
    await page.evaluate("globalThis.same = true");

    const tab = await page.context().newPage();
    await page.locator("#steps a", { hasText: "work" }).first().waitFor();
    await tab.goto(
      publicUrl + (await page.locator("#steps a", { hasText: "work" }).first().getAttribute("href")),
    );
    await tab.locator("#log code", { hasText: "line 8 of 8" }).waitFor();
    expect((await tab.locator("#log code").allTextContents()).map((line) => line.trim())).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `line ${n} of 8`),
    );
    await page.bringToFront();
    await page.locator(".gate.open", { hasText: "0 of 1 approval given" }).waitFor();
    expect(await page.evaluate("globalThis.same")).toBe(true);
    expect(problems).toEqual([]);
    expect(invalid).toEqual([]);
    await page.context().close();
  });

  it("shows nothing to who may not read the repository, and the same for a run that there is not", async () => {
    const { page } = await openTab(browser);
    const address = await startRun();
    await signIn(page, address, "mallory");
    const hidden = await page.locator("main").innerHTML();
    expect(hidden).toContain("There is no such run, or you may not see it");
    for (const path of ["/parts", "/events", "/workflow", "/steps", "/steps/x"]) {
      expect([path, (await page.request.get(address + path)).status()]).toEqual([path, 404]);
    }
    const absent = await page.goto(`${publicUrl}/runs/sluice/no-such-run`);
    expect(absent?.status()).toBe(404);
    expect(await page.locator("main").innerHTML()).toBe(hidden);
    await page.context().close();
  });

  it("takes access away when GitHub does", async () => {
    const { page } = await openTab(browser);
    const address = await startRun();
    await signIn(page, address, "bob");
    await page.locator("#live[data-live]").waitFor();
    github.faults.next = ({ path }) => (path.startsWith("/repositories/") ? { status: 404 } : undefined);
    await page.locator("#stale", { hasText: "You may not see this any more" }).waitFor();
    expect((await page.request.get(address)).status()).toBe(404);
    github.faults.next = ({ path }) => (path.startsWith("/repositories/") ? { status: 500 } : undefined);
    const { page: other } = await openTab(browser);
    await signIn(other, address, "alice");
    expect(await other.locator("main").innerText()).toContain("GitHub could not be asked");
    for (const each of [page, other]) await each.context().close();
  });

  it("takes no forged, stale or copied cookie, and signs out for good", async () => {
    const { page } = await openTab(browser);
    const address = await startRun();
    await signIn(page, address, "bob");
    const context = page.context();
    const [session] = await context.cookies();
    const value = session?.value ?? "";
    const withCookie = (cookie: string) =>
      fetch(`${address}/parts`, { redirect: "manual", headers: { cookie: `${sessionCookie}=${cookie}` } });
    expect((await withCookie(value)).status).toBe(200);
    const at = Math.floor(value.length / 2);
    const flipped = value.slice(0, at) + (value[at] === "A" ? "B" : "A") + value.slice(at + 1);
    for (const forged of [
      flipped,
      value.slice(0, -2),
      Buffer.from('{"login":"bob"}').toString("base64url"),
      "",
    ]) {
      expect((await withCookie(forged)).status).toBe(401);
    }
    // Signing out takes the token back: a copy of the cookie is worth nothing then.
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
    expect(await context.cookies()).toEqual([]);
    expect((await withCookie(value)).status).toBe(401);
    await page.goto(address);
    expect(page.url()).toContain("/login/oauth/authorize");
    await context.close();
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "localhost", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
