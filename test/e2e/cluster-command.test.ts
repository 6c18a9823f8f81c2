import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startCluster, type Cluster } from "../support/kubernetes/cluster.js";

const root = join(import.meta.dirname, "../..");
const namespace = "for-tests";

/** `npm run e2e:cluster`, with the API server of this folder in place of a real one; some of its tests. */
describe("the tests on a real cluster", () => {
  let cluster: Cluster;
  afterEach(() => cluster?.close());

  async function run(...more: string[]): Promise<{ code: number | null; output: string }> {
    const {
      VITEST: _vitest,
      VITEST_WORKER_ID: _id,
      VITEST_POOL_ID: _pool,
      NODE_ENV: _env,
      ...env
    } = process.env;
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const child = spawn(process.execPath, [vitest, "run", "--config", "vitest.cluster.config.ts", ...more], {
      cwd: root,
      env: {
        ...env,
        KUBECONFIG: cluster.kubeconfig,
        SLUICE_E2E_NAMESPACE: namespace,
        SLUICE_E2E_IMAGE: "an.image/with-sh:1",
        NO_COLOR: "1",
      },
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
    return { code, output };
  }
  const left = () =>
    ["namespaces", "workflows", "secrets", "serviceaccounts", "roles", "rolebindings", "leases"].flatMap(
      (resource) =>
        [...cluster.api.store.list(resource, namespace), ...cluster.api.store.list(resource, "")].map(
          ({ kind, metadata }) => `${kind} ${metadata.name}`,
        ),
    );

  it("run through a kubeconfig with the image given, say what they leave out, and clean up", async () => {
    cluster = await startCluster();
    const { code, output } = await run(
      "test/e2e/gates.test.ts",
      "test/e2e/replicas.test.ts",
      "test/contract/cluster-engine.test.ts",
      "-t",
      "two gates of one run|two replicas|submits a name once",
    );
    expect(code, output).toBe(0);
    expect(output).toContain("e2e:cluster: a first run has succeeded");
    expect(output).toContain("left out on a real cluster: two replicas of the App");
    expect(output).toMatch(/✓.*two gates of one run/);
    expect(output).toMatch(/✓.*submits a name once/);
    const images = cluster.api.store.everything
      .filter(({ resource }) => resource === "workflows")
      .flatMap(({ text }) => [...text.matchAll(/"image":"([^"]*)"/g)].map(([, image]) => image));
    expect([...new Set(images)]).toEqual(["an.image/with-sh:1"]);
    expect(left()).toEqual([]);
  }, 240_000);

  it("touch no namespace in which a Sluice has runs", async () => {
    cluster = await startCluster();
    const { store } = cluster.api;
    store.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const metadata = { name: "theirs", labels: { "app.kubernetes.io/managed-by": "sluice" } };
    store.create("workflows", namespace, { kind: "Workflow", metadata, spec: { suspend: true } });
    const { code, output } = await run("test/contract/cluster-engine.test.ts", "-t", "submits a name once");
    expect(code).not.toBe(0);
    expect(output).toContain("holds runs of Sluice, theirs for one");
    expect(left()).toEqual([`Namespace ${namespace}`, "Workflow theirs"]);
  }, 120_000);
});
