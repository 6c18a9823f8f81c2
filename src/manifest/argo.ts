/**
 * The Argo objects that Sluice reads and writes, spelled as Argo spells them
 * (pkg/apis/workflow/v1alpha1/workflow_types.go). Only the fields that Sluice looks at are named; the rest of
 * an object travels along untouched in the index signatures.
 */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type WorkflowPhase = "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error";
export type NodePhase = "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
export type NodeType =
  | "Pod"
  | "Container"
  | "Steps"
  | "StepGroup"
  | "DAG"
  | "TaskGroup"
  | "Retry"
  | "Skipped"
  | "Suspend"
  | "HTTP"
  | "Plugin";

export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  /** RFC 3339. */
  creationTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface ValueFrom {
  path?: string;
  parameter?: string;
  expression?: string;
  supplied?: Record<string, never>;
  default?: string;
  configMapKeyRef?: { name: string; key: string; optional?: boolean };
  [field: string]: unknown;
}

export interface Parameter {
  name: string;
  value?: string | number | boolean;
  default?: string | number | boolean;
  enum?: (string | number | boolean)[];
  description?: string;
  globalName?: string;
  valueFrom?: ValueFrom;
}

export interface SecretKeySelector {
  name: string;
  key: string;
  optional?: boolean;
}

export interface GitArtifact {
  repo?: string;
  revision?: string;
  branch?: string;
  depth?: number;
  singleBranch?: boolean;
  usernameSecret?: SecretKeySelector;
  passwordSecret?: SecretKeySelector;
  [field: string]: unknown;
}

export interface Artifact {
  name: string;
  path?: string;
  from?: string;
  fromExpression?: string;
  subPath?: string;
  optional?: boolean;
  mode?: number;
  globalName?: string;
  archive?: {
    none?: Record<string, never>;
    tar?: { compressionLevel?: number };
    zip?: Record<string, never>;
  };
  raw?: { data: string };
  git?: GitArtifact;
  http?: { url: string; [field: string]: unknown };
  /** Set by an engine on a stored artifact: where it is kept. */
  key?: string;
  [field: string]: unknown;
}

export interface Arguments {
  parameters?: Parameter[];
  artifacts?: Artifact[];
}
export type Inputs = Arguments;
export interface Outputs extends Arguments {
  result?: string;
  exitCode?: string;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: SecretKeySelector; [field: string]: unknown };
}

export interface Container {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  envFrom?: Json[];
  workingDir?: string;
  volumeMounts?: { name: string; mountPath: string; [field: string]: unknown }[];
  [field: string]: unknown;
}
export interface Script extends Container {
  source?: string;
}

export interface TemplateRef {
  name?: string;
  template?: string;
  clusterScope?: boolean;
}
export interface ContinueOn {
  error?: boolean;
  failed?: boolean;
}
export interface LifecycleHook {
  expression?: string;
  template?: string;
  templateRef?: TemplateRef;
  arguments?: Arguments;
}
export interface Sequence {
  start?: string | number;
  end?: string | number;
  count?: string | number;
  format?: string;
}

/** What a workflow step and a DAG task have in common. */
export interface Call {
  name: string;
  template?: string;
  templateRef?: TemplateRef;
  inline?: Template;
  arguments?: Arguments;
  when?: string;
  withItems?: Json[];
  withParam?: string;
  withSequence?: Sequence;
  continueOn?: ContinueOn;
  onExit?: string;
  hooks?: Record<string, LifecycleHook>;
}
export type WorkflowStep = Call;
export interface DAGTask extends Call {
  dependencies?: string[];
  depends?: string;
}

export interface RetryStrategy {
  limit?: string | number;
  retryPolicy?: "Always" | "OnFailure" | "OnError" | "OnTransientError";
  backoff?: {
    duration?: string | number;
    factor?: string | number;
    maxDuration?: string;
    cap?: string;
  };
  expression?: string;
  affinity?: Json;
}

export interface Template {
  name?: string;
  inputs?: Inputs;
  outputs?: Outputs;
  metadata?: { annotations?: Record<string, string>; labels?: Record<string, string> };
  steps?: WorkflowStep[][];
  dag?: { tasks: DAGTask[]; target?: string; failFast?: boolean };
  container?: Container;
  script?: Script;
  suspend?: { duration?: string | number };
  retryStrategy?: RetryStrategy;
  activeDeadlineSeconds?: number | string;
  timeout?: string;
  parallelism?: number;
  failFast?: boolean;
  serviceAccountName?: string;
  [field: string]: unknown;
}

export interface WorkflowSpec {
  entrypoint?: string;
  arguments?: Arguments;
  templates?: Template[];
  templateDefaults?: Template;
  workflowTemplateRef?: { name: string; clusterScope?: boolean };
  onExit?: string;
  hooks?: Record<string, LifecycleHook>;
  serviceAccountName?: string;
  parallelism?: number;
  activeDeadlineSeconds?: number;
  suspend?: boolean;
  shutdown?: "Stop" | "Terminate" | "";
  retryStrategy?: RetryStrategy;
  [field: string]: unknown;
}

export interface NodeStatus {
  id: string;
  name: string;
  displayName: string;
  type: NodeType;
  templateName?: string;
  templateRef?: TemplateRef;
  templateScope?: string;
  phase?: NodePhase;
  boundaryID?: string;
  message?: string;
  /** RFC 3339, second precision, as Argo writes them. */
  startedAt?: string;
  finishedAt?: string;
  progress?: string;
  children?: string[];
  outboundNodes?: string[];
  inputs?: Inputs;
  outputs?: Outputs;
  nodeFlag?: { hooked?: boolean; retried?: boolean };
  memoizationStatus?: { hit: boolean; key: string; cacheName: string };
  /** What lock the node waits for. */
  synchronizationStatus?: { waiting?: string };
  /** Not Argo's. What the loops of a group of the local engine are over, as JSON texts; null for what was none. */
  loops?: { call: string; items: string[] | null }[];
}

export interface WorkflowStatus {
  phase?: WorkflowPhase;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  progress?: string;
  nodes?: Record<string, NodeStatus>;
  compressedNodes?: string;
  offloadNodeStatusVersion?: string;
  outputs?: Outputs;
  storedTemplates?: Record<string, Template>;
  storedWorkflowTemplateSpec?: WorkflowSpec;
  conditions?: { type?: string; status?: string; message?: string }[];
}

export interface Workflow {
  apiVersion: "argoproj.io/v1alpha1";
  kind: "Workflow";
  metadata: ObjectMeta;
  spec: WorkflowSpec;
  status?: WorkflowStatus;
}

export interface WorkflowTemplate {
  apiVersion: "argoproj.io/v1alpha1";
  kind: "WorkflowTemplate";
  metadata: ObjectMeta;
  spec: WorkflowSpec;
}

export interface CronWorkflow {
  apiVersion: "argoproj.io/v1alpha1";
  kind: "CronWorkflow";
  metadata: ObjectMeta;
  spec: {
    schedules?: string[];
    timezone?: string;
    suspend?: boolean;
    concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
    workflowSpec: WorkflowSpec;
    workflowMetadata?: ObjectMeta;
    [field: string]: unknown;
  };
}

export type ManifestObject = Workflow | WorkflowTemplate | CronWorkflow;
