import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ApiServer } from "./api-server.js";
import { startController, type Controller, type ControllerOptions } from "./argo-controller.js";

/** An API server and an Argo controller on localhost, and the kubeconfig that leads there. */
export interface Cluster {
  api: ApiServer;
  controller: Controller;
  kubeconfig: string;
  /** Where the controller's steps and logs are. */
  directory: string;
  close(): Promise<void>;
}

export async function startCluster(
  options: Pick<ControllerOptions, "mounts" | "instanceId" | "nodes"> = {},
): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-cluster-"));
  mkdirSync(join(directory, "controller"));
  const api = new ApiServer("the-token-of-this-test");
  await api.start();
  const controller = await startController({
    ...options,
    store: api.store,
    directory: join(directory, "controller"),
  });
  api.podLog = (namespace, pod) => controller.podLog(namespace, pod);
  const kubeconfig = join(directory, "kubeconfig");
  writeFileSync(
    kubeconfig,
    stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      clusters: [{ name: "test", cluster: { server: api.url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "test", user: { token: api.token } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    }),
  );
  return {
    api,
    controller,
    kubeconfig,
    directory,
    async close() {
      await controller.close();
      await api.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
