/** A right that Sluice asks Kubernetes for, and the Role of deploy/ that gives it. */
export interface Right {
  group: string;
  /** `RESOURCE` or `RESOURCE/SUBRESOURCE`. */
  resource: string;
  name?: string;
  verbs: readonly string[];
}

/** In each run namespace: deploy/components/run-namespace/sluice-role.yaml. */
export const runRights: readonly Right[] = [
  {
    group: "argoproj.io",
    resource: "workflows",
    verbs: ["get", "list", "watch", "create", "patch", "delete"],
  },
  {
    group: "argoproj.io",
    resource: "workflowtemplates",
    verbs: ["get", "list", "create", "patch", "delete"],
  },
  { group: "argoproj.io", resource: "cronworkflows", verbs: ["get", "list", "create", "patch", "delete"] },
  { group: "", resource: "secrets", verbs: ["get", "create", "patch", "delete"] },
  { group: "", resource: "pods", verbs: ["get", "list"] },
  { group: "", resource: "pods/log", verbs: ["get"] },
];

/** Where the replicas' Lease lies: deploy/base/leases.yaml. */
export const leaseRights: readonly Right[] = [
  { group: "coordination.k8s.io", resource: "leases", name: "sluice", verbs: ["get", "update"] },
  { group: "coordination.k8s.io", resource: "leases", verbs: ["create"] },
];
