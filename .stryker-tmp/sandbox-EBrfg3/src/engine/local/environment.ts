import type {
  Artifact,
  Container,
  EnvVar,
  SecretKeySelector,
  Template,
  Workflow,
} from "../../manifest/argo.js";
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
): StepEnvironment {
  if ((container.envFrom ?? []).length > 0) throw new StepFault("envFrom is not known to the local engine");
  const known: Record<string, string> = {};
  for (const variable of container.env ?? []) {
    known[variable.name] = valueOf(variable, step.workflow, token, known);
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

function valueOf(
  variable: EnvVar,
  workflow: Workflow,
  token: string | undefined,
  known: Record<string, string>,
): string {
  if (!variable.valueFrom) return expand(variable.value ?? "", known);
  const selector = variable.valueFrom.secretKeyRef;
  if (!selector)
    throw new StepFault(`env ${variable.name}: only value and secretKeyRef are known to the local engine`);
  return secretValue(selector, `env ${variable.name}`, workflow, token);
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
