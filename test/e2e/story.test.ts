import { spawn, type ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openObserver, type ObservedCheck, type Observer } from "../../src/cli/world/observer.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";
import { engines, image, patienceMs, realCluster } from "../support/engines.js";
import { validateDelivery, validateExchange } from "../support/github-schema/validate.js";
import { openPlace } from "../support/place.js";

const root = join(import.meta.dirname, "../..");
const isolation = process.getuid?.() === 0 ? "overlay" : "serial";
const repository = "acme/infra";
const name = "plan-approve-apply";
const secret = "a-secret-for-this-test";

/**
 * The example, its target in the folder; on a real cluster, which may have no artifact repository and shows no folder,
 * the plan is a parameter and the step only says what it would write.
 */
const example = (target: string): string => {
  const text = readFileSync(join(root, `workflows-examples/${name}.yaml`), "utf8");
  if (realCluster === undefined) return text.replaceAll("/tmp/sluice-demo/target.txt", target);
  return `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: ${name}
  annotations: {sluice.dev/on: 'pull_request: {branches: [main]}'}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: plan, template: plan}
        - - {name: approval, template: approval}
        - - {name: apply, template: apply, when: "'{{steps.approval.outputs.parameters.approval}}' == 'YES'", arguments: {parameters: [{name: plan, value: "{{steps.plan.outputs.parameters.plan}}"}]}}
    - name: plan
      outputs: {parameters: [{name: plan, valueFrom: {path: /tmp/plan}}]}
      script: {image: "${image}", command: [sh], source: "echo replicas: 3 > /tmp/plan"}
    - name: approval
      suspend: {}
      inputs: {parameters: [{name: approval, default: "NO", enum: ["YES", "NO"]}]}
      outputs: {parameters: [{name: approval, valueFrom: {supplied: {}}}]}
    - name: apply
      inputs: {parameters: [{name: plan}]}
      script: {image: "${image}", command: [sh], source: "echo noted-target: {{inputs.parameters.plan}}"}
`;
};

/** The App as a separate process, over HTTP with signed webhooks. */
describe.each(engines)("the story with the engine %s", (engine) => {
  const invalid: string[] = [];
  const seenText: string[] = [];
  let directory: string;
  let target: string;
  let port: number;
  let github: Simulator;
  let observer: Observer;
  let place: Awaited<ReturnType<typeof openPlace>> | undefined;
  let app: ChildProcess;
  let output = "";

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "sluice-story-"));
    for (const folder of ["git", "data", "target"]) mkdirSync(join(directory, folder));
    target = join(directory, "target", "environment.yaml");
    const mounts = [join(directory, "target")];
    place = engine === "argo" ? await openPlace(mounts) : undefined;
    writeFileSync(
      join(directory, "sluice.yaml"),
      JSON.stringify(
        place
          ? { engine, namespace: place.namespace, argo: place.argo }
          : { engine, local: { isolation, mounts } },
      ),
    );
    port = await freePort();
    github = await startSimulator({
      directory: join(directory, "git"),
      onExchange: (exchange) => {
        invalid.push(...validateExchange(exchange));
        seenText.push(JSON.stringify(exchange.requestBody ?? ""));
      },
      onDelivery: (delivery) => invalid.push(...validateDelivery(delivery)),
    });
    await startApp();
    github.setWebhook({ url: `http://127.0.0.1:${port}/api/github/webhooks`, secret });
    github.createOrganization("acme");
    for (const login of ["alice", "bob"]) github.createUser(login);
    await github.createRepository({
      owner: "acme",
      name: "infra",
      collaborators: { alice: "write", bob: "write" },
      files: { [`.workflows/${name}.yaml`]: example(target) },
      defaultBranch: "main",
    });
    await github.idle();
    const { id: appId, privateKey } = github.app;
    observer = await openObserver({ url: github.url, appId, privateKey, repository, timeoutMs: patienceMs });
  });

  afterAll(async () => {
    app?.kill("SIGKILL");
    await github?.close();
    await place?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function startApp(): Promise<void> {
    app = spawn(process.execPath, [join(root, "dist/cli/main.js"), "serve"], {
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        ...(process.env["KUBECONFIG"] === undefined ? {} : { KUBECONFIG: process.env["KUBECONFIG"] }),
        APP_ID: String(github.app.id),
        PRIVATE_KEY: github.app.privateKey,
        WEBHOOK_SECRET: secret,
        GITHUB_API_URL: github.url,
        HOST: "127.0.0.1",
        PORT: String(port),
        SLUICE_DATA: join(directory, "data"),
        SLUICE_CONFIG: join(directory, "sluice.yaml"),
        LOG_LEVEL: "debug",
      },
    });
    app.stdout?.on("data", (chunk) => (output += String(chunk)));
    app.stderr?.on("data", (chunk) => (output += String(chunk)));
    for (let tries = 0; tries < 600; tries++) {
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (ready?.ok) return;
      await sleep(100);
    }
    throw new Error(`the App did not become ready:\n${output}`);
  }

  async function killApp(): Promise<void> {
    const gone = new Promise((resolve) => app.once("exit", resolve));
    app.kill("SIGKILL");
    await gone;
  }

  async function written(): Promise<string[]> {
    if (realCluster !== undefined) return (await place?.notes.lines("target")) ?? [];
    return existsSync(target) ? readFileSync(target, "utf8").trimEnd().split("\n") : [];
  }

  it("plans, waits through a kill -9, applies once after the approval, and ends in success", async () => {
    const alice = github.actAs("alice");
    const sha = await alice.push(repository, "scale-up", { files: { "a.txt": "a\n" }, message: "Scale up" });
    const { number } = await alice.openPullRequest({
      repo: repository,
      head: "scale-up",
      base: "main",
      title: "Up",
      body: "",
    });
    await observer.until(sha, name, "the gate", (check) => check.conclusion === "action_required");
    expect(await written()).toEqual([]);

    await killApp();
    await startApp();
    await github.actAs("alice").review(repository, number, { state: "APPROVED", force: true });
    await github.idle();
    // Reviews in the second in which the plan appeared do not count: GitHub's times have whole seconds.
    await sleep(2000);
    expect(await written()).toEqual([]);

    const approve = () => github.actAs("bob").review(repository, number, { state: "APPROVED" });
    await approve();
    const isEnded = (check: ObservedCheck) => check.conclusion === "success";
    // Where the App was killed before it had noted that the gate is shown, it shows it anew: bob is told to look again.
    const isTooEarly = (check: ObservedCheck) =>
      check.output.summary?.includes("bob: reviewed before") === true;
    const answer = await observer.until(sha, name, "an answer", (seen) => isEnded(seen) || isTooEarly(seen));
    if (isTooEarly(answer)) {
      await sleep(2000);
      await approve();
      await observer.until(sha, name, "the end", isEnded);
    }
    expect(await written()).toEqual(["replicas: 3"]);
  });

  it("refuses a forged signature, a huge body and a missing signature, and goes on", async () => {
    const url = `http://127.0.0.1:${port}/api/github/webhooks`;
    const body = JSON.stringify({ zen: "x", hook_id: 1 });
    const headers = {
      "content-type": "application/json",
      "x-github-event": "ping",
      "x-github-delivery": "d1",
    };
    const sign = (key: string) => `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
    const post = (signature: string | undefined, text: string) =>
      fetch(url, {
        method: "POST",
        headers: signature === undefined ? headers : { ...headers, "x-hub-signature-256": signature },
        body: text,
      });
    expect((await post(sign("wrong"), body)).status).toBe(400);
    expect((await post(undefined, body)).status).toBe(400);
    expect([413, 0]).toContain(
      await post(sign(secret), "x".repeat(30_000_000)).then(
        (r) => r.status,
        () => 0,
      ),
    );
    expect((await post(sign(secret), body)).status).toBe(200);
  });

  it("reports a manifest with mistakes and a YAML bomb as failed checks, and goes on", async () => {
    const alice = github.actAs("alice");
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map((letter, index) => `${letter}: &${letter} [${Array(10).fill(`*${"abcdefghi"[index]}`).join(",")}]`)
      .join("\n")}\n`;
    const broken = readFileSync(join(root, "test/support/ten-mistakes.yaml"), "utf8");
    const sha = await alice.push(repository, "broken", {
      files: { ".workflows/bomb.yaml": bomb, ".workflows/broken.yaml": broken },
      message: "Break it",
    });
    const check = await observer.until(
      sha,
      "broken",
      "the failed check",
      (seen) => seen.conclusion === "failure",
    );
    expect(check.output.title).toContain("10 errors");
    expect(check.output.summary).toContain("Did you mean `templates`?".replaceAll("`", "\\`"));
    const marked = github.checkRuns(repository, sha).find(({ name: of }) => of === "broken")?.annotations;
    expect(marked).toHaveLength(10);
    const bombed = await observer.until(
      sha,
      "bomb",
      "the bomb's check",
      (seen) => seen.conclusion === "failure",
    );
    expect(bombed.output.summary).toContain("alias");
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it("sent and got nothing that GitHub's own schemas refuse", () => {
    expect([...new Set(invalid)]).toEqual([]);
  });

  it("wrote no token and no key anywhere", () => {
    expect(output).not.toMatch(/ghs_[A-Za-z0-9._-]{20,}/);
    expect(output).not.toContain("PRIVATE KEY");
    expect(seenText.join("\n")).not.toMatch(/ghs_[A-Za-z0-9._-]{20,}/);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
