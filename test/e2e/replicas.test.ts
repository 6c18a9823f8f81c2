import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { openLocalApp, type LocalApp } from "../../src/compose.js";
import type { Workflow } from "../../src/manifest/argo.js";
import { openObserver } from "../../src/cli/world/observer.js";
import { onlyHere } from "../support/engines.js";
import { openPullRequest, openStage, repository, webhookSecret, type Stage } from "../support/stage.js";

const count = 50;
const names = Array.from({ length: count }, (_, index) => `run-${index}`);

function gated(name: string, shared: string): string {
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
        - - {name: approval, template: approval}
        - - {name: apply, template: apply}
    - {name: approval, suspend: {}}
    - name: apply
      container: {image: busybox, command: [sh, -c, "echo {{workflow.parameters.github-sha}} >> ${shared}/${name}"]}
`;
}

const leftOut = onlyHere("two replicas of the App", "the API server and the leader's rights are taken away");

/** Two replicas on one cluster; the first leads, the second gets the webhooks. */
describe.skipIf(leftOut)("two replicas of the App", () => {
  let stage: Stage;
  let second: LocalApp;
  afterEach(async () => {
    await second?.close();
    await stage?.close();
  });

  it("end 50 runs rightly, each step once, though the leader is cut off and the API server fails", async () => {
    stage = await openStage({ "README.md": "# Infra\n" }, "argo");
    const { cluster, github, shared } = stage;
    if (cluster === undefined) throw new Error("no cluster");
    const holder = () =>
      (cluster.api.store.list("leases", "sluice")[0]?.["spec"] as { holderIdentity?: string } | undefined)
        ?.holderIdentity;
    await expect.poll(holder).toBeTruthy();
    const leader = holder();
    const { id: appId, privateKey } = github.app;
    const observer = await openObserver({
      url: github.url,
      appId,
      privateKey,
      repository,
      timeoutMs: 120_000,
    });
    second = await openLocalApp({
      directory: cluster.directory,
      github: { appId, privateKey, baseUrl: github.url },
      secrets: [webhookSecret],
      port: 0,
      host: "127.0.0.1",
      mounts: [],
      isolation: "auto",
      hidden: [],
      argo: { kubeconfig: cluster.otherKubeconfig },
      logLevel: "silent",
    });
    const url = `http://127.0.0.1:${second.port}/api/github/webhooks`;
    github.setWebhook({ url, secret: webhookSecret });
    const files = Object.fromEntries(names.map((name) => [`.workflows/${name}.yaml`, gated(name, shared)]));
    await github.actAs("bob").push(repository, "main", { files, message: "Add manifests" });
    const { number, sha } = await openPullRequest(stage, "many");
    for (const name of names)
      await observer.until(sha, name, "the gate", (check) => check.conclusion === "action_required");
    expect(holder()).toBe(leader);
    await sleep(1100);
    await github.actAs("bob").review(repository, number, { state: "APPROVED" });

    const applied = () => names.filter((name) => existsSync(join(shared, name))).length;
    await expect.poll(applied, { timeout: 120_000 }).toBeGreaterThan(5);
    // The leader still hears its open watch and can write nothing more.
    cluster.api.tokens.delete("token-of-one");
    cluster.api.watches.cut();
    await sleep(500);
    await cluster.api.stop();
    await sleep(500);
    await cluster.api.start();

    for (const name of names)
      await observer.until(sha, name, "the end", (check) => check.conclusion === "success");
    expect(holder()).not.toBe(leader);
    expect(readdirSync(shared).toSorted()).toEqual(names.toSorted());
    for (const name of names) expect(readFileSync(join(shared, name), "utf8")).toBe(`${sha}\n`);
    // Nobody wrote twice: a leg has one check run, and a gate was answered once.
    const legs = github.checkRuns(repository, sha).map(({ external_id }) => external_id);
    expect(legs).toHaveLength(new Set(legs).size);
    const answers = new Map<string, Set<string>>();
    for (const { resource, text } of cluster.api.store.everything) {
      if (resource !== "workflows") continue;
      const { annotations = {}, name = "" } = (JSON.parse(text) as Workflow).metadata;
      for (const [key, value] of Object.entries(annotations))
        if (key.startsWith("sluice.dev/gate."))
          answers.set(name, (answers.get(name) ?? new Set()).add(`${key} ${value}`));
    }
    expect(answers.size).toBe(count);
    expect([...answers.values()].filter(({ size }) => size !== 1)).toEqual([]);
    expect([...new Set(stage.invalid)]).toEqual([]);
  }, 600_000);
});
