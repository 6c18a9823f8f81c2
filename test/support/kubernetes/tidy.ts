import { setTimeout as sleep } from "node:timers/promises";
import { hasStatus } from "../../../src/engine/argo/api-error.js";
import type { KubernetesClient } from "../../../src/engine/argo/kubernetes-client.js";
import {
  leasesPath,
  managedBy,
  secretsPath,
  selectorOf,
  workflowApi,
  workflowsPath,
  type Named,
  type ObjectList,
} from "../../../src/engine/argo/resources.js";

const mostTries = 300;

/** Removes what tests left in the namespace that is for them alone: only what Sluice created, and its Lease. */
export async function clean(client: KubernetesClient, namespace: string): Promise<void> {
  const ours = { labelSelector: selectorOf({ [managedBy.name]: managedBy.value }) };
  const definitions = ["workflowtemplates", "cronworkflows"].map(
    (resource) => `/apis/${workflowApi}/namespaces/${namespace}/${resource}`,
  );
  for (const path of [workflowsPath(namespace), secretsPath(namespace), ...definitions]) {
    for (let tries = 0; ; tries++) {
      const { items } = await client.request<ObjectList<Named>>({ path, query: ours });
      if (items.length === 0) break;
      if (tries === mostTries)
        throw new Error(`${items.length} objects of ${path} do not go, ${items[0]?.metadata.name} for one`);
      for (const { metadata } of items) await remove(client, `${path}/${metadata.name}`);
      await sleep(200);
    }
  }
  await remove(client, leasesPath(namespace, "sluice"));
}

/** Also when it is gone already. */
export async function remove(client: KubernetesClient, path: string): Promise<void> {
  try {
    await client.request({ method: "DELETE", path });
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
}
