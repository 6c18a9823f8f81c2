import type { ObjectMeta } from "../../manifest/argo.js";
import type { ClusterOptions } from "./kubeconfig.js";

/** The objects of Kubernetes that Sluice reads, as far as it reads them. */
export interface Metadata extends ObjectMeta {
  deletionTimestamp?: string;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
}
/** `PartialObjectMetadata`: any object, asked for without the rest. */
export interface Named {
  metadata: Metadata;
}
export interface ObjectList<T> {
  metadata: { resourceVersion?: string; continue?: string };
  items: T[];
}
export interface Secret extends Named {
  data?: Record<string, string>;
}

export const workflowApi = "argoproj.io/v1alpha1";

/** On every object that Sluice creates in a cluster; lists and watches ask for it. */
export const managedBy = { name: "app.kubernetes.io/managed-by", value: "sluice" } as const;
export const argoLabel = {
  completed: "workflows.argoproj.io/completed",
  phase: "workflows.argoproj.io/phase",
  instanceId: "workflows.argoproj.io/controller-instanceid",
  /** On pods: the name of their Workflow. */
  workflow: "workflows.argoproj.io/workflow",
} as const;
/** On pods: the key of their node in `status.nodes`. */
export const nodeIdAnnotation = "workflows.argoproj.io/node-id";

export function workflowsPath(namespace: string, name?: string): string {
  return `/apis/${workflowApi}/namespaces/${namespace}/workflows${name === undefined ? "" : `/${name}`}`;
}
export function secretsPath(namespace: string, name?: string): string {
  return `/api/v1/namespaces/${namespace}/secrets${name === undefined ? "" : `/${name}`}`;
}
export function definitionsPath(
  kind: "WorkflowTemplate" | "CronWorkflow",
  namespace: string,
  name?: string,
): string {
  const path = `/apis/${workflowApi}/namespaces/${namespace}/${kind.toLowerCase()}s`;
  return name === undefined ? path : `${path}/${name}`;
}
export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}
export function leasesPath(namespace: string, name?: string): string {
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  return name === undefined ? leases : `${leases}/${name}`;
}

/** `a=b,c!=d` as the API takes it. */
export function selectorOf(labels: Record<string, string>, ...more: string[]): string {
  return [...Object.entries(labels).map(([name, value]) => `${name}=${value}`), ...more].join(",");
}

export interface ArgoEngineOptions extends ClusterOptions {
  /** The namespaces whose runs this engine carries. The first must be there from the start; others may come later. */
  namespaces: readonly string[];
  /** The `instanceID` of the Argo controller, when it has one. */
  instanceId?: string;
  clock?: () => number;
  log?: (event: object, message: string) => void;
  /** Called each time that a watch broke and will be opened again. Must not throw. */
  onWatchRestart?: () => void;
  /** How long the watch waits for things; by default as `defaultTimings`. */
  timings?: Partial<WatchTimings>;
}

export interface WatchTimings {
  /** The API server is asked to end each watch after this long; up to a fifth is added at random. */
  watchMs: number;
  /** A watch without a byte (bookmarks come about every minute) is taken for dead. */
  silentMs: number;
  /** Everything is listed again this often, however well the watch seems to go. */
  relistMs: number;
  /** The first and longest wait after a failure. */
  firstRetryMs: number;
  longestRetryMs: number;
}
export const defaultTimings: WatchTimings = {
  watchMs: 240_000,
  silentMs: 150_000,
  relistMs: 600_000,
  firstRetryMs: 250,
  longestRetryMs: 20_000,
};
