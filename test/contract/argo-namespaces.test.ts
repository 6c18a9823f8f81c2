import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { followConfiguration } from "../../src/cli/follow-configuration.js";
import { openLocalApp } from "../../src/compose.js";
import { parseConfiguration } from "../../src/policy/configuration.js";
import { startSimulator } from "../../src/simulator/simulator.js";
import { openBench } from "../support/kubernetes/engine-bench.js";
import { startCluster } from "../support/kubernetes/cluster.js";
import { gate, sh, workflow } from "./engine.contract.js";

const inNamespace = (namespace: string, name: string, templates = [gate]) => {
  const made = workflow(name, templates);
  made.metadata.namespace = namespace;
  return made;
};

describe("the namespaces of the Argo engine", () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  it("one that cannot be read keeps nothing from the others, and comes in when it can", async () => {
    const bench = await openBench({}, { namespaces: ["default"] });
    closers.push(() => bench.dispose());
    const { api, engine } = bench;
    const forbidden = /\/namespaces\/team-b\/workflows/;
    api.fault = ({ path }) => (forbidden.test(path) ? 403 : undefined);
    const told: string[] = [];
    engine.watch(({ namespace, name }) => told.push(`${namespace}/${name}`));
    engine.follow(["default", "team-b"]);
    await engine.submit(workflow("here", [gate]));
    await expect.poll(() => told).toContain("default/here");
    const refused = await engine.submit(inNamespace("team-b", "there")).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      retryable: false,
      refused: [{ path: [], message: expect.stringContaining("team-b cannot be read") }],
    });
    expect((await engine.list({})).map(({ metadata }) => metadata.name)).toEqual(["here"]);

    const metadata = { name: "older", labels: { "app.kubernetes.io/managed-by": "sluice" } };
    api.store.create("workflows", "team-b", { kind: "Workflow", metadata, spec: { suspend: true } });
    api.fault = undefined;
    await expect.poll(() => told, { timeout: 10_000 }).toContain("team-b/older");
    await engine.submit(inNamespace("team-b", "there", [sh("main", "true")]));
    const there = { namespace: "team-b", name: "there" };
    await expect
      .poll(async () => (await engine.get(there))?.status?.phase, { timeout: 20_000 })
      .toBe("Succeeded");
  });

  it("are those that the configuration names for repositories, also when it names them later", async () => {
    const cluster = await startCluster();
    closers.push(() => cluster.close());
    const directory = mkdtempSync(join(tmpdir(), "sluice-namespaces-"));
    closers.push(() => Promise.resolve(rmSync(directory, { recursive: true, force: true })));
    const github = await startSimulator({ directory });
    closers.push(() => github.close());
    let text = "repositories: [{ match: acme/one, namespace: team-a }]";
    const app = await openLocalApp({
      directory,
      github: { appId: github.app.id, privateKey: github.app.privateKey, baseUrl: github.url },
      secrets: ["a-secret-for-this-test"],
      port: 0,
      host: "127.0.0.1",
      mounts: [],
      isolation: "auto",
      hidden: [],
      argo: { kubeconfig: cluster.kubeconfig },
      configuration: followConfiguration("sluice.yaml", () => parseConfiguration(text, "sluice.yaml")),
      logLevel: "silent",
    });
    closers.push(() => app.close());
    const watched = () => [
      ...new Set(
        cluster.api.requests
          .filter(({ query }) => query.get("watch") === "true")
          .map(({ path }) => path.split("/")[5] ?? ""),
      ),
    ];
    await expect.poll(() => watched().toSorted()).toEqual(["sluice", "team-a"]);
    text = "repositories: [{ match: acme/one, namespace: team-a }, { match: acme/two, namespace: team-b }]";
    process.emit("SIGHUP");
    await expect.poll(() => watched().toSorted()).toEqual(["sluice", "team-a", "team-b"]);
  });
});
