import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { receive } from "../../src/cli/receive.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";

const workflow = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: hello}
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: busybox, command: [echo, hello]}
`;

let directory: string;
let github: Simulator;
let env: Record<string, string>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "sluice-receive-"));
  mkdirSync(join(directory, "git"));
  github = await startSimulator({ directory: join(directory, "git") });
  env = {
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: "a-secret-for-this-test",
    GITHUB_API_URL: github.url,
    SLUICE_DATA: join(directory, "engine"),
    LOG_LEVEL: "silent",
  };
});
afterEach(async () => {
  await github.close();
  rmSync(directory, { recursive: true, force: true });
});

it("takes one delivery and ends when its runs have ended and their checks say so", async () => {
  // Nobody listens: the delivery is only kept.
  github.setWebhook({ url: "http://127.0.0.1:9/", secret: "other" });
  github.createOrganization("acme");
  github.createUser("alice");
  await github.createRepository({
    owner: "acme",
    name: "infra",
    collaborators: { alice: "write" },
    files: { "README.md": "# Infra\n" },
    defaultBranch: "main",
  });
  const files = { ".workflows/hello.yaml": workflow };
  const sha = await github.actAs("alice").push("acme/infra", "main", { files, message: "Hello" });
  await github.idle();
  const push = github.deliveries.find(({ event }) => event === "push");
  const payload = join(directory, "push.json");
  writeFileSync(payload, JSON.stringify(push?.payload));

  const out: string[] = [];
  const io = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
  expect(await receive({ event: "push", payload }, env, io), out.join("")).toBe(0);
  expect(out).toEqual(["202 done\n"]);
  const [check] = github.checkRuns("acme/infra", sha);
  expect(check).toMatchObject({ name: "hello", conclusion: "success" });
});

it("says why a delivery or its settings cannot be used", async () => {
  const payload = join(directory, "empty.json");
  writeFileSync(payload, "{}");
  const out: string[] = [];
  const io = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
  expect(await receive({ event: "push", payload }, env, io)).toBe(1);
  expect(await receive({ event: "push", payload }, { ...env, WEBHOOK_SECRET: "" }, io)).toBe(2);
  expect(out.join("")).toMatch(/^400 push: [^]*WEBHOOK_SECRET is missing/);
});
