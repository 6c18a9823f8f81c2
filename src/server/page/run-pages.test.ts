import { createServer, request as ask, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { GitHubError, type UserAuthorization } from "../../app/ports.js";
import type { Workflow } from "../../manifest/argo.js";
import type { RunPagesOptions } from "./options.js";
import { openRunPages } from "./run-pages.js";
import { openSeal } from "./seal.js";
import { sessionCookie } from "./sign-in.js";

const facts = {
  installationId: 1,
  repositoryId: 2,
  repository: "acme/site",
  manifest: "deploy",
  manifestFile: ".workflows/deploy.yaml",
  checkName: "deploy",
  title: "Deploy",
  event: "push",
  headSha: "abc",
  ref: "refs/heads/x",
  actor: { id: 3, login: "alice" },
  attempt: 1,
  tokenPermissions: {},
  trigger: "push",
  cloneUrl: "https://example.test/acme/site.git",
  htmlUrl: "https://example.test/acme/site",
};

function run(name: string, annotations: Record<string, string>): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name, namespace: "ns", uid: name, annotations },
    spec: {},
    status: { phase: "Running", nodes: {} },
  };
}

/** What a step says may not be fit for a header. */
const odd = {
  id: "odd",
  name: "odd",
  displayName: "odd",
  type: "Suspend",
  phase: "Running",
  message: "wartet…\n\u0000",
} as const;

const publicUrl = "https://sluice.test";
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Pages of `run-1` (of repository 2), `run-2` (whose facts are not Sluice's) and no other, for who may read 2. */
async function open(options: Partial<RunPagesOptions> = {}, change: Partial<UserAuthorization> = {}) {
  const asked: number[] = [];
  const revoked: string[] = [];
  const users: UserAuthorization = {
    authorizeUrl: ({ state }) => `https://github.test/authorize?state=${state}`,
    exchange: async () => ({ value: "ghu_x", lifeSeconds: 100 }),
    user: async () => ({ id: 7, login: "bob" }),
    async mayRead(token, id) {
      asked.push(id);
      return id === 2 && token === "ghu_bob";
    },
    revoke: async (token) => void revoked.push(token),
    ...change,
  };
  const workflows: Record<string, Workflow> = {
    "run-1": run("run-1", { "sluice.dev/facts": JSON.stringify(facts) }),
    "run-2": run("run-2", {}),
    "run-3": {
      ...run("run-3", { "sluice.dev/facts": JSON.stringify(facts) }),
      status: { phase: "Running", nodes: { odd } },
    },
  };
  const quiet = () => undefined;
  const pages = openRunPages({
    engine: {
      get: async ({ name }) => workflows[name],
      log: async () => undefined,
      watch: () => ({ close: async () => undefined }),
    },
    gatesOf: async () => new Map(),
    maskOf: async () => undefined,
    publicUrl,
    signIn: { users, secret: "secret" },
    clock: Date.now,
    log: { info: quiet, warn: quiet, error: quiet },
    ...options,
  });
  const server = createServer((request, response) => {
    void pages.answer(request, response).then((done) => done || response.writeHead(418).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    await pages.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const fetchPage = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
      const sent = ask({ port, host: "127.0.0.1", path, method, headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => (text += String(chunk)));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      sent.on("error", reject).end();
    });
  return { fetchPage, asked, revoked };
}

function signedIn(token: string, secret = "secret"): Record<string, string> {
  const session = { id: 7, login: "bob", token, expiresAt: 0 };
  return { cookie: `${sessionCookie}=${openSeal(secret).seal(sessionCookie, session, Date.now() + 60_000)}` };
}

describe("the pages of runs", () => {
  it("send everybody to sign in, without a word on what there is", async () => {
    const { fetchPage, asked } = await open();
    for (const path of ["/runs/ns/run-1", "/runs/ns/absent", "/runs/ns/run-1/workflow"]) {
      const { status, headers } = await fetchPage(path);
      expect([status, headers.location]).toEqual([303, `/sign-in?to=${encodeURIComponent(path)}`]);
    }
    expect((await fetchPage("/runs/ns/run-1/parts")).status).toBe(401);
    expect((await fetchPage("/runs/ns/run-1/events")).status).toBe(401);
    expect((await fetchPage("/runs/ns/run-1", signedIn("ghu_bob", "another secret"))).status).toBe(303);
    expect(asked).toEqual([]);
  });

  it("show a run to who may read its repository, and nobody else", async () => {
    const { fetchPage } = await open();
    const shown = await fetchPage("/runs/ns/run-1", signedIn("ghu_bob"));
    expect([shown.status, shown.text]).toEqual([200, expect.stringContaining("<h1>Deploy</h1>")]);
    const refused = await Promise.all(
      ["/runs/ns/run-1", "/runs/ns/absent", "/runs/ns/run-2"].map((path) =>
        fetchPage(path, signedIn("ghu_eve")),
      ),
    );
    expect(new Set(refused.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(refused[0]?.status).toBe(404);
    // A run whose facts are not Sluice's belongs to no repository, so nobody may see it.
    expect((await fetchPage("/runs/ns/run-2", signedIn("ghu_bob"))).status).toBe(404);
  });

  it("ask about some repository for a run that is not there, so that its answer takes as long", async () => {
    const { fetchPage, asked } = await open();
    await fetchPage("/runs/ns/absent", signedIn("ghu_eve"));
    expect(asked).toEqual([0]);
  });

  it("show nothing when GitHub cannot be asked, and sign in again when the token is no good", async () => {
    const down = await open(
      {},
      { mayRead: () => Promise.reject(new GitHubError("down", { retryable: true })) },
    );
    const answer = await down.fetchPage("/runs/ns/run-1", signedIn("ghu_bob"));
    expect([answer.status, answer.text.includes("Deploy")]).toEqual([503, false]);
    const ended = await open({}, { mayRead: async () => "signed-out" });
    const { status, headers } = await ended.fetchPage("/runs/ns/run-1", signedIn("ghu_bob"));
    expect([status, headers.location]).toEqual([303, "/sign-in?to=%2Fruns%2Fns%2Frun-1"]);
    expect(headers["set-cookie"]?.[0]).toContain("Max-Age=0");
  });

  it("give the parts that change with a version, and nothing when that is known", async () => {
    const { fetchPage } = await open();
    for (const path of ["/runs/ns/run-1/parts", "/runs/ns/run-3/steps/odd/parts"]) {
      const { status, headers, text } = await fetchPage(path, signedIn("ghu_bob"));
      expect([status, text.includes("data-standing")]).toEqual([200, true]);
      const again = await fetchPage(path, { ...signedIn("ghu_bob"), "if-none-match": headers.etag ?? "" });
      expect([again.status, again.text]).toEqual([304, ""]);
    }
  });

  it("signs out for its own pages only", async () => {
    const { fetchPage, revoked } = await open();
    const from = (headers: Record<string, string>) => ({ ...signedIn("ghu_bob"), ...headers });
    const elsewhere = [
      {},
      { origin: "https://evil.test" },
      { origin: "null", "sec-fetch-site": "cross-site" },
      { origin: publicUrl, "sec-fetch-site": "same-site" },
    ];
    for (const each of elsewhere) expect((await fetchPage("/sign-out", from(each), "POST")).status).toBe(403);
    expect((await fetchPage("/sign-out", from({ origin: publicUrl }))).status).toBe(405);
    expect(revoked).toEqual([]);
    const here = { origin: "null", "sec-fetch-site": "same-origin" };
    const { status, headers } = await fetchPage("/sign-out", from(here), "POST");
    expect([status, headers.location]).toEqual([303, "/signed-out"]);
    expect(headers["set-cookie"]?.[0]).toMatch(/^__Host-sluice-session=; .*Max-Age=0/);
    expect(revoked).toEqual(["ghu_bob"]);
  });

  it("say with every answer what a browser may do with it", async () => {
    const { fetchPage } = await open();
    for (const path of ["/runs/ns/run-1", "/runs/ns/absent", "/sign-in", "/signed-out", "/assets/page.js"]) {
      const { headers } = await fetchPage(path, signedIn("ghu_bob"));
      expect(headers["content-security-policy"]).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      );
      expect(headers).toMatchObject({
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000",
        "cache-control": path.startsWith("/assets") ? "no-cache" : "no-store",
      });
    }
    expect((await fetchPage("/api/other")).status).toBe(418);
  });

  it("answers this machine only, without sign-in", async () => {
    const { fetchPage } = await open({ signIn: "localhost", publicUrl: "http://127.0.0.1" });
    expect((await fetchPage("/runs/ns/run-1", { host: "localhost:3000" })).status).toBe(200);
    for (const host of ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test:3000"]) {
      expect((await fetchPage("/runs/ns/run-1", { host })).status).toBe(403);
    }
  });
});
