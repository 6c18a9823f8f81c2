import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openArgoEngine, type ArgoEngineOptions } from "../../../src/engine/argo/argo-engine.js";
import { startCluster } from "./cluster.js";

const timings = { firstRetryMs: 10, longestRetryMs: 100, silentMs: 2000 };

/** A cluster of its own for a test, and an engine on it. */
export async function openBench(
  cluster: Parameters<typeof startCluster>[0] = {},
  options: Partial<ArgoEngineOptions> = {},
) {
  const running = await startCluster(cluster);
  const { kubeconfig, api } = running;
  const openOne = () => openArgoEngine({ kubeconfig, namespaces: ["default"], timings, ...options });
  let engine = await openOne();
  return {
    ...running,
    engine,
    /** Every state of every object but Secrets, and what the controller wrote to its disk. */
    files: () => [
      ...api.store.everything
        .filter(({ resource }) => resource !== "secrets")
        .map(({ resource, text }) => ({ path: resource, content: Buffer.from(text) })),
      ...readdirSync(running.directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => ({ path, content: readFileSync(path) })),
    ],
    async reopen() {
      await engine.close();
      engine = await openOne();
      return engine;
    },
    async dispose() {
      await engine.close();
      await running.close();
    },
  };
}
