import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { openArgoEngine } from "../../src/engine/argo/argo-engine.js";
import { hasStatus } from "../../src/engine/argo/api-error.js";
import { KubernetesClient } from "../../src/engine/argo/kubernetes-client.js";
import {
  managedBy,
  secretsPath,
  workflowsPath,
  type Named,
  type ObjectList,
} from "../../src/engine/argo/resources.js";
import type { Engine, RunKey } from "../../src/engine/engine.js";
import type { Workflow } from "../../src/manifest/argo.js";
import { engineContract, type EngineUnderTest } from "./engine.contract.js";

const {
  SLUICE_E2E_NAMESPACE: namespace,
  SLUICE_E2E_IMAGE: image,
  SLUICE_E2E_INSTANCE_ID: instanceId,
} = process.env;

/** The same engine, with the contract's namespace and image replaced by the cluster's. */
function translated(engine: Engine, to: { namespace: string; image: string }): Engine {
  const there = ({ name }: RunKey): RunKey => ({ namespace: to.namespace, name });
  const withImage = (workflow: Workflow): Workflow => {
    const copy = structuredClone(workflow);
    copy.metadata.namespace = to.namespace;
    for (const { script, container } of copy.spec.templates ?? [])
      for (const each of [script, container]) if (each) each.image = to.image;
    return copy;
  };
  return {
    kind: engine.kind,
    supports: (workflow) => engine.supports(workflow),
    submit: (workflow) => engine.submit(withImage(workflow)),
    get: (key) => engine.get(there(key)),
    list: (selector) => engine.list(selector),
    watch: (onChange) => engine.watch(({ name }) => onChange({ namespace: "default", name })),
    release: (key, ...rest) => engine.release(there(key), ...rest),
    stop: (key, ...rest) => engine.stop(there(key), ...rest),
    annotate: (key, ...rest) => engine.annotate(there(key), ...rest),
    putToken: (key, token) => engine.putToken(there(key), token),
    tokenExpiry: (key) => engine.tokenExpiry(there(key)),
    log: (key, ...rest) => engine.log(there(key), ...rest),
    close: () => engine.close(),
  };
}

/** Removes what earlier tests left: only what Sluice created, and only in the namespace given for this. */
async function clean(client: KubernetesClient, from: string): Promise<void> {
  const query = { labelSelector: `${managedBy.name}=${managedBy.value}` };
  for (const path of [workflowsPath(from), secretsPath(from)]) {
    for (let tries = 0; tries < 300; tries++) {
      const { items } = await client.request<ObjectList<Named>>({ path, query });
      if (items.length === 0) break;
      for (const { metadata } of items) {
        await client
          .request({ method: "DELETE", path: `${path}/${metadata.name}` })
          .catch((error: unknown) => {
            if (!hasStatus(error, 404)) throw error;
          });
      }
      await sleep(200);
    }
  }
}

async function open(to: { namespace: string; image: string }): Promise<EngineUnderTest> {
  const client = new KubernetesClient({});
  await clean(client, to.namespace);
  const options = { namespaces: [to.namespace], ...(instanceId === undefined ? {} : { instanceId }) };
  let engine = await openArgoEngine(options);
  return {
    engine: translated(engine, to),
    async reopen() {
      await engine.close();
      engine = await openArgoEngine(options);
      return translated(engine, to);
    },
    async dispose() {
      await engine.close();
      await clean(client, to.namespace);
      client.close();
    },
  };
}

if (namespace !== undefined && image !== undefined) {
  engineContract("argo on the cluster of KUBECONFIG", () => open({ namespace, image }), [
    {
      test: "writes the token nowhere",
      reason: "its step makes the token an output parameter, which the Argo controller cannot know to mask",
    },
  ]);
} else {
  describe("the engine contract: argo on the cluster of KUBECONFIG", () => {
    it.skip("needs SLUICE_E2E_NAMESPACE (for these tests alone) and SLUICE_E2E_IMAGE (an image with sh)");
  });
}
