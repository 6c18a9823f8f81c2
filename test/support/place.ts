import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KubernetesClient } from "../../src/engine/argo/kubernetes-client.js";
import { hydrate } from "../../src/engine/argo/node-codec.js";
import {
  managedBy,
  selectorOf,
  workflowsPath,
  type Named,
  type ObjectList,
} from "../../src/engine/argo/resources.js";
import type { Workflow } from "../../src/manifest/argo.js";
import { realCluster } from "./engines.js";
import { startCluster } from "./kubernetes/cluster.js";
import { clean } from "./kubernetes/tidy.js";
import { notesInLogs } from "./notes.js";

/** How the cluster on this machine behaves. */
export type PlaceOptions = Omit<NonNullable<Parameters<typeof startCluster>[0]>, "mounts">;

/** The cluster that runs are handed to, real or on this machine: through a kubeconfig and nothing else. */
export async function openPlace(mounts: string[], options: PlaceOptions = {}) {
  const cluster = realCluster === undefined ? await startCluster({ mounts, ...options }) : undefined;
  const of = cluster === undefined ? {} : { kubeconfig: cluster.kubeconfig };
  const { namespace = "sluice", instanceId } = realCluster ?? {};
  const client = new KubernetesClient(of);
  if (realCluster !== undefined) await clean(client, namespace);
  const all = (path: string, labels: Record<string, string> = {}) =>
    client.request<ObjectList<Named>>({ path, query: { labelSelector: selectorOf(labels) } });
  const workflows = async () =>
    (await all(workflowsPath(namespace), { [managedBy.name]: managedBy.value })).items;
  return {
    cluster,
    client,
    namespace,
    argo: { ...of, leaseNamespace: namespace, ...(instanceId === undefined ? {} : { instanceId }) },
    notes: notesInLogs(client, namespace),
    workflows: async () => (await workflows()).map((each) => hydrate(each as Workflow)),
    async written() {
      if (cluster !== undefined) {
        const objects = cluster.api.store.everything.map(({ resource, text }) => ({ where: resource, text }));
        return [...objects, ...filesIn(cluster.directory)];
      }
      const core = await Promise.all(
        ["pods", "events", "configmaps"].map((kind) => all(`/api/v1/namespaces/${namespace}/${kind}`)),
      );
      const objects = [...(await workflows()), ...core.flatMap(({ items }) => items)];
      return objects.map((each) => ({ where: each.metadata.name ?? "", text: JSON.stringify(each) }));
    },
    async close() {
      if (realCluster !== undefined) await clean(client, namespace);
      client.close();
      await cluster?.close();
    },
  };
}

export function filesIn(directory: string): { where: string; text: string }[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ where: path, text: readFileSync(path, "latin1") }));
}
