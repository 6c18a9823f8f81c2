/** A namespace of a real cluster (that of KUBECONFIG) which is for these tests alone, and an image with `sh`. */
export interface RealCluster {
  namespace: string;
  image: string;
  /** Of the Argo controller, when it has one. */
  instanceId?: string;
}

export type EngineKind = "local" | "argo";

const {
  SLUICE_E2E_NAMESPACE: namespace,
  SLUICE_E2E_IMAGE: given,
  SLUICE_E2E_INSTANCE_ID: instanceId,
} = process.env;

export const realCluster: RealCluster | undefined =
  namespace === undefined || given === undefined
    ? undefined
    : { namespace, image: given, ...(instanceId === undefined ? {} : { instanceId }) };

/** The engines that end-to-end tests run on: both on this machine, or the real cluster alone. */
export const engines: readonly EngineKind[] = realCluster === undefined ? ["local", "argo"] : ["argo"];

/** Of the steps in tests' manifests. The engines of this machine pull none. */
export const image = realCluster?.image ?? "busybox";

/** Pods of a real cluster are scheduled, and pull their image, before they start. */
export const patienceMs = realCluster === undefined ? 120_000 : 300_000;

/** For `describe.skipIf` and `it.skipIf`: true on a real cluster, and then the reason is printed. */
export function onlyHere(test: string, reason: string): boolean {
  if (realCluster !== undefined) console.log(`left out on a real cluster: ${test}: ${reason}`);
  return realCluster !== undefined;
}
