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
  /** Another user's. */
  otherKubeconfig: string;
  /** Where the controller's steps and logs are. */
  directory: string;
  close(): Promise<void>;
}

export async function startCluster(
  options: Pick<ControllerOptions, "mounts" | "instanceId" | "nodes"> = {},
): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-cluster-"));
  mkdirSync(join(directory, "controller"));
  const api = new ApiServer(["token-of-one", "token-of-another"]);
  await api.start();
  const controller = await startController({
    ...options,
    store: api.store,
    directory: join(directory, "controller"),
  });
  api.podLog = (namespace, pod) => controller.podLog(namespace, pod);
  const kubeconfigOf = (token: string) => {
    const file = join(directory, `kubeconfig-${token}`);
    writeFileSync(
      file,
      stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "test",
        clusters: [{ name: "test", cluster: { server: api.url, "insecure-skip-tls-verify": true } }],
        users: [{ name: "test", user: { token } }],
        contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      }),
    );
    return file;
  };
  return {
    api,
    controller,
    kubeconfig: kubeconfigOf("token-of-one"),
    otherKubeconfig: kubeconfigOf("token-of-another"),
    directory,
    async close() {
      await controller.close();
      await api.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
