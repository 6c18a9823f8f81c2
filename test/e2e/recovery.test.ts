import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openObserver } from "../../src/cli/world/observer.js";
import { openLocalApp, type LocalApp } from "../../src/compose.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";
import { validateExchange } from "../support/github-schema/validate.js";

const repository = "acme/infra";
const secret = "a-secret-for-this-test";
const invalid: string[] = [];
let directory: string;
let github: Simulator;
let app: LocalApp | undefined;
/** How far GitHub's clock is from ours, in milliseconds. */
let shift = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "sluice-recovery-"));
  for (const folder of ["git", "shared"]) mkdirSync(join(directory, folder));
  github = await startSimulator({
    directory: join(directory, "git"),
    clock: () => Date.now() + shift,
    onExchange: (exchange) => void invalid.push(...validateExchange(exchange)),
  });
  github.createOrganization("acme");
  github.createUser("alice");
});
afterEach(async () => {
  await app?.close();
  await github.close();
  rmSync(directory, { recursive: true, force: true });
});

it("runs what was pushed while the App was down, once", async () => {
  const port = await freePort();
  github.setWebhook({ url: `http://127.0.0.1:${port}/api/github/webhooks`, secret });
  const shared = join(directory, "shared");
  const manifest = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: hello}
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: busybox, command: [sh, -c, "echo ran >> ${shared}/ran"]}
`;
  await github.createRepository({
    owner: "acme",
    name: "infra",
    collaborators: { alice: "write" },
    files: { ".workflows/hello.yaml": manifest },
    defaultBranch: "main",
  });
  shift = -5 * 60_000;
  const sha = await github
    .actAs("alice")
    .push(repository, "main", { files: { "a.txt": "a\n" }, message: "While it was down" });
  await github.idle();
  shift = 0;
  const { id: appId, privateKey } = github.app;
  app = await openLocalApp({
    directory: join(directory, "engine"),
    github: { appId, privateKey, baseUrl: github.url },
    secrets: [secret],
    port,
    host: "127.0.0.1",
    mounts: [shared],
    isolation: "auto",
    hidden: [],
    logLevel: process.env["SLUICE_TEST_LOG"] === undefined ? "silent" : "debug",
  });
  const observer = await openObserver({ url: github.url, appId, privateKey, repository, timeoutMs: 120_000 });
  await observer.until(sha, "hello", "its end", (check) => check.conclusion === "success");
  expect(readFileSync(join(shared, "ran"), "utf8")).toBe("ran\n");
  expect(github.deliveries[0]?.attempts.map(({ statusCode }) => statusCode)).toEqual([0, 202]);
  expect([...new Set(invalid)]).toEqual([]);
}, 60_000);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
