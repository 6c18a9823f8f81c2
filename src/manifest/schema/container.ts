import type { Table } from "./field-type.js";

const CONTAINER = {
  args: "[string]",
  command: "[string]",
  env: "[EnvVar]",
  envFrom: "[EnvFromSource]",
  image: "string",
  imagePullPolicy: "Always|IfNotPresent|Never",
  lifecycle: "object",
  livenessProbe: "object",
  name: "string",
  ports: "[ContainerPort]",
  readinessProbe: "object",
  resizePolicy: "[object]",
  resources: "ResourceRequirements",
  restartPolicy: "string",
  restartPolicyRules: "[object]",
  securityContext: "SecurityContext",
  startupProbe: "object",
  stdin: "boolean",
  stdinOnce: "boolean",
  terminationMessagePath: "string",
  terminationMessagePolicy: "string",
  tty: "boolean",
  volumeDevices: "[object]",
  volumeMounts: "[VolumeMount]",
  workingDir: "string",
} satisfies Table;

/** Containers and their environment. Probes are not looked into. */
export const CONTAINER_TABLES = {
  Container: CONTAINER,
  UserContainer: {
    ...CONTAINER,
    mirrorVolumeMounts: "boolean",
    name: "string!",
  },
  ScriptTemplate: {
    ...CONTAINER,
    source: "string",
  },
  ContainerNode: {
    ...CONTAINER,
    dependencies: "[string]",
    name: "string!",
  },
  ContainerSetTemplate: {
    containers: "[ContainerNode]!",
    retryStrategy: "ContainerSetRetryStrategy",
    volumeMounts: "[VolumeMount]",
  },
  ContainerSetRetryStrategy: {
    duration: "string",
    retries: "intOrString!",
  },
  EnvVar: {
    name: "string!",
    value: "string",
    valueFrom: "EnvVarSource",
  },
  EnvVarSource: {
    configMapKeyRef: "ConfigMapKeySelector",
    fieldRef: "ObjectFieldSelector",
    fileKeyRef: "object",
    resourceFieldRef: "object",
    secretKeyRef: "SecretKeySelector",
  },
  SecretKeySelector: {
    key: "string!",
    name: "string",
    optional: "boolean",
  },
  ConfigMapKeySelector: {
    key: "string!",
    name: "string",
    optional: "boolean",
  },
  ObjectFieldSelector: {
    apiVersion: "string",
    fieldPath: "string!",
  },
  EnvFromSource: {
    configMapRef: "ConfigMapEnvSource",
    prefix: "string",
    secretRef: "SecretEnvSource",
  },
  SecretEnvSource: {
    name: "string",
    optional: "boolean",
  },
  ConfigMapEnvSource: {
    name: "string",
    optional: "boolean",
  },
  ContainerPort: {
    containerPort: "integer!",
    hostIP: "string",
    hostPort: "integer",
    name: "string",
    protocol: "string",
  },
  VolumeMount: {
    mountPath: "string!",
    mountPropagation: "string",
    name: "string!",
    readOnly: "boolean",
    recursiveReadOnly: "string",
    subPath: "string",
    subPathExpr: "string",
  },
  ResourceRequirements: {
    claims: "[object]",
    limits: "{scalar}",
    requests: "{scalar}",
  },
  LocalObjectReference: {
    name: "string",
  },
} satisfies Record<string, Table>;
