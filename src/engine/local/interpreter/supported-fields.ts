/** What the interpreter runs as Argo does. What is in no list here is refused. */

export const specFields: ReadonlySet<string> = new Set([
  "entrypoint",
  "arguments",
  "templates",
  "templateDefaults",
  "workflowTemplateRef",
  "onExit",
  "hooks",
  "parallelism",
  "activeDeadlineSeconds",
  "suspend",
  "shutdown",
  "retryStrategy",
  "synchronization",
  "workflowMetadata",
  "volumes",
  "volumeClaimTemplates",
]);

export const templateFields: ReadonlySet<string> = new Set([
  "name",
  "inputs",
  "outputs",
  "metadata",
  "steps",
  "dag",
  "container",
  "script",
  "suspend",
  "retryStrategy",
  "activeDeadlineSeconds",
  "timeout",
  "parallelism",
  "failFast",
  "containerSet",
  "data",
  "http",
  "memoize",
  "synchronization",
  "volumes",
]);

export const callFields: ReadonlySet<string> = new Set([
  "name",
  "template",
  "templateRef",
  "inline",
  "arguments",
  "when",
  "withItems",
  "withParam",
  "withSequence",
  "continueOn",
  "onExit",
  "hooks",
  "dependencies",
  "depends",
]);

export const containerFields: ReadonlySet<string> = new Set([
  "name",
  "image",
  "command",
  "args",
  "env",
  "envFrom",
  "workingDir",
  "source",
  "volumeMounts",
  "dependencies",
]);

/** Of no effect on phases and outputs on one machine, so accepted anywhere: scheduling, cleaning up, metrics. */
export const ignored: ReadonlySet<string> = new Set([
  "affinity",
  "archiveLogs",
  "artifactGC",
  "artifactRepositoryRef",
  "automountServiceAccountToken",
  "imagePullPolicy",
  "imagePullSecrets",
  "metrics",
  "nodeSelector",
  "podDisruptionBudget",
  "podGC",
  "podMetadata",
  "podPriorityClassName",
  "priority",
  "priorityClassName",
  "resources",
  "schedulerName",
  "securityContext",
  "serviceAccountName",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tolerations",
  "ttlStrategy",
  "volumeClaimGC",
  "stdin",
  "tty",
]);

/** Where artifacts come from. */
export const sourcesOf = {
  supported: ["raw", "git", "http", "key-only"],
  /** Stores of objects: what gives only a key means the engine's own. */
  stores: ["s3", "gcs", "oss", "azure", "hdfs", "artifactory", "plugin"],
} as const;
