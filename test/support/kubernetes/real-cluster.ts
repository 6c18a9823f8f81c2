import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, hasStatus } from "../../../src/engine/argo/api-error.js";
import { KubernetesClient } from "../../../src/engine/argo/kubernetes-client.js";
import {
  managedBy,
  podsPath,
  selectorOf,
  workflowApi,
  workflowsPath,
  type Named,
  type ObjectList,
} from "../../../src/engine/argo/resources.js";
import type { Workflow } from "../../../src/manifest/argo.js";
import { isFinished } from "../../../src/run/phases.js";
import { realCluster, type RealCluster } from "../engines.js";
import { clean, remove } from "./tidy.js";

/** On the namespace: what Sluice left in it is of these tests, and may be removed. */
const mark = { name: "sluice.dev/e2e", value: "true" };
/** The accounts that the tests' steps run under. */
const accounts = ["default", "deployer"];
const canaryMs = 600_000;
const leavingMs = 300_000;

/** Makes the namespace fit for runs, and shows with one that it is; undone when all tests have ended. */
export default async function setup(): Promise<() => Promise<void>> {
  if (realCluster === undefined)
    throw new Error(
      "set SLUICE_E2E_NAMESPACE (a namespace for these tests alone) and SLUICE_E2E_IMAGE (an image with sh)",
    );
  const { namespace } = realCluster;
  const client = new KubernetesClient({});
  const made: string[] = [];
  const undo = async () => {
    await clean(client, namespace);
    for (const path of made.toReversed()) await remove(client, path);
    client.close();
  };
  const { gitVersion } = await client.request<{ gitVersion: string }>({ path: "/version" });
  say(`Kubernetes ${gitVersion} at ${client.server}, namespace ${namespace}, image ${realCluster.image}`);
  await claim(client, namespace, made);
  try {
    await clean(client, namespace);
    await prepareAccounts(client, namespace, made);
    await tryOne(client, realCluster);
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

/** Makes the namespace, or takes it when it holds no run of a Sluice that is in use. */
async function claim(client: KubernetesClient, namespace: string, made: string[]): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  const metadata = { name: namespace, labels: { [mark.name]: mark.value } };
  const present = await allowed("look at the namespace", () => unlessLeaving(client, path));
  if (present === undefined) {
    const body = { apiVersion: "v1", kind: "Namespace", metadata };
    const created = await allowed("make the namespace", async () => {
      await client.request({ method: "POST", path: "/api/v1/namespaces", body });
      return true;
    });
    if (created === true) made.push(path);
    return;
  }
  if (present === "forbidden" || present.metadata.labels?.[mark.name] === mark.value) return;
  const query = { labelSelector: selectorOf({ [managedBy.name]: managedBy.value }), limit: "1" };
  const { items } = await client.request<ObjectList<Named>>({ path: workflowsPath(namespace), query });
  if (items.length > 0)
    throw new Error(
      `namespace ${namespace} holds runs of Sluice, ${items[0]?.metadata.name} for one, which these tests would ` +
        `remove: give them a namespace of their own, or say that it is: kubectl label namespace ${namespace} ${mark.name}=${mark.value}`,
    );
}

/** What a step's pod must be allowed: to tell its result. Left as it is where this user may not give it. */
async function prepareAccounts(client: KubernetesClient, namespace: string, made: string[]): Promise<void> {
  const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const rbac = "rbac.authorization.k8s.io";
  const name = "sluice-e2e-steps";
  const subjects = accounts.map((account) => ({ kind: "ServiceAccount", name: account, namespace }));
  const rules = [
    { apiGroups: ["argoproj.io"], resources: ["workflowtaskresults"], verbs: ["create", "patch"] },
  ];
  const roleRef = { apiGroup: rbac, kind: "Role", name };
  const wanted: [string, object][] = [
    ...accounts.map((account): [string, object] => [
      `/api/v1/namespaces/${namespace}/serviceaccounts`,
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account } },
    ]),
    [`${roles}/roles`, { apiVersion: `${rbac}/v1`, kind: "Role", metadata: { name }, rules }],
    [
      `${roles}/rolebindings`,
      { apiVersion: `${rbac}/v1`, kind: "RoleBinding", metadata: { name }, roleRef, subjects },
    ],
  ];
  for (const [path, body] of wanted) {
    const of = (body as Named).metadata.name ?? "";
    const what = `make ${path.split("/").at(-1)} ${of}`;
    const created = await allowed(what, async () => {
      try {
        await client.request({ method: "POST", path, body });
        return true;
      } catch (error) {
        if (hasStatus(error, 409)) return false;
        throw error;
      }
    });
    if (created === true) made.push(`${path}/${of}`);
  }
}

/** One run from its start to its end: what keeps it from there keeps every test from it. */
async function tryOne(
  client: KubernetesClient,
  { namespace, image, instanceId }: RealCluster,
): Promise<void> {
  const name = "sluice-e2e-canary";
  const path = workflowsPath(namespace, name);
  const label = "workflows.argoproj.io/controller-instanceid";
  const body = {
    apiVersion: workflowApi,
    kind: "Workflow",
    metadata: {
      name,
      labels: {
        [managedBy.name]: managedBy.value,
        ...(instanceId === undefined ? {} : { [label]: instanceId }),
      },
    },
    spec: {
      entrypoint: "main",
      templates: [{ name: "main", container: { image, command: ["sh", "-c", "echo here"] } }],
    },
  };
  await remove(client, path);
  await client.request({ method: "POST", path: workflowsPath(namespace), body });
  let run: Workflow | undefined;
  for (const end = Date.now() + canaryMs; Date.now() < end; await sleep(500)) {
    run = await client.request<Workflow>({ path });
    if (isFinished(run.status?.phase)) break;
  }
  const { phase = "", message = "" } = run?.status ?? {};
  if (phase !== "Succeeded") {
    const pods = await client.request<ObjectList<Named>>({ path: podsPath(namespace) });
    throw new Error(
      phase === ""
        ? `no Argo controller took up a Workflow in ${namespace}: does one watch it, and with which SLUICE_E2E_INSTANCE_ID?`
        : `a Workflow that only says a word is ${phase} (${message}); pods: ${JSON.stringify(pods.items.map((pod) => (pod as { status?: unknown }).status))}`,
    );
  }
  await remove(client, path);
  say("a first run has succeeded");
}

/** Undefined when it is not there; what an earlier run removes still is waited for, as nothing can be made in it. */
async function unlessLeaving(client: KubernetesClient, path: string): Promise<Named | undefined> {
  for (const end = Date.now() + leavingMs; ; await sleep(500)) {
    const present = await get(client, path);
    if (present?.metadata.deletionTimestamp === undefined) return present;
    if (Date.now() > end) throw new Error(`${path} is being deleted and does not go`);
  }
}

/** Undefined when it is not there. */
async function get(client: KubernetesClient, path: string): Promise<Named | undefined> {
  try {
    return await client.request<Named>({ path });
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

/** What this user may not do is said and left to who prepared the namespace. */
async function allowed<T>(what: string, act: () => Promise<T>): Promise<T | "forbidden"> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ApiError) || !hasStatus(error, 403)) throw error;
    say(`skipped: may not ${what}: ${error.message}`);
    return "forbidden";
  }
}

function say(text: string): void {
  process.stdout.write(`e2e:cluster: ${text}\n`);
}
