import type {
  Artifact,
  Container,
  EnvVar,
  SecretKeySelector,
  Template,
  Workflow,
} from "../../manifest/argo.js";
import { hostname } from "node:os";
import { podName } from "../../run/node-id.js";
import type { Library } from "./interpreter/facts.js";
import { defaultPath } from "./sandbox.js";

/** A step that cannot be started, or whose outputs cannot be had, as it is written; becomes a node in phase Error. */
export class StepFault extends Error {
  override readonly name = "StepFault";
}

/** The one Secret that the engine knows: the run's GitHub token under the key `token`. */
export function tokenSecretName(workflow: Workflow): string {
  return `${workflow.metadata.name ?? ""}-github`;
}

/** Kubernetes' `$(NAME)` expansion: unknown names stay, `$$` is one dollar. */
export function expand(text: string, known: Record<string, string>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (whole === "$$") return "$";
    return name !== undefined && Object.hasOwn(known, name) ? (known[name] ?? "") : whole;
  });
}

/** Whether a step uses the run's token; `needed` when it cannot run without. */
export function tokenUse(template: Template, workflow: Workflow): { used: boolean; needed: boolean } {
  const container = template.script ?? template.container;
  const selectors = [
    ...(container?.env ?? []).map((variable) => variable.valueFrom?.secretKeyRef),
    ...(template.inputs?.artifacts ?? []).flatMap(gitSecrets),
  ];
  const ours = selectors.filter((selector) => selector?.name === tokenSecretName(workflow));
  return { used: ours.length > 0, needed: ours.some((selector) => selector?.optional !== true) };
}

function gitSecrets(artifact: Artifact): (SecretKeySelector | undefined)[] {
  return [artifact.git?.usernameSecret, artifact.git?.passwordSecret];
}

export interface StepEnvironment {
  /** The whole environment of the step: nothing of the engine's own is in it. */
  env: Record<string, string>;
  /** What `$(NAME)` in the command and its arguments stands for. */
  known: Record<string, string>;
}

/** Throws a StepFault for a variable that only a cluster can give. */
export function stepEnvironment(
  container: Container,
  step: { workflow: Workflow; nodeId: string; template: Template },
  token: string | undefined,
  library: Library,
): StepEnvironment {
  const known = fromSources(container.envFrom ?? [], library);
  for (const variable of container.env ?? []) {
    known[variable.name] = valueOf(variable, step, token, { known, library });
  }
  Object.assign(known, argoEnvironment(step));
  return { env: { PATH: defaultPath, HOME: home, ...known }, known };
}

// Who may not read /root gets errors of programs that look for their settings there, of git for one.
const home = process.getuid?.() === 0 ? "/root" : "/tmp";
const longestTemplate = 100_000;

function argoEnvironment(step: {
  workflow: Workflow;
  nodeId: string;
  template: Template;
}): Record<string, string> {
  const template = JSON.stringify(step.template);
  return {
    ARGO_WORKFLOW_NAME: step.workflow.metadata.name ?? "",
    ARGO_WORKFLOW_UID: step.workflow.metadata.uid ?? "",
    ARGO_NODE_ID: step.nodeId,
    ARGO_CONTAINER_NAME: "main",
    ARGO_INCLUDE_SCRIPT_OUTPUT: String(step.template.script !== undefined),
    ...(template.length > longestTemplate ? {} : { ARGO_TEMPLATE: template }),
  };
}

/** `envFrom`: all of a ConfigMap, each name with the prefix. */
function fromSources(sources: readonly unknown[], { configMaps }: Library): Record<string, string> {
  const known: Record<string, string> = {};
  for (const source of sources as EnvSource[]) {
    const { prefix = "", configMapRef, secretRef } = source;
    const values = configMaps[configMapRef?.name ?? ""];
    if (!values && (configMapRef ?? secretRef)?.optional !== true)
      throw new StepFault(
        `envFrom: ${configMapRef ? "ConfigMap" : "Secret"} "${(configMapRef ?? secretRef)?.name ?? ""}" does not exist here`,
      );
    for (const [key, value] of Object.entries(values ?? {})) known[`${prefix}${key}`] = value;
  }
  return known;
}

interface EnvSource {
  prefix?: string;
  configMapRef?: { name?: string; optional?: boolean };
  secretRef?: { name?: string; optional?: boolean };
}

interface ConfigMapKey {
  name?: string;
  key?: string;
  optional?: boolean;
}

function valueOf(
  variable: EnvVar,
  step: { workflow: Workflow; nodeId: string },
  token: string | undefined,
  { known, library }: { known: Record<string, string>; library: Library },
): string {
  const { name, value, valueFrom } = variable;
  if (!valueFrom) return expand(value ?? "", known);
  if (valueFrom.secretKeyRef) return secretValue(valueFrom.secretKeyRef, `env ${name}`, step.workflow, token);
  const reference = valueFrom["configMapKeyRef"] as ConfigMapKey | undefined;
  if (reference) return configMapText(reference, name, library);
  const field = (valueFrom["fieldRef"] as { fieldPath?: string } | undefined)?.fieldPath ?? "";
  const text = fieldText(field, step);
  if (text === undefined)
    throw new StepFault(`env ${name}: the local engine does not know ${field || "its source"}`);
  return text;
}

function configMapText(
  { name = "", key = "", optional }: ConfigMapKey,
  variable: string,
  library: Library,
): string {
  const value = library.configMaps[name]?.[key];
  if (value !== undefined) return value;
  if (optional === true) return "";
  throw new StepFault(`env ${variable}: ConfigMap "${name}" key "${key}" does not exist here`);
}

/** Fields of the pod that a step would be in. */
function fieldText(
  path: string,
  { workflow, nodeId }: { workflow: Workflow; nodeId: string },
): string | undefined {
  const { name = "", namespace = "", uid = "" } = workflow.metadata;
  const node = workflow.status?.nodes?.[nodeId];
  if (path === "metadata.name") return podName(name, node?.name ?? nodeId, node?.templateName ?? "");
  if (path === "metadata.namespace") return namespace;
  if (path === "metadata.uid") return uid;
  if (path === "spec.serviceAccountName") return workflow.spec.serviceAccountName ?? "default";
  if (path === "spec.nodeName") return hostname();
  return path === "status.podIP" || path === "status.hostIP" ? "127.0.0.1" : undefined;
}

/** The value of the run's token Secret; empty for an optional one that is absent. */
export function secretValue(
  selector: SecretKeySelector,
  where: string,
  workflow: Workflow,
  token: string | undefined,
): string {
  const exists =
    selector.name === tokenSecretName(workflow) && selector.key === "token" && token !== undefined;
  if (exists) return token;
  if (selector.optional === true) return "";
  throw new StepFault(`${where}: secret "${selector.name}" key "${selector.key}" does not exist here`);
}
