import { validateObject } from "./kubernetes-schema/validate.js";
import type { KubernetesObject } from "./kustomize.js";

export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}
interface Container {
  name: string;
  image: string;
  securityContext?: Record<string, unknown>;
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}
export interface PodSpec {
  securityContext?: Record<string, unknown>;
  containers: Container[];
  initContainers?: Container[];
  volumes?: Record<string, unknown>[];
}

/** What must hold of every object that is applied, whoever changes these files; empty when it does. */
export function faults(objects: KubernetesObject[]): string[] {
  return objects.flatMap((object) => {
    const where = `${object.kind} ${object.metadata.name}: `;
    const found = [...(validateObject(object) ?? unknownKind(object)), ...rightsFaults(object)];
    const pod = (object["spec"] as { template?: { spec?: PodSpec } } | undefined)?.template?.spec;
    return [...found, ...(pod === undefined ? [] : podFaults(pod))].map((fault) => where + fault);
  });
}

function unknownKind({ apiVersion, kind }: KubernetesObject): string[] {
  return apiVersion === "monitoring.coreos.com/v1" && kind === "ServiceMonitor"
    ? []
    : ["no schema of this kind"];
}

function rightsFaults(object: KubernetesObject): string[] {
  if (/^Cluster(Role|RoleBinding)$/.test(object.kind)) return ["rights over the whole cluster"];
  if (object.kind === "Secret") return ["a Secret in the repository"];
  const rules = object.kind === "Role" ? (object["rules"] as Rule[]) : [];
  return rules.flatMap(({ apiGroups, resources, verbs }) => [
    ...([...apiGroups, ...resources, ...verbs].includes("*") ? ["a wildcard in a rule"] : []),
    ...(resources.includes("secrets") &&
    verbs.some((verb) => ["list", "watch", "deletecollection"].includes(verb))
      ? ["may list Secrets"]
      : []),
    ...(resources.some((each) => /^pods\/(exec|attach|portforward|ephemeralcontainers)$/.test(each))
      ? ["may enter pods"]
      : []),
    ...(verbs.some((verb) => ["escalate", "bind", "impersonate"].includes(verb)) ? ["may gain rights"] : []),
  ]);
}

function podFaults(pod: PodSpec): string[] {
  const { securityContext = {}, containers, initContainers = [], volumes = [] } = pod;
  const found: string[] = [];
  if (securityContext["runAsNonRoot"] !== true || !(Number(securityContext["runAsUser"]) > 0))
    found.push("may run as root");
  if ((securityContext["seccompProfile"] as { type?: string } | undefined)?.type !== "RuntimeDefault")
    found.push("no seccomp profile");
  for (const flag of ["hostNetwork", "hostPID", "hostIPC"])
    if ((pod as unknown as Record<string, unknown>)[flag] === true) found.push(flag);
  if (volumes.some((volume) => "hostPath" in volume)) found.push("a hostPath volume");
  for (const { name, image, securityContext: own = {} } of [...containers, ...initContainers]) {
    if (own["readOnlyRootFilesystem"] !== true) found.push(`${name}: a writable root`);
    if (own["allowPrivilegeEscalation"] !== false) found.push(`${name}: privilege escalation`);
    const { drop, add } = (own["capabilities"] ?? {}) as { drop?: string[]; add?: string[] };
    if (drop?.includes("ALL") !== true || add !== undefined) found.push(`${name}: capabilities`);
    if (!/(@sha256:[0-9a-f]{64}|:(?!latest$)[\w.-]+)$/.test(image)) found.push(`${name}: image ${image}`);
  }
  return found;
}

/** The pod of the one Deployment among the objects. */
export function podOfDeployment(objects: KubernetesObject[]): PodSpec {
  const found = objects.find(({ kind }) => kind === "Deployment");
  if (found === undefined) throw new Error("there is no Deployment");
  return (found["spec"] as { template: { spec: PodSpec } }).template.spec;
}
