import type { Container, EnvVar, Workflow } from "../../manifest/argo.js";
import type { RunToken } from "../engine.js";
import { defaultPath } from "./sandbox.js";

/** A step that cannot be started as it is written; becomes a node in phase Error. */
export class StepFault extends Error {
  override readonly name = "StepFault";
}

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

/** The whole environment of a step: nothing of the engine's own is in it. */
export function stepEnvironment(
  container: Container,
  workflow: Workflow,
  nodeId: string,
  token: RunToken | undefined,
): { env: Record<string, string>; known: Record<string, string> } {
  const known: Record<string, string> = {};
  for (const variable of container.env ?? []) {
    known[variable.name] = valueOf(variable, workflow, token, known);
  }
  const base = {
    PATH: defaultPath,
    HOME: "/root",
    ARGO_WORKFLOW_NAME: workflow.metadata.name ?? "",
    ARGO_WORKFLOW_UID: workflow.metadata.uid ?? "",
    ARGO_NODE_ID: nodeId,
  };
  return { env: { ...base, ...known }, known };
}

function valueOf(variable: EnvVar, workflow: Workflow, token: RunToken | undefined, known: Record<string, string>): string {
  if (!variable.valueFrom) return expand(variable.value ?? "", known);
  const reference = variable.valueFrom.secretKeyRef;
  if (!reference) throw new StepFault(`env ${variable.name}: only value and secretKeyRef are known to the local engine`);
  if (reference.name !== tokenSecretName(workflow) || reference.key !== "token") {
    if (reference.optional) return "";
    throw new StepFault(`env ${variable.name}: secret "${reference.name}" key "${reference.key}" does not exist here`);
  }
  return token?.value ?? "";
}
