/**
 * What of a manifest may stand in a Workflow that Sluice submits: an allow-list, since a field left out of a
 * deny-list is a way out of the sandbox (pod patches, service accounts, Secrets, host paths; the list of risks by
 * field is Argo's own types, workflow_types.go). Adding a field here means: it gives a stranger's manifest nothing.
 */
export type Identity = "serviceAccounts" | "secrets";
export type Shape =
  /** Any JSON, copied. */
  | "plain"
  /** One text. */
  | "text"
  /** One text without a tag: what is proven of the run rests on this name, and a tag is replaced later. */
  | "fixed"
  /** True or false. */
  | "flag"
  /** The fixed name of something that the server's configuration gives the repository, by the key of this name. */
  | { named: Identity }
  | { fields: Record<string, Shape>; ignored?: readonly string[] }
  | { list: Shape }
  | { map: Shape }
  /** Texts by keys of one domain; other keys are left out. */
  | { texts: string };

function plain(...names: string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, "plain"]));
}

const configMapKeyRef: Shape = { fields: { name: "text", key: "plain", optional: "plain" } };

const valueFrom: Shape = {
  fields: {
    ...plain("path", "parameter", "expression", "supplied", "default"),
    configMapKeyRef,
  },
};
const parameter: Shape = {
  fields: {
    name: "fixed",
    ...plain("value", "default", "enum", "description", "globalName"),
    valueFrom,
  },
};
/** No Secrets and no host keys: a repository of one's own gets the run's token, any other is public. */
const git: Shape = {
  fields: {
    ...plain("repo", "revision", "branch", "depth", "singleBranch", "fetch"),
    disableSubmodules: "plain",
  },
};
const artifact: Shape = {
  fields: {
    name: "fixed",
    ...plain("path", "from", "fromExpression", "subPath", "optional"),
    ...plain("mode", "recurseMode", "globalName", "archive"),
    raw: { fields: { data: "plain" } },
    git,
    http: { fields: { url: "plain", headers: { list: { fields: { name: "text", value: "plain" } } } } },
  },
  ignored: ["artifactGC", "archiveLogs"],
};
const argumentsShape: Shape = { fields: { parameters: { list: parameter }, artifacts: { list: artifact } } };

const env: Shape = {
  fields: {
    name: "text",
    value: "plain",
    valueFrom: {
      fields: {
        configMapKeyRef,
        secretKeyRef: { fields: { name: { named: "secrets" }, key: "plain", optional: "plain" } },
        fieldRef: { fields: { apiVersion: "plain", fieldPath: "plain" } },
      },
    },
  },
};
const containerFields: Record<string, Shape> = {
  name: "text",
  ...plain("image", "imagePullPolicy", "command", "args", "workingDir"),
  env: { list: env },
  envFrom: {
    list: {
      fields: { prefix: "plain", secretRef: { fields: { name: { named: "secrets" }, optional: "plain" } } },
    },
  },
  volumeMounts: {
    list: { fields: { name: "fixed", mountPath: "plain", subPath: "plain", readOnly: "plain" } },
  },
};
const containerIgnored = ["resources", "tty", "terminationMessagePolicy"];

const volumes: Shape = {
  list: {
    fields: {
      name: "fixed",
      emptyDir: "plain",
      secret: { fields: { secretName: { named: "secrets" }, ...plain("items", "defaultMode", "optional") } },
    },
  },
};
const retryStrategy: Shape = {
  fields: { limit: "plain", retryPolicy: "plain", backoff: "plain", expression: "plain" },
  ignored: ["affinity"],
};
/** Locks of this namespace only; `namespace` and `database` would reach others. */
const synchronization: Shape = {
  fields: {
    mutexes: { list: { fields: { name: "text" } } },
    semaphores: { list: { fields: { configMapKeyRef } } },
  },
};
/** What is not of the same commit is looked at where it is resolved: an admin's templates may be privileged. */
const templateRef: Shape = { fields: { name: "text", template: "text", clusterScope: "flag" } };
const hook: Shape = {
  fields: { expression: "plain", template: "text", templateRef, arguments: argumentsShape },
};

/**
 * Argo writes them on the pod over its own, and reads there whose node the pod is (`workflows.argoproj.io/node-id`): a
 * pod could end a gate. Others give cloud roles, sidecars or networks.
 */
const podAnnotations: Shape = { texts: "sluice.dev" };
const placement = [
  "nodeSelector",
  "affinity",
  "tolerations",
  "priorityClassName",
  "schedulerName",
  "metrics",
];

const templateFields: Record<string, Shape> = {
  name: "fixed",
  serviceAccountName: { named: "serviceAccounts" },
  ...plain("activeDeadlineSeconds", "timeout", "pendingTimeout"),
  ...plain("parallelism", "failFast", "annotations"),
  inputs: argumentsShape,
  outputs: argumentsShape,
  metadata: { fields: { annotations: podAnnotations }, ignored: ["labels"] },
  container: { fields: containerFields, ignored: containerIgnored },
  script: { fields: { ...containerFields, source: "plain" }, ignored: containerIgnored },
  suspend: { fields: { duration: "plain" } },
  retryStrategy,
  synchronization,
  volumes,
};
const template: Shape = { fields: templateFields, ignored: placement };

const callFields: Record<string, Shape> = {
  name: "fixed",
  template: "text",
  when: "text",
  ...plain("withItems", "withParam"),
  onExit: "text",
  withSequence: "plain",
  continueOn: { fields: { failed: "flag", error: "flag" } },
  templateRef,
  inline: template,
  arguments: argumentsShape,
  hooks: { map: hook },
};
templateFields["steps"] = { list: { list: { fields: callFields } } };
templateFields["dag"] = {
  fields: {
    tasks: { list: { fields: { ...callFields, dependencies: { list: "text" }, depends: "text" } } },
    target: "text",
    failFast: "plain",
  },
};

/**
 * Defaults must not change what a template is: a default `suspend.duration` would turn every gate into a timer, and a
 * default output gives a gate an answer.
 */
const {
  steps: _steps,
  dag: _dag,
  suspend: _suspend,
  inputs: _inputs,
  outputs: _outputs,
  ...defaultFields
} = templateFields;

export const templateShape: Shape = template;

export const specShape: Shape = {
  fields: {
    entrypoint: "text",
    onExit: "text",
    serviceAccountName: { named: "serviceAccounts" },
    ...plain("parallelism", "activeDeadlineSeconds"),
    arguments: argumentsShape,
    templates: { list: template },
    templateDefaults: { fields: defaultFields, ignored: placement },
    workflowTemplateRef: { fields: { name: "text" } },
    hooks: { map: hook },
    retryStrategy,
    synchronization,
    volumes,
  },
  ignored: [
    ...placement,
    "ttlStrategy",
    "podGC",
    "volumeClaimGC",
    "archiveLogs",
    "artifactGC",
    "priority",
    "podPriorityClassName",
    "podDisruptionBudget",
  ],
};
