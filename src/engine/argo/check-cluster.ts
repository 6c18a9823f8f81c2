import { fail, ok, warn, type Check, type Finding } from "../../lib/check-up.js";
import { leaseRights, runRights, type Right } from "./rights.js";

/** Asks the API server; throws an error with a numeric `status` for an answer that is not 2xx. */
export type AskCluster = <T>(request: {
  method?: "GET" | "POST";
  path: string;
  query?: Record<string, string>;
  body?: unknown;
}) => Promise<T>;

export interface ClusterCheckOptions {
  ask: AskCluster;
  /** All namespaces with runs. */
  namespaces: readonly string[];
  /** Undefined where one process runs alone. */
  leaseNamespace: string | undefined;
  clock: () => number;
}

/** ValidatingAdmissionPolicy v1, which deploy/ relies on. */
const leastMinor = 30;
/** A controller that watches a namespace takes up a Workflow within seconds. */
const takenUpMs = 60_000;
const workflowApi = "/apis/argoproj.io/v1alpha1";

/** What the Argo engine needs of its cluster, as far as its own rights show it. */
export function clusterChecks(options: ClusterCheckOptions): Check[] {
  const { ask, namespaces, leaseNamespace } = options;
  const places = namespaces.map((namespace) => ({
    name: `rights in ${namespace}`,
    run: () => checkRights(ask, namespace, runRights, `kubectl apply -k deploy/run-namespaces/${namespace}`),
  }));
  const lease = {
    name: "lease",
    run: () => checkRights(ask, leaseNamespace ?? "", leaseRights, "kubectl apply -k deploy/base"),
  };
  return [
    { name: "cluster", run: () => checkServer(ask) },
    { name: "argo", run: () => checkArgo(ask) },
    ...places,
    ...(leaseNamespace === undefined ? [] : [lease]),
    ...namespaces.map((namespace) => ({
      name: `runs in ${namespace}`,
      run: () => checkTakenUp(options, namespace),
    })),
  ];
}

async function checkServer(ask: AskCluster): Promise<Finding> {
  try {
    const { gitVersion, major, minor } = await ask<{ gitVersion: string; major: string; minor: string }>({
      path: "/version",
    });
    const recent = Number(major) > 1 || Number.parseInt(minor, 10) >= leastMinor;
    if (recent) return ok(`Kubernetes ${gitVersion}`);
    return warn(
      `Kubernetes ${gitVersion}: the admission policy of deploy/ needs 1.${leastMinor}`,
      "upgrade the cluster, or leave out deploy/admission and let nobody else write workflows there",
    );
  } catch (error) {
    return fail(
      `the API server does not answer: ${textOf(error)}`,
      "kubectl get --raw /version, with the same kubeconfig; in a pod: does its NetworkPolicy let it out",
    );
  }
}

async function checkArgo(ask: AskCluster): Promise<Finding> {
  try {
    const { resources } = await ask<{ resources: { name: string }[] }>({ path: workflowApi });
    const missing = ["workflows", "workflowtaskresults"].filter(
      (wanted) => !resources.some(({ name }) => name === wanted),
    );
    if (missing.length > 0)
      return fail(`Argo's ${missing.join(", ")} are missing`, "install Argo Workflows 3.6 to 4.1");
    // Sluice has no right to read the controller's Deployment.
    return ok("Argo's resources are there; kubectl -n argo get deploy -o wide shows its version");
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    return fail("the cluster does not know Argo's resources", "install Argo Workflows: see deploy/README.md");
  }
}

async function checkRights(
  ask: AskCluster,
  namespace: string,
  rights: readonly Right[],
  mend: string,
): Promise<Finding> {
  const missing: string[] = [];
  for (const right of rights) {
    for (const verb of right.verbs) {
      if (!(await isAllowed(ask, namespace, right, verb))) missing.push(`${verb} ${right.resource}`);
    }
  }
  return missing.length === 0 ? ok("all there") : fail(`not allowed: ${missing.join(", ")}`, mend);
}

async function isAllowed(
  ask: AskCluster,
  namespace: string,
  { group, resource: path, name }: Right,
  verb: string,
): Promise<boolean> {
  const [resource = "", subresource] = path.split("/");
  const resourceAttributes = {
    namespace,
    group,
    resource,
    verb,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
  };
  const { status } = await ask<{ status?: { allowed?: boolean } }>({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    },
  });
  return status?.allowed === true;
}

interface Listed {
  items: { metadata: { name: string; creationTimestamp?: string } }[];
}

/** A Workflow without Argo's phase label was seen by no controller: it watches elsewhere, or has an instance id. */
async function checkTakenUp({ ask, clock }: ClusterCheckOptions, namespace: string): Promise<Finding> {
  const { items } = await ask<Listed>({
    path: `${workflowApi}/namespaces/${namespace}/workflows`,
    query: {
      labelSelector: "app.kubernetes.io/managed-by=sluice,!workflows.argoproj.io/phase",
      limit: "100",
    },
  });
  const left = items.filter(
    ({ metadata }) => clock() - Date.parse(metadata.creationTimestamp ?? "") > takenUpMs,
  );
  const [first] = left;
  if (first === undefined) return ok("every run was taken up by a controller");
  return fail(
    `${left.length} run(s) were taken up by no controller, ${first.metadata.name} for one`,
    "kubectl -n argo logs deploy/workflow-controller: does it watch this namespace; set argo.instanceId in SLUICE_CONFIG to its instanceID",
  );
}

function statusOf(error: unknown): unknown {
  return (error as { status?: unknown }).status;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
