/**
 * What of a manifest may stand in a Workflow that Sluice submits: an allow-list, since a field left out of a
 * deny-list is a way out of the sandbox (pod patches, service accounts, Secrets, host paths; the list of risks by
 * field is Argo's own types, workflow_types.go). Adding a field here means: it gives a stranger's manifest nothing.
 */
export type Shape =
  /** Any JSON, copied. */
  "plain" | { fields: Record<string, Shape>; ignored?: readonly string[] } | { list: Shape } | { map: Shape };

const configMapKeyRef: Shape = { fields: { name: "plain", key: "plain", optional: "plain" } };

const valueFrom: Shape = {
  fields: {
    ...{ path: "plain", parameter: "plain", expression: "plain", supplied: "plain", default: "plain" },
    configMapKeyRef,
  },
};
const parameter: Shape = {
  fields: {
    ...{
      name: "plain",
      value: "plain",
      default: "plain",
      enum: "plain",
      description: "plain",
      globalName: "plain",
    },
    valueFrom,
  },
};
/** No Secrets and no host keys: a repository of one's own gets the run's token, any other is public. */
const git: Shape = {
  fields: {
    ...{
      repo: "plain",
      revision: "plain",
      branch: "plain",
      depth: "plain",
      singleBranch: "plain",
      fetch: "plain",
    },
    disableSubmodules: "plain",
  },
};
const artifact: Shape = {
  fields: {
    ...{
      name: "plain",
      path: "plain",
      from: "plain",
      fromExpression: "plain",
      subPath: "plain",
      optional: "plain",
    },
    ...{ mode: "plain", recurseMode: "plain", globalName: "plain", archive: "plain" },
    raw: { fields: { data: "plain" } },
    git,
    http: { fields: { url: "plain", headers: { list: { fields: { name: "plain", value: "plain" } } } } },
  },
  ignored: ["artifactGC", "archiveLogs"],
};
const argumentsShape: Shape = { fields: { parameters: { list: parameter }, artifacts: { list: artifact } } };

const env: Shape = {
  fields: {
    name: "plain",
    value: "plain",
    valueFrom: {
      fields: { configMapKeyRef, fieldRef: { fields: { apiVersion: "plain", fieldPath: "plain" } } },
    },
  },
};
const containerFields: Record<string, Shape> = {
  ...{
    name: "plain",
    image: "plain",
    imagePullPolicy: "plain",
    command: "plain",
    args: "plain",
    workingDir: "plain",
  },
  env: { list: env },
  volumeMounts: {
    list: { fields: { name: "plain", mountPath: "plain", subPath: "plain", readOnly: "plain" } },
  },
};
const containerIgnored = ["resources", "tty", "terminationMessagePolicy"];

const volumes: Shape = { list: { fields: { name: "plain", emptyDir: "plain" } } };
const retryStrategy: Shape = {
  fields: { limit: "plain", retryPolicy: "plain", backoff: "plain", expression: "plain" },
  ignored: ["affinity"],
};
/** Locks of this namespace only; `namespace` and `database` would reach others. */
const synchronization: Shape = {
  fields: {
    mutexes: { list: { fields: { name: "plain" } } },
    semaphores: { list: { fields: { configMapKeyRef } } },
  },
};
/** `clusterScope` is left out: an admin's templates may be privileged. */
const templateRef: Shape = { fields: { name: "plain", template: "plain" } };
const hook: Shape = {
  fields: { expression: "plain", template: "plain", templateRef, arguments: argumentsShape },
};

const placement = [
  "nodeSelector",
  "affinity",
  "tolerations",
  "priorityClassName",
  "schedulerName",
  "metrics",
];

const templateFields: Record<string, Shape> = {
  ...{ name: "plain", activeDeadlineSeconds: "plain", timeout: "plain", pendingTimeout: "plain" },
  ...{ parallelism: "plain", failFast: "plain", annotations: "plain" },
  inputs: argumentsShape,
  outputs: argumentsShape,
  metadata: { fields: { annotations: "plain" }, ignored: ["labels"] },
  container: { fields: containerFields, ignored: containerIgnored },
  script: { fields: { ...containerFields, source: "plain" }, ignored: containerIgnored },
  suspend: { fields: { duration: "plain" } },
  retryStrategy,
  synchronization,
  volumes,
};
const template: Shape = { fields: templateFields, ignored: placement };

const callFields: Record<string, Shape> = {
  ...{ name: "plain", template: "plain", when: "plain", withItems: "plain", withParam: "plain" },
  ...{ withSequence: "plain", continueOn: "plain", onExit: "plain" },
  templateRef,
  inline: template,
  arguments: argumentsShape,
  hooks: { map: hook },
};
templateFields["steps"] = { list: { list: { fields: callFields } } };
templateFields["dag"] = {
  fields: {
    tasks: { list: { fields: { ...callFields, dependencies: "plain", depends: "plain" } } },
    target: "plain",
    failFast: "plain",
  },
};

/** Defaults must not change what a template is: a default `suspend.duration` would turn every gate into a timer. */
const { steps: _steps, dag: _dag, suspend: _suspend, ...defaultFields } = templateFields;

export const templateShape: Shape = template;

export const specShape: Shape = {
  fields: {
    ...{ entrypoint: "plain", onExit: "plain", parallelism: "plain", activeDeadlineSeconds: "plain" },
    arguments: argumentsShape,
    templates: { list: template },
    templateDefaults: { fields: defaultFields, ignored: placement },
    workflowTemplateRef: { fields: { name: "plain" } },
    hooks: { map: hook },
    retryStrategy,
    synchronization,
    volumes,
  },
  ignored: [
    ...placement,
    ...[
      "ttlStrategy",
      "podGC",
      "volumeClaimGC",
      "archiveLogs",
      "artifactGC",
      "priority",
      "podPriorityClassName",
    ],
    "podDisruptionBudget",
  ],
};
