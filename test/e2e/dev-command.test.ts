import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startCluster, type Cluster } from "../support/kubernetes/cluster.js";

const main = join(import.meta.dirname, "../../dist/cli/main.js");
const manifest = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: waits, annotations: {sluice.dev/on: 'pull_request: {}'}}
spec: {entrypoint: main, templates: [{name: main, suspend: {}}]}
`;

/** `sluice dev --engine argo`, with the API server of this folder's tests in place of a real one. */
describe("sluice dev on a cluster", () => {
  let cluster: Cluster;
  let directory: string;
  beforeEach(async () => {
    cluster = await startCluster();
    directory = mkdtempSync(join(tmpdir(), "sluice-dev-"));
    mkdirSync(join(directory, ".workflows"));
    writeFileSync(join(directory, ".workflows/waits.yaml"), manifest);
    execFileSync("git", ["init", "--quiet", directory]);
  });
  afterEach(async () => {
    await cluster.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("says how the runs that it leaves are removed, and leaves them", async () => {
    const args = [main, "dev", "--engine", "argo", "--namespace", "mine", "--port", "0", directory];
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
    const child = spawn(process.execPath, args, { env });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const runs = () => cluster.api.store.list("workflows", "mine").map(({ metadata }) => metadata.labels);
    await expect.poll(() => `${runs().length} ${output}`, { timeout: 240_000 }).toMatch(/^1 .*ctrl-C/s);
    child.kill("SIGINT");
    expect(await ended, output).toBe(0);
    const [, name = "", value = ""] =
      /kubectl delete workflows -n mine -l ([^\s=]+)=(\S+)\n/.exec(output) ?? [];
    expect(runs(), output).toEqual([expect.objectContaining({ [name]: value })]);
    expect(output).not.toContain("nothing is kept");
  }, 300_000);
});
